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
#include "vault/store/sqlite/vfs_file.h"

namespace kua::store {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxPathBytes = 4096;
Vfs& vfs_of(sqlite3_vfs* vfs) noexcept {
    return *static_cast<Vfs*>(vfs->pAppData);
}

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
            handle.base.pMethods = &file_methods();
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
        written_.emplace();
    }
    if (options_.batch_pages) {
        batch_.emplace(options_.page_size_bytes);
    }
    if (options_.read_ahead) {
        ahead_.emplace(options_.page_size_bytes);
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
