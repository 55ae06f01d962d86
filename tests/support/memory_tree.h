// Files and directories as plain values: what MemoryFileSystem works on and what a crash replay
// takes apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/base/filesystem.h"

namespace kua::testing {

namespace fs = std::filesystem;

// Bytes that copies have in common until one of them is changed. Different copies may belong to
// different threads.
class SharedBytes {
public:
    SharedBytes() = default;
    explicit SharedBytes(base::Bytes bytes);

    std::size_t size() const { return bytes_ ? bytes_->size() : 0; }
    const base::Bytes& read() const;
    base::Bytes& write();  // nobody else's from then on
    operator base::ByteView() const { return read(); }
    bool operator==(const SharedBytes& other) const { return read() == other.read(); }

private:
    std::shared_ptr<base::Bytes> bytes_;  // null: none
};

struct MemoryNode {
    base::FileKind kind = base::FileKind::kRegular;
    SharedBytes content{};                                        // of a regular file
    std::map<std::string, std::uint64_t, std::less<>> entries{};  // of a directory: name to inode
    std::string target{};                                         // of a symbolic link
    bool is_readable = true;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
};

// Where a path leads. `node` is empty if the last component is not there; its directory is.
struct MemoryPlace {
    std::vector<std::uint64_t> trail;  // inodes of the directories walked through, root first
    std::string name{};                // empty if the path ends in the directory itself
    std::optional<std::uint64_t> node{};
    int error = 0;  // the errno that stopped the walk; the rest is then not filled in

    std::uint64_t directory() const { return trail.back(); }
};

struct MemoryTree {
    static constexpr std::uint64_t kRoot = 1;

    MemoryTree();  // an empty root

    std::map<std::uint64_t, MemoryNode> nodes;
    std::uint64_t next_inode = kRoot + 1;  // inodes are never used twice

    // Relative paths start at the root. Links before the last component are followed, and the last
    // one too if a slash stands behind it. Throws as the system would, "<doing>: ...".
    MemoryPlace locate(const fs::path& path, std::string_view doing) const;
    MemoryPlace try_locate(const fs::path& path) const;  // the same with `error` set

    // The node at `path`; throws kNoFile if there is none.
    std::uint64_t inode_at(const fs::path& path, std::string_view doing) const;
    MemoryNode& at(std::uint64_t inode) { return nodes.at(inode); }
    const MemoryNode& at(std::uint64_t inode) const { return nodes.at(inode); }

    // Drops what no name leads to.
    void prune();

    std::uint64_t content_bytes() const;
};

}  // namespace kua::testing
