// Wraps a file system so that it has the manners of FAT: names that differ by case only are one
// name, some characters are not allowed, no file reaches 4 GiB, times count in steps of two
// seconds. There are no links to begin with. The wrapped file system outlives it.
#pragma once

#include "vault/base/filesystem.h"

namespace kua::testing {

class FatFileSystem final : public base::FileSystem {
public:
    static constexpr std::uint64_t kMaxFileBytes = 0xffffffff;

    explicit FatFileSystem(base::FileSystem& files) : files_(files) {}

    std::unique_ptr<base::File> open(const base::fs::path& path, base::OpenMode mode) override;
    std::unique_ptr<base::Directory> open_directory(const base::fs::path& path) override;
    std::optional<base::FileStatus> status(const base::fs::path& path) override;
    std::vector<base::DirectoryEntry> list(const base::fs::path& path) override;
    void create_directory(const base::fs::path& path) override;
    void rename(const base::fs::path& from, const base::fs::path& to) override;
    void remove_file(const base::fs::path& path) override;
    void remove_directory(const base::fs::path& path) override;
    void sync_directory(const base::fs::path& path) override;
    std::uint64_t free_bytes(const base::fs::path& path) override;
    bool is_removable(const base::fs::path& path) override { return files_.is_removable(path); }

private:
    // The path as it is spelled on the disk, where there is something of it.
    base::fs::path found(const base::fs::path& path);

    base::FileSystem& files_;
};

}  // namespace kua::testing
