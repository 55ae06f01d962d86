// Files as a seam: all I/O on the vault, on inputs and on exports goes through this interface, so
// that faults, full disks and power cuts can be injected and replayed at every single call.
// Threads: a FileSystem or Directory may be used from many threads, a File from one at a time.
// Errors: kNoFile if a path is missing, of the wrong kind or not permitted, kExists if it is there
// and should not be, kStorage for anything the device, its file system or a full disk causes,
// kFailed if the process has run out of something. Interrupted calls and short reads and writes are
// completed inside. Messages name the path, as path_words.h does: it is the person's or the
// vault's. After a failed write, truncate or sync the content is unknown: the data may be gone from
// memory too, so a second sync that succeeds proves nothing.
//
// Symbolic links: the last component of a path is never followed, those before it are. To follow a
// link on purpose, to a directory a person named, add an empty component: `path / ""`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vault/base/bytes.h"

namespace kua::base {

namespace fs = std::filesystem;  // paths only; everything else goes through FileSystem

enum class FileKind : std::uint8_t { kRegular, kDirectory, kSymlink, kOther };

struct FileStatus {
    FileKind kind = FileKind::kOther;
    std::uint64_t size_bytes = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t modified_ns = 0;  // since 1970, claimed by whoever wrote the file
    std::int64_t changed_ns = 0;   // ctime; moves with any change of content or attributes
    bool operator==(const FileStatus&) const = default;
};

enum class LockMode : std::uint8_t { kShared, kExclusive };

class File {
public:
    virtual ~File() = default;  // closes; releases its locks; does not sync
    // Fills the front of `out` from `offset`; returns fewer bytes only at the end of the file.
    virtual std::size_t read_at(std::uint64_t offset, MutableByteView out) = 0;
    // All of `bytes`, beyond the end too; a gap reads as zeros. kBug on a file opened to be read.
    virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
    virtual void truncate(std::uint64_t size_bytes) = 0;  // longer too, with zeros
    // Returns when content and size are durable. The name is not: sync its directory.
    virtual void sync() = 0;
    virtual FileStatus status() = 0;
    // Locks bytes [offset, offset + length), which need not exist, against other open files, in
    // this process too, replacing what this file held there. Returns false at once, with nothing
    // changed, if another holds any of them. `length` is not 0. kExclusive needs a file opened for
    // writing, else kBug.
    virtual bool try_lock(std::uint64_t offset, std::uint64_t length, LockMode mode) = 0;
    virtual void unlock(std::uint64_t offset, std::uint64_t length) = 0;
    // Whether another open file holds bytes there so that an exclusive lock would fail.
    virtual bool locked_by_other(std::uint64_t offset, std::uint64_t length) = 0;
    // The descriptor behind it, which stays this file's own; -1 if it is none of the system's.
    virtual int system_descriptor() const noexcept { return -1; }
    // Hints; they promise nothing and never fail.
    virtual void start_writeback(std::uint64_t offset, std::uint64_t length) noexcept = 0;
    virtual void will_read_all() noexcept = 0;
    // Makes later reads of this part (of length 0: all behind `offset`) ask the device, as far as
    // the content is durable and the system allows; what a part holds of a large page may stay.
    virtual void drop_cache(std::uint64_t offset, std::uint64_t length) noexcept = 0;
};

enum class OpenMode : std::uint8_t {
    kRead,             // must exist; its time of last access is left alone where permitted
    kReadWrite,        // must exist
    kReadWriteCreate,  // made if missing, private to the user (0600)
    kCreateNew,        // must not exist, else kExists, also for a dangling symbolic link; 0600
};

struct DirectoryEntry {
    std::string name;  // bytes as the system has them, not necessarily UTF-8
    FileKind kind = FileKind::kOther;
};

// An open directory; names are single components (kBug if not: callers make names safe), so nothing
// outside it can be reached, whatever happens to its path meanwhile.
class Directory {
public:
    virtual ~Directory() = default;
    virtual std::unique_ptr<File> create_new(const std::string& name) = 0;  // as kCreateNew
    // Fails with kExists if `to` is there, also if it is a dangling symbolic link. Atomic where the
    // file system can do it; on others a crash may leave both names, or an empty file as `to`.
    virtual void rename_no_replace(const std::string& from, const std::string& to) = 0;
    virtual void remove(const std::string& name) = 0;
    // Returns when names made, renamed and removed here are durable.
    virtual void sync() = 0;
    // Returns when all content written to the file system that holds this directory is durable, on
    // FAT also what the entries of renamed files say (new_file.h, sync_renamed()).
    virtual void sync_contents() = 0;
};

class FileSystem {
public:
    virtual ~FileSystem() = default;
    // Regular files only: a FIFO, socket or device is kNoFile and neither opened nor waited for.
    virtual std::unique_ptr<File> open(const fs::path& path, OpenMode mode) = 0;
    virtual std::unique_ptr<Directory> open_directory(const fs::path& path) = 0;
    // Of the path itself, not of what a symbolic link names; nothing if there is none.
    virtual std::optional<FileStatus> status(const fs::path& path) = 0;
    // Entries without "." and "..", sorted by the bytes of their names.
    virtual std::vector<DirectoryEntry> list(const fs::path& path) = 0;
    // 0700. kExists if it is there.
    virtual void create_directory(const fs::path& path) = 0;
    // Replaces a file or empty directory `to` atomically; open files keep what was replaced.
    virtual void rename(const fs::path& from, const fs::path& to) = 0;
    virtual void remove_file(const fs::path& path) = 0;       // any kind but a directory
    virtual void remove_directory(const fs::path& path) = 0;  // must be empty, else kExists
    // As Directory::sync(); follows a symbolic link.
    virtual void sync_directory(const fs::path& path) = 0;
    // Room for this user on the file system that holds `path`; INT64_MAX where that isn't known.
    virtual std::uint64_t free_bytes(const fs::path& path) = 0;
    // Whether `path` lies on something that can be unplugged, as sticks and cards, of which many
    // keep less than they say. False where that isn't known. Never throws for what it finds.
    virtual bool is_removable(const fs::path& path) = 0;
};

// The system's files. Lives as long as the process.
FileSystem& posix_filesystem();

}  // namespace kua::base
