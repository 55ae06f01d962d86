// A complete file system in memory. It behaves as the real one (both pass the same tests in
// tests/unit/base/filesystem_test.cpp), only that syncing does nothing, time moves by one
// microsecond with every change, and it can be full, hold special files and be looked into.
// Relative paths start at its root. Safe from any thread; open files may outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "tests/support/memory_tree.h"
#include "vault/base/filesystem.h"

namespace kua::testing {

struct MemoryState;

class MemoryFileSystem final : public base::FileSystem {
public:
    MemoryFileSystem();
    // Goes on with `tree`, as after a restart.
    explicit MemoryFileSystem(MemoryTree tree);

    std::unique_ptr<base::File> open(const fs::path& path, base::OpenMode mode) override;
    std::unique_ptr<base::Directory> open_directory(const fs::path& path) override;
    std::optional<base::FileStatus> status(const fs::path& path) override;
    std::vector<base::DirectoryEntry> list(const fs::path& path) override;
    void create_directory(const fs::path& path) override;
    void rename(const fs::path& from, const fs::path& to) override;
    void remove_file(const fs::path& path) override;
    void remove_directory(const fs::path& path) override;
    void sync_directory(const fs::path& path) override;
    std::uint64_t free_bytes(const fs::path& path) override;
    bool is_removable(const fs::path& /*path*/) override { return false; }

    // For tests, and never in the way of faults. Missing parent directories are made.
    // Replaces what is there.
    void add_file(const fs::path& path, base::ByteView content);
    void add_shared(const fs::path& path, SharedBytes content);
    void add_directory(const fs::path& path);
    void add_symlink(const fs::path& path, const std::string& target);
    void add_fifo(const fs::path& path);
    // Whether files can be opened and directories listed.
    void set_readable(const fs::path& path, bool is_readable);
    void set_modified_ns(const fs::path& path, std::int64_t modified_ns);
    base::Bytes content(const fs::path& path) const;
    SharedBytes shared_content(const fs::path& path) const;
    void flip_bit(const fs::path& path, std::uint64_t bit);
    // Room for all content together; a write beyond it keeps what fits and throws kStorage. Names
    // and directories take no room.
    void set_capacity_bytes(std::optional<std::uint64_t> capacity_bytes);
    std::uint64_t used_bytes() const;
    // All there is now, as if every sync had been done. Open files without a name are not in it.
    MemoryTree tree() const;

private:
    void add_node(const fs::path& path, MemoryNode node);

    std::shared_ptr<MemoryState> state_;
};

}  // namespace kua::testing
