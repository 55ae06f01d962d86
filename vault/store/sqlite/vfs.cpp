#include "vault/store/sqlite/vfs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <thread>

#include "vault/base/check.h"

namespace kua::store {

namespace {

namespace fs = std::filesystem;

// The bytes that SQLite's own Unix VFS locks, so that stock tools and kua respect each other.
// Source: SQLite, os.h, "PENDING_BYTE"; file format, section 1.2 (lock-byte page).
constexpr std::uint64_t kPendingByte = 0x40000000;
constexpr std::uint64_t kReservedByte = kPendingByte + 1;
constexpr std::uint64_t kSharedFirst = kPendingByte + 2;
constexpr std::uint64_t kSharedBytes = 510;

// Rollback journals keep their header in a sector of this size; 4096 as on today's disks.
constexpr int kSectorBytes = 4096;
constexpr int kMaxPathBytes = 4096;
// A commit waits less for its fsync if the kernel began to write long before.
constexpr std::uint64_t kWritebackBytes = std::uint64_t{8} << 20;

struct OpenFile {
    std::unique_ptr<base::File> file;
    fs::path path;
    bool is_database = false;
    bool sync_directory = false;  // the name isn't durable yet
    int lock = SQLITE_LOCK_NONE;
    std::uint64_t dirty_from = 0;  // written since the last hint: [dirty_from, dirty_to)
    std::uint64_t dirty_to = 0;
    std::uint64_t dirty_bytes = 0;
};

// What SQLite allocates for us: the methods it calls, then what is ours.
struct Handle {
    sqlite3_file base;
    Vfs* vfs;
    OpenFile* open;  // owned; released in close()
};

fs::path directory_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path{"."};
}

Handle& handle_of(sqlite3_file* file) noexcept {
    return *reinterpret_cast<Handle*>(file);
}

Vfs& vfs_of(sqlite3_vfs* vfs) noexcept {
    return *static_cast<Vfs*>(vfs->pAppData);
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
            const std::size_t count = open.file->read_at(offset_of(offset), out);
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
            open.file->write_at(begin, bytes);
            if (open.is_database) {
                hint_writeback(open, begin, bytes.size());
                if (vfs.written_) {
                    vfs.written_->note(begin, bytes);
                }
            }
            return SQLITE_OK;
        });
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

    static int truncate(sqlite3_file* file, sqlite3_int64 size) noexcept {
        return guarded(file, SQLITE_IOERR_TRUNCATE, [&](Vfs& vfs, OpenFile& open) {
            open.file->truncate(offset_of(size));
            if (open.is_database && vfs.written_) {
                vfs.written_->note_truncation(offset_of(size));
            }
            return SQLITE_OK;
        });
    }

    static int sync(sqlite3_file* file, int /*flags*/) noexcept {
        return guarded(file, SQLITE_IOERR_FSYNC, [&](Vfs& vfs, OpenFile& open) {
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
        return guarded(file, SQLITE_IOERR_FSTAT, [&](Vfs&, OpenFile& open) {
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

namespace {

constexpr sqlite3_io_methods kFileMethods{
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

}  // namespace

// Methods of the system itself.
struct VfsCalls {
    template <class Body>
    static int guarded(sqlite3_vfs* raw, int failure_code, Body&& body) noexcept {
        Vfs& vfs = vfs_of(raw);
        try {
            return body(vfs);
        } catch (...) {
            if (!vfs.failure_) {
                vfs.failure_ = std::current_exception();
            }
            return failure_code;
        }
    }

    static int open(sqlite3_vfs* raw, const char* name, sqlite3_file* file, int flags,
                    int* flags_out) noexcept {
        file->pMethods = nullptr;  // unless it is set, SQLite won't call close()
        return guarded(raw, SQLITE_CANTOPEN, [&](Vfs& vfs) {
            // Temporary data stays in memory; a file for it would hold evidence in the clear.
            KUA_CHECK(name != nullptr &&
                      (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL)) != 0);
            auto open = std::make_unique<OpenFile>();
            open->path = name;
            open->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
            open->sync_directory = (flags & SQLITE_OPEN_CREATE) != 0;
            open->file = open_file(vfs, open->path, flags);
            if (flags_out != nullptr) {
                *flags_out = flags;
            }
            auto& handle = *reinterpret_cast<Handle*>(file);
            handle.vfs = &vfs;
            handle.open = open.release();
            handle.base.pMethods = &kFileMethods;
            return SQLITE_OK;
        });
    }

    // Turns `flags` into those of a read-only file where that is what could be had.
    static std::unique_ptr<base::File> open_file(Vfs& vfs, const fs::path& path, int& flags) {
        base::FileSystem& files = vfs.environment_.files;
        if ((flags & SQLITE_OPEN_READWRITE) == 0) {
            return files.open(path, base::OpenMode::kRead);
        }
        if ((flags & SQLITE_OPEN_CREATE) != 0) {
            return files.open(path, base::OpenMode::kReadWriteCreate);
        }
        try {
            return files.open(path, base::OpenMode::kReadWrite);
        } catch (const Error&) {
            if (!vfs.options_.may_be_read_only) {
                throw;
            }
        }
        flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
        return files.open(path, base::OpenMode::kRead);
    }

    static int remove(sqlite3_vfs* raw, const char* name, int sync_directory) noexcept {
        return guarded(raw, SQLITE_IOERR_DELETE, [&](Vfs& vfs) {
            base::FileSystem& files = vfs.environment_.files;
            const fs::path path = name;
            if (!files.status(path)) {
                return SQLITE_IOERR_DELETE_NOENT;
            }
            files.remove_file(path);
            if (sync_directory != 0) {
                files.sync_directory(directory_of(path));
            }
            return SQLITE_OK;
        });
    }

    static int access(sqlite3_vfs* raw, const char* name, int /*flags*/, int* result) noexcept {
        return guarded(raw, SQLITE_IOERR_ACCESS, [&](Vfs& vfs) {
            // There are no write-ahead logs here; a file of that name is not ours.
            if (std::string_view{name}.ends_with("-wal")) {
                *result = 0;
                return SQLITE_OK;
            }
            const auto status = vfs.environment_.files.status(name);
            *result =
                status && (status->kind != base::FileKind::kRegular || status->size_bytes > 0);
            return SQLITE_OK;
        });
    }

    static int full_pathname(sqlite3_vfs* /*raw*/, const char* name, int size, char* out) noexcept {
        const std::size_t length = std::strlen(name) + 1;
        if (size < 0 || length > static_cast<std::size_t>(size)) {
            return SQLITE_CANTOPEN;
        }
        std::copy_n(name, length, out);
        return SQLITE_OK;
    }

    static int randomness(sqlite3_vfs* raw, int size, char* out) noexcept {
        const std::span<char> text{out, static_cast<std::size_t>(size)};
        const int code = guarded(raw, SQLITE_ERROR, [&](Vfs& vfs) {
            vfs.environment_.random.fill(std::as_writable_bytes(text));
            return SQLITE_OK;
        });
        return code == SQLITE_OK ? size : 0;
    }

    static int sleep(sqlite3_vfs* /*raw*/, int microseconds) noexcept {
        std::this_thread::sleep_for(std::chrono::microseconds{microseconds});
        return microseconds;
    }

    // Milliseconds of the Julian day, as SQLite counts.
    static int current_time_ms(sqlite3_vfs* raw, sqlite3_int64* out) noexcept {
        return guarded(raw, SQLITE_ERROR, [&](Vfs& vfs) {
            constexpr sqlite3_int64 kUnixEpochMs = 210'866'760'000'000;
            *out = kUnixEpochMs + vfs.environment_.clock.unix_time_ns() / 1'000'000;
            return SQLITE_OK;
        });
    }

    static int current_time(sqlite3_vfs* raw, double* out) noexcept {
        sqlite3_int64 now_ms = 0;
        const int code = current_time_ms(raw, &now_ms);
        *out = static_cast<double>(now_ms) / 86'400'000.0;
        return code;
    }

    static int last_error(sqlite3_vfs* /*raw*/, int /*size*/, char* /*out*/) noexcept { return 0; }
};

Vfs::Vfs(const base::Environment& environment, const VfsOptions& options)
    : environment_(environment), options_(options) {
    if (options_.note_writes) {
        written_.emplace(environment_.random);
    }
    static std::atomic<std::uint64_t> counter{0};
    name_ = "kua-" + std::to_string(counter.fetch_add(1));
    vfs_.iVersion = 2;
    vfs_.szOsFile = sizeof(Handle);
    vfs_.mxPathname = kMaxPathBytes;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = VfsCalls::open;
    vfs_.xDelete = VfsCalls::remove;
    vfs_.xAccess = VfsCalls::access;
    vfs_.xFullPathname = VfsCalls::full_pathname;
    vfs_.xRandomness = VfsCalls::randomness;
    vfs_.xSleep = VfsCalls::sleep;
    vfs_.xCurrentTime = VfsCalls::current_time;
    vfs_.xGetLastError = VfsCalls::last_error;
    vfs_.xCurrentTimeInt64 = VfsCalls::current_time_ms;
    if (sqlite3_vfs_register(&vfs_, /*makeDflt=*/0) != SQLITE_OK) {
        throw Error{ErrorCode::kFailed, "cannot start SQLite"};
    }
}

void Vfs::read_back(const base::fs::path& path) {
    if (written_) {
        written_->read_back(environment_.files, path);
    }
}

Vfs::~Vfs() {
    sqlite3_vfs_unregister(&vfs_);
}

}  // namespace kua::store
