#include "vault/store/sqlite/vfs_file.h"

#include <algorithm>

#include "vault/base/check.h"
#include "vault/store/sqlite/codec_hook.h"

namespace kua::store {

namespace {

// The bytes that SQLite's own Unix VFS locks, so that stock tools and kua respect each other.
// Source: SQLite, os.h, "PENDING_BYTE"; file format, section 1.2 (lock-byte page).
constexpr std::uint64_t kPendingByte = 0x40000000;
constexpr std::uint64_t kReservedByte = kPendingByte + 1;
static_assert(kSharedFirst == kPendingByte + 2);

// Rollback journals keep their header in a sector of this size; 4096 as on today's disks.
constexpr int kSectorBytes = 4096;
// A commit waits less for its fsync if the kernel began to write long before.
constexpr std::uint64_t kWritebackBytes = std::uint64_t{8} << 20;

Handle& handle_of(sqlite3_file* file) noexcept {
    return *reinterpret_cast<Handle*>(file);
}

std::uint64_t offset_of(sqlite3_int64 offset) {
    KUA_CHECK(offset >= 0);
    return static_cast<std::uint64_t>(offset);
}

}  // namespace

// Methods of an open file. `noexcept`, since SQLite is C: what is thrown is kept for the caller of
// SQLite, which then sees the original message and not just an I/O error.
struct FileCalls {
    template <class Body>
    static int guarded(sqlite3_file* file, int failure_code, Body&& body) noexcept {
        Handle& handle = handle_of(file);
        try {
            return body(*handle.vfs, *handle.open);
        } catch (...) {
            if (!handle.vfs->failure_) {
                handle.vfs->failure_ = std::current_exception();
            }
            return failure_code;
        }
    }

    static int close(sqlite3_file* file) noexcept {
        Handle& handle = handle_of(file);
        const std::unique_ptr<OpenFile> closing{handle.open};
        handle.open = nullptr;
        return SQLITE_OK;
    }

    static int read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) noexcept {
        return guarded(file, SQLITE_IOERR_READ, [&](Vfs& vfs, OpenFile& open) {
            const base::MutableByteView out{static_cast<std::byte*>(to),
                                            static_cast<std::size_t>(amount)};
            write_waiting(vfs, open);
            // Only where SQLCipher is answered for what it reads ahead.
            PageAhead* const ahead = open.is_database ? page_work().ahead : nullptr;
            std::size_t count = ahead != nullptr && out.size() == vfs.options_.page_size_bytes
                                    ? ahead->read(*open.file, offset_of(offset), out)
                                    : open.file->read_at(offset_of(offset), out);
            if (open.is_database) {
                count = std::max(count, read_overlay(vfs.options_, offset_of(offset), out));
            }
            if (count < out.size()) {
                std::ranges::fill(out.subspan(count), std::byte{0});  // SQLite relies on it
                return SQLITE_IOERR_SHORT_READ;
            }
            const std::uint32_t page_size = vfs.options_.page_size_bytes;
            if (open.is_database && out.size() == page_size) {
                ++vfs.page_reads_;
                if (vfs.options_.track_pages) {
                    vfs.pages_read_.add(offset_of(offset) / page_size + 1);
                }
            }
            return SQLITE_OK;
        });
    }

    static int write(sqlite3_file* file, const void* from, int amount,
                     sqlite3_int64 offset) noexcept {
        return guarded(file, SQLITE_IOERR_WRITE, [&](Vfs& vfs, OpenFile& open) {
            const std::uint64_t begin = offset_of(offset);
            const base::ByteView bytes{static_cast<const std::byte*>(from),
                                       static_cast<std::size_t>(amount)};
            PageBatch* const batch = vfs.batch();
            if (batch == nullptr || !batch->holds(bytes)) {
                write_waiting(vfs, open);  // in the order in which SQLite wrote
                put(vfs, open, begin, bytes);
            } else {
                KUA_CHECK(open.is_database);  // what stands at `from` is not the page
                batch->place(begin);
                if (batch->full()) {
                    write_waiting(vfs, open);
                }
            }
            return SQLITE_OK;
        });
    }

    // Puts what the overlay has of [offset, offset + out.size()) over what was read there; returns
    // where the last of it ends.
    static std::size_t read_overlay(const VfsOptions& options, std::uint64_t offset,
                                    base::MutableByteView out) {
        std::size_t end_of_last = 0;
        for (const auto& [number, page] : options.overlay) {
            const std::uint64_t page_begin = (number - 1) * options.page_size_bytes;
            const std::uint64_t begin = std::max(offset, page_begin);
            const std::uint64_t end = std::min(offset + out.size(), page_begin + page.size());
            if (begin < end) {
                std::ranges::copy(base::ByteView{page}.subspan(begin - page_begin, end - begin),
                                  out.begin() + static_cast<std::ptrdiff_t>(begin - offset));
                end_of_last = end - offset;
            }
        }
        return end_of_last;
    }

    // What waits for the database file.
    static void write_waiting(Vfs& vfs, OpenFile& open) {
        if (PageBatch* const batch = vfs.batch(); batch != nullptr && open.is_database) {
            batch->flush(
                [&](std::uint64_t offset, base::ByteView pages) { put(vfs, open, offset, pages); });
        }
    }

    static void put(Vfs& vfs, OpenFile& open, std::uint64_t begin, base::ByteView bytes) {
        forget_ahead(vfs);
        open.file->write_at(begin, bytes);
        if (!open.is_database) {
            return;
        }
        hint_writeback(open, begin, bytes.size());
        vfs.options_.overlay.erase(begin / vfs.options_.page_size_bytes + 1);
        if (!vfs.written_) {
            return;
        }
        // Each page for itself: some are written again alone.
        const std::size_t page_size = vfs.options_.page_size_bytes;
        for (std::size_t at = 0; at < bytes.size(); at += page_size) {
            vfs.written_->note(begin + at,
                               bytes.subspan(at, std::min(page_size, bytes.size() - at)));
        }
    }

    static void hint_writeback(OpenFile& open, std::uint64_t begin, std::uint64_t length) noexcept {
        const bool first = open.dirty_bytes == 0;
        open.dirty_from = first ? begin : std::min(open.dirty_from, begin);
        open.dirty_to = std::max(open.dirty_to, begin + length);
        open.dirty_bytes += length;
        if (open.dirty_bytes >= kWritebackBytes) {
            open.file->start_writeback(open.dirty_from, open.dirty_to - open.dirty_from);
            open.dirty_bytes = 0;
            open.dirty_to = 0;
        }
    }

    static void forget_ahead(Vfs& vfs) noexcept {
        if (vfs.ahead() != nullptr) {
            vfs.ahead()->forget();
        }
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size) noexcept {
        return guarded(file, SQLITE_IOERR_TRUNCATE, [&](Vfs& vfs, OpenFile& open) {
            if (PageBatch* const batch = vfs.batch(); batch != nullptr && open.is_database) {
                batch->truncate(offset_of(size));
            }
            forget_ahead(vfs);
            open.file->truncate(offset_of(size));
            if (open.is_database) {
                PageOverlay& overlay = vfs.options_.overlay;
                overlay.erase(overlay.upper_bound(offset_of(size) / vfs.options_.page_size_bytes),
                              overlay.end());
            }
            if (open.is_database && vfs.written_) {
                vfs.written_->note_truncation(offset_of(size));
            }
            return SQLITE_OK;
        });
    }

    static int sync(sqlite3_file* file, int /*flags*/) noexcept {
        return guarded(file, SQLITE_IOERR_FSYNC, [&](Vfs& vfs, OpenFile& open) {
            write_waiting(vfs, open);
            open.file->sync();
            open.dirty_bytes = 0;
            open.dirty_to = 0;
            if (open.sync_directory) {
                vfs.environment_.files.sync_directory(directory_of(open.path));
                open.sync_directory = false;
            }
            return SQLITE_OK;
        });
    }

    static int file_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
        return guarded(file, SQLITE_IOERR_FSTAT, [&](Vfs& vfs, OpenFile& open) {
            write_waiting(vfs, open);
            *size = static_cast<sqlite3_int64>(open.file->status().size_bytes);
            return SQLITE_OK;
        });
    }

    // The protocol of SQLite's Unix VFS (os_unix.c, unixLock): SHARED passes through PENDING, so
    // that a waiting writer isn't starved; RESERVED announces a writer; EXCLUSIVE waits on PENDING.
    static int lock(sqlite3_file* file, int wanted) noexcept {
        return guarded(file, SQLITE_IOERR_LOCK, [&](Vfs& vfs, OpenFile& open) {
            if (open.lock >= wanted) {
                return SQLITE_OK;
            }
            if (vfs.options_.ignore_writers) {
                KUA_CHECK(wanted == SQLITE_LOCK_SHARED);
                open.lock = wanted;
                return SQLITE_OK;
            }
            base::File& locks = *open.file;
            if (wanted == SQLITE_LOCK_SHARED) {
                if (!locks.try_lock(kPendingByte, 1, base::LockMode::kShared)) {
                    return SQLITE_BUSY;
                }
                const bool locked =
                    locks.try_lock(kSharedFirst, kSharedBytes, base::LockMode::kShared);
                locks.unlock(kPendingByte, 1);
                if (!locked) {
                    return SQLITE_BUSY;
                }
            } else if (wanted == SQLITE_LOCK_RESERVED) {
                if (!locks.try_lock(kReservedByte, 1, base::LockMode::kExclusive)) {
                    return SQLITE_BUSY;
                }
            } else {
                if (open.lock < SQLITE_LOCK_PENDING) {
                    if (!locks.try_lock(kPendingByte, 1, base::LockMode::kExclusive)) {
                        return SQLITE_BUSY;
                    }
                    open.lock = SQLITE_LOCK_PENDING;
                }
                if (!locks.try_lock(kSharedFirst, kSharedBytes, base::LockMode::kExclusive)) {
                    return SQLITE_BUSY;  // readers are still there; PENDING keeps new ones out
                }
            }
            open.lock = wanted;
            return SQLITE_OK;
        });
    }

    static int unlock(sqlite3_file* file, int wanted) noexcept {
        return guarded(file, SQLITE_IOERR_UNLOCK, [&](Vfs& vfs, OpenFile& open) {
            if (open.lock <= wanted) {
                return SQLITE_OK;
            }
            if (wanted == SQLITE_LOCK_NONE) {
                forget_ahead(vfs);
            }
            if (!vfs.options_.ignore_writers) {
                base::File& locks = *open.file;
                if (wanted == SQLITE_LOCK_SHARED) {
                    if (open.lock == SQLITE_LOCK_EXCLUSIVE &&
                        !locks.try_lock(kSharedFirst, kSharedBytes, base::LockMode::kShared)) {
                        return SQLITE_IOERR_RDLOCK;
                    }
                    locks.unlock(kPendingByte, 2);  // and the reserved byte
                } else {
                    locks.unlock(kPendingByte, 2 + kSharedBytes);
                }
            }
            open.lock = wanted;
            return SQLITE_OK;
        });
    }

    static int check_reserved_lock(sqlite3_file* file, int* reserved) noexcept {
        return guarded(file, SQLITE_IOERR_CHECKRESERVEDLOCK, [&](Vfs& vfs, OpenFile& open) {
            // "Somebody is writing" makes SQLite leave a journal alone, which is what a reader
            // that ignores writers must do.
            *reserved = vfs.options_.ignore_writers || open.lock >= SQLITE_LOCK_RESERVED ||
                        open.file->locked_by_other(kReservedByte, 1);
            return SQLITE_OK;
        });
    }

    static int file_control(sqlite3_file* file, int operation, void* argument) noexcept {
        if (operation == SQLITE_FCNTL_LOCKSTATE) {
            *static_cast<int*>(argument) = handle_of(file).open->lock;
            return SQLITE_OK;
        }
        return SQLITE_NOTFOUND;
    }

    static int sector_size(sqlite3_file* /*file*/) noexcept { return kSectorBytes; }
    // Nothing is promised about how the device behaves in a power cut.
    static int device_characteristics(sqlite3_file* /*file*/) noexcept { return 0; }
};

const sqlite3_io_methods& file_methods() noexcept {
    static constexpr sqlite3_io_methods kMethods{
        .iVersion = 1,
        .xClose = FileCalls::close,
        .xRead = FileCalls::read,
        .xWrite = FileCalls::write,
        .xTruncate = FileCalls::truncate,
        .xSync = FileCalls::sync,
        .xFileSize = FileCalls::file_size,
        .xLock = FileCalls::lock,
        .xUnlock = FileCalls::unlock,
        .xCheckReservedLock = FileCalls::check_reserved_lock,
        .xFileControl = FileCalls::file_control,
        .xSectorSize = FileCalls::sector_size,
        .xDeviceCharacteristics = FileCalls::device_characteristics,
        .xShmMap = nullptr,
        .xShmLock = nullptr,
        .xShmBarrier = nullptr,
        .xShmUnmap = nullptr,
        .xFetch = nullptr,
        .xUnfetch = nullptr,
    };
    return kMethods;
}

}  // namespace kua::store
