#include "vault/base/posix_file.h"

#include <algorithm>
#include <limits>

#include <fcntl.h>

#include "vault/base/check.h"
#include "vault/base/posix_error.h"

namespace kua::base {
namespace {

constexpr auto kMaxOffset = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());

off_t offset_of(std::uint64_t offset, std::uint64_t length) {
    KUA_CHECK(offset <= kMaxOffset && length <= kMaxOffset - offset);
    return static_cast<off_t>(offset);
}

// Hostile media carry any date; a sum that overflowed would be undefined.
std::int64_t saturated_ns(const timespec& time) noexcept {
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / kNsPerSecond - 1;
    const std::int64_t seconds = std::clamp<std::int64_t>(time.tv_sec, -kLimit, kLimit);
    return seconds * kNsPerSecond + std::clamp<std::int64_t>(time.tv_nsec, 0, kNsPerSecond - 1);
}

FileKind kind_of(mode_t mode) noexcept {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return FileKind::kRegular;
        case S_IFDIR:
            return FileKind::kDirectory;
        case S_IFLNK:
            return FileKind::kSymlink;
        default:
            return FileKind::kOther;
    }
}

struct flock lock_record(std::uint64_t offset, std::uint64_t length, short type) {
    KUA_CHECK(length > 0);   // the system would take 0 for "to the end"
    struct flock record {};  // l_pid must be 0 for locks of open file descriptions
    record.l_type = type;
    record.l_whence = SEEK_SET;
    record.l_start = offset_of(offset, length);
    record.l_len = static_cast<off_t>(length);
    return record;
}

class PosixFile final : public File {
public:
    PosixFile(Descriptor descriptor, fs::path path) noexcept
        : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

    std::size_t read_at(std::uint64_t offset, MutableByteView out) override {
        std::size_t done = 0;
        while (done < out.size()) {
            const MutableByteView rest = out.subspan(done);
            const off_t at = offset_of(offset + done, rest.size());
            const ssize_t count =
                retry_interrupted([&] { return ::pread(fd(), rest.data(), rest.size(), at); });
            if (count < 0) {
                fail(errno, "read file");
            }
            if (count == 0) {
                break;
            }
            done += static_cast<std::size_t>(count);
        }
        return done;
    }

    int system_descriptor() const noexcept override { return fd(); }

    void write_at(std::uint64_t offset, ByteView bytes) override {
        while (!bytes.empty()) {
            const off_t at = offset_of(offset, bytes.size());
            const ssize_t count =
                retry_interrupted([&] { return ::pwrite(fd(), bytes.data(), bytes.size(), at); });
            if (count <= 0) {  // 0 is not specified for a non-empty write; don't spin on it
                fail(count < 0 ? errno : EIO, "write file");
            }
            offset += static_cast<std::uint64_t>(count);
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        }
    }

    void truncate(std::uint64_t size_bytes) override {
        const off_t size = offset_of(size_bytes, 0);
        if (retry_interrupted([&] { return ::ftruncate(fd(), size); }) != 0) {
            fail(errno == EINVAL ? EBADF : errno, "change size of file");
        }
    }

    void sync() override {
        // fdatasync also waits for the size and whatever else is needed to read the content back.
        if (retry_interrupted([&] { return ::fdatasync(fd()); }) != 0) {
            fail(errno, "sync file");
        }
    }

    FileStatus status() override {
        struct stat attributes {};
        if (::fstat(fd(), &attributes) != 0) {
            fail(errno, "look at file");
        }
        return status_from(attributes);
    }

    bool try_lock(std::uint64_t offset, std::uint64_t length, LockMode mode) override {
        struct flock record =
            lock_record(offset, length, mode == LockMode::kExclusive ? F_WRLCK : F_RDLCK);
        if (retry_interrupted([&] { return ::fcntl(fd(), F_OFD_SETLK, &record); }) == 0) {
            return true;
        }
        if (errno == EAGAIN || errno == EACCES) {
            return false;
        }
        fail(errno, "lock file");
    }

    void unlock(std::uint64_t offset, std::uint64_t length) override {
        struct flock record = lock_record(offset, length, F_UNLCK);
        if (retry_interrupted([&] { return ::fcntl(fd(), F_OFD_SETLK, &record); }) != 0) {
            fail(errno, "unlock file");
        }
    }

    bool locked_by_other(std::uint64_t offset, std::uint64_t length) override {
        struct flock record = lock_record(offset, length, F_WRLCK);
        if (retry_interrupted([&] { return ::fcntl(fd(), F_OFD_GETLK, &record); }) != 0) {
            fail(errno, "look at locks of file");
        }
        return record.l_type != F_UNLCK;
    }

    void start_writeback(std::uint64_t offset, std::uint64_t length) noexcept override {
        if (offset <= kMaxOffset && length <= kMaxOffset - offset) {
            ::sync_file_range(fd(), static_cast<off_t>(offset), static_cast<off_t>(length),
                              SYNC_FILE_RANGE_WRITE);
        }
    }

    void will_read_all() noexcept override {
        ::posix_fadvise(fd(), 0, 0, POSIX_FADV_SEQUENTIAL);  // doubles the read-ahead window
    }

    void drop_cache(std::uint64_t offset, std::uint64_t length) noexcept override {
        ::posix_fadvise(fd(), static_cast<off_t>(offset), static_cast<off_t>(length),
                        POSIX_FADV_DONTNEED);
    }

private:
    int fd() const noexcept { return descriptor_.number(); }

    [[noreturn]] void fail(int error, std::string_view doing) const {
        throw_errno(error, doing, path_);
    }

    Descriptor descriptor_;
    fs::path path_;  // as it was opened; for messages
};

}  // namespace

std::unique_ptr<File> make_posix_file(Descriptor descriptor, const fs::path& path) {
    return std::make_unique<PosixFile>(std::move(descriptor), path);
}

FileStatus status_from(const struct stat& attributes) noexcept {
    return {.kind = kind_of(attributes.st_mode),
            .size_bytes = static_cast<std::uint64_t>(std::max<off_t>(attributes.st_size, 0)),
            .device = attributes.st_dev,
            .inode = attributes.st_ino,
            .modified_ns = saturated_ns(attributes.st_mtim),
            .changed_ns = saturated_ns(attributes.st_ctim)};
}

}  // namespace kua::base
