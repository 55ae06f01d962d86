#include "tests/support/memory_filesystem.h"

#include <cerrno>

#include "tests/support/memory_state.h"
#include "vault/base/path_words.h"
#include "vault/base/posix_error.h"

namespace kua::testing {

using base::FileKind;
using base::OpenMode;
using base::throw_errno;

base::FileStatus status_of(const MemoryState& state, std::uint64_t inode) {
    const MemoryNode& node = state.tree.at(inode);
    const std::size_t size =
        node.kind == FileKind::kSymlink ? node.target.size() : node.content.size();
    return {.kind = node.kind,
            .size_bytes = size,
            .device = 1,
            .inode = inode,
            .modified_ns = node.modified_ns,
            .changed_ns = node.changed_ns};
}

std::uint64_t open_in(MemoryState& state, const MemoryPlace& place, OpenMode mode,
                      const fs::path& path) {
    const bool may_create = mode == OpenMode::kCreateNew || mode == OpenMode::kReadWriteCreate;
    const char* const doing = mode == OpenMode::kCreateNew ? "create file" : "open file";
    if (!place.node) {
        if (!may_create || !state.tree.nodes.contains(place.directory())) {
            throw_errno(ENOENT, doing, path);
        }
        return state.add(MemoryNode{}, place);
    }
    if (mode == OpenMode::kCreateNew) {
        throw_errno(EEXIST, doing, path);
    }
    const MemoryNode& node = state.tree.at(*place.node);
    switch (node.kind) {
        case FileKind::kSymlink:
            throw_errno(ELOOP, doing, path);
        case FileKind::kDirectory:
            throw_errno(EISDIR, doing, path);
        case FileKind::kOther:
            throw Error{ErrorCode::kNoFile,
                        base::naming("open file", path) + ": is not a regular file"};
        case FileKind::kRegular:
            break;
    }
    if (!node.is_readable) {
        throw_errno(EACCES, doing, path);
    }
    return *place.node;
}

namespace {

// A directory at the end of `path` itself, not behind a link.
std::uint64_t directory_at(const MemoryState& state, const fs::path& path, std::string_view doing) {
    const std::uint64_t inode = state.tree.inode_at(path, doing);
    if (state.tree.at(inode).kind != FileKind::kDirectory) {
        throw_errno(ENOTDIR, doing, path);
    }
    return inode;
}

// Nothing, or why `target` can't be replaced.
int obstacle_to_replacing(const MemoryState& state, std::uint64_t source, std::uint64_t target) {
    const MemoryNode& from = state.tree.at(source);
    const MemoryNode& to = state.tree.at(target);
    if (from.kind != FileKind::kDirectory && to.kind == FileKind::kDirectory) {
        return EISDIR;
    }
    if (from.kind == FileKind::kDirectory && to.kind != FileKind::kDirectory) {
        return ENOTDIR;
    }
    return to.entries.empty() ? 0 : ENOTEMPTY;
}

}  // namespace

MemoryFileSystem::MemoryFileSystem() : state_(std::make_shared<MemoryState>()) {}

MemoryFileSystem::MemoryFileSystem(MemoryTree tree) : MemoryFileSystem() {
    state_->tree = std::move(tree);
    for (const auto& [inode, node] : state_->tree.nodes) {
        state_->now_ns = std::max({state_->now_ns, node.modified_ns, node.changed_ns});
    }
}

std::unique_ptr<base::File> MemoryFileSystem::open(const fs::path& path, OpenMode mode) {
    const std::lock_guard lock(state_->mutex);
    const MemoryPlace place = state_->tree.locate(path, "open file");
    const std::uint64_t inode = open_in(*state_, place, mode, path);
    return make_memory_file(state_, inode, mode != OpenMode::kRead, path);
}

std::unique_ptr<base::Directory> MemoryFileSystem::open_directory(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    return make_memory_directory(state_, directory_at(*state_, path, "open directory"), path);
}

std::optional<base::FileStatus> MemoryFileSystem::status(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    const MemoryPlace place = state_->tree.try_locate(path);
    const int error = place.error;
    if (error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG) {
        return std::nullopt;
    }
    // Reports what else stood in the way, a path with a zero byte too.
    const std::optional<std::uint64_t> node = state_->tree.locate(path, "look at").node;
    if (!node) {
        return std::nullopt;
    }
    return status_of(*state_, *node);
}

std::vector<base::DirectoryEntry> MemoryFileSystem::list(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    const MemoryNode& directory = state_->tree.at(directory_at(*state_, path, "open directory"));
    if (!directory.is_readable) {
        throw_errno(EACCES, "open directory", path);
    }
    std::vector<base::DirectoryEntry> entries;
    for (const auto& [name, inode] : directory.entries) {
        entries.push_back({name, state_->tree.at(inode).kind});
    }
    return entries;
}

void MemoryFileSystem::create_directory(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    const std::string& name = path.native();
    const bool has_slash = name.size() > 1 && name.ends_with('/');
    const MemoryPlace place = state_->tree.locate(
        has_slash ? fs::path(name.substr(0, name.size() - 1)) : path, "create directory");
    if (place.node) {
        throw_errno(EEXIST, "create directory", path);
    }
    state_->add(MemoryNode{.kind = FileKind::kDirectory}, place);
}

void MemoryFileSystem::rename(const fs::path& from, const fs::path& to) {
    const std::lock_guard lock(state_->mutex);
    const MemoryPlace source = state_->tree.locate(from, "rename");
    const MemoryPlace target = state_->tree.locate(to, "rename");
    if (!source.node) {
        throw_errno(ENOENT, "rename", from, to);
    }
    if (source.name.empty() || target.name.empty()) {
        throw_errno(EBUSY, "rename", from, to);
    }
    if (source.node == target.node) {
        return;
    }
    if (std::ranges::find(target.trail, *source.node) != target.trail.end()) {
        throw_errno(EINVAL, "rename", from, to);  // into itself
    }
    if (target.node) {
        if (const int error = obstacle_to_replacing(*state_, *source.node, *target.node)) {
            throw_errno(error, "rename", from, to);
        }
    }
    state_->tree.at(source.directory()).entries.erase(source.name);
    state_->tree.at(target.directory()).entries[target.name] = *source.node;
    state_->touch(source.directory());
    state_->touch(target.directory());
    state_->tree.at(*source.node).changed_ns = state_->tick();
    if (target.node) {
        state_->forget_name_of(*target.node);
    }
}

void MemoryFileSystem::remove_file(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    const MemoryPlace place = state_->tree.locate(path, "remove file");
    if (!place.node) {
        throw_errno(ENOENT, "remove file", path);
    }
    if (state_->tree.at(*place.node).kind == FileKind::kDirectory) {
        throw_errno(EISDIR, "remove file", path);
    }
    state_->tree.at(place.directory()).entries.erase(place.name);
    state_->touch(place.directory());
    state_->forget_name_of(*place.node);
}

void MemoryFileSystem::remove_directory(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    const MemoryPlace place = state_->tree.locate(path, "remove directory");
    if (!place.node) {
        throw_errno(ENOENT, "remove directory", path);
    }
    const MemoryNode& node = state_->tree.at(*place.node);
    if (node.kind != FileKind::kDirectory) {
        throw_errno(ENOTDIR, "remove directory", path);
    }
    if (!node.entries.empty()) {
        throw_errno(ENOTEMPTY, "remove directory", path);
    }
    if (place.name.empty()) {
        throw_errno(EBUSY, "remove directory", path);
    }
    state_->tree.at(place.directory()).entries.erase(place.name);
    state_->touch(place.directory());
    state_->forget_name_of(*place.node);
}

void MemoryFileSystem::sync_directory(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    const fs::path through_link = path.empty() ? path : path / "";
    static_cast<void>(directory_at(*state_, through_link, "open directory"));
}

std::uint64_t MemoryFileSystem::free_bytes(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    static_cast<void>(state_->tree.inode_at(path, "look at free room in"));
    return state_->room_bytes();
}

void MemoryFileSystem::add_node(const fs::path& path, MemoryNode node) {
    const fs::path parent = path.parent_path();
    if (!parent.empty() && parent != path && !status(parent)) {
        add_directory(parent);
    }
    const std::lock_guard lock(state_->mutex);
    const MemoryPlace place = state_->tree.locate(path, "add to the test's files");
    state_->add(std::move(node), place);
    if (place.node) {
        state_->forget_name_of(*place.node);
    }
}

void MemoryFileSystem::add_file(const fs::path& path, base::ByteView content) {
    add_shared(path, SharedBytes{base::copy_of(content)});
}

void MemoryFileSystem::add_shared(const fs::path& path, SharedBytes content) {
    add_node(path, MemoryNode{.content = std::move(content)});
}

void MemoryFileSystem::add_directory(const fs::path& path) {
    add_node(path, MemoryNode{.kind = FileKind::kDirectory});
}

void MemoryFileSystem::add_symlink(const fs::path& path, const std::string& target) {
    add_node(path, MemoryNode{.kind = FileKind::kSymlink, .target = target});
}

void MemoryFileSystem::add_fifo(const fs::path& path) {
    add_node(path, MemoryNode{.kind = FileKind::kOther});
}

void MemoryFileSystem::set_readable(const fs::path& path, bool is_readable) {
    const std::lock_guard lock(state_->mutex);
    state_->tree.at(state_->tree.inode_at(path, "set readable")).is_readable = is_readable;
}

void MemoryFileSystem::set_modified_ns(const fs::path& path, std::int64_t modified_ns) {
    const std::lock_guard lock(state_->mutex);
    MemoryNode& node = state_->tree.at(state_->tree.inode_at(path, "set time"));
    node.modified_ns = modified_ns;
    node.changed_ns = state_->tick();
}

base::Bytes MemoryFileSystem::content(const fs::path& path) const {
    const std::lock_guard lock(state_->mutex);
    return state_->tree.at(state_->tree.inode_at(path, "look into file")).content.read();
}

SharedBytes MemoryFileSystem::shared_content(const fs::path& path) const {
    const std::lock_guard lock(state_->mutex);
    return state_->tree.at(state_->tree.inode_at(path, "look into file")).content;
}

void MemoryFileSystem::flip_bit(const fs::path& path, std::uint64_t bit) {
    const std::lock_guard lock(state_->mutex);
    MemoryNode& node = state_->tree.at(state_->tree.inode_at(path, "flip bit"));
    node.content.write().at(bit / 8) ^= std::byte{1} << (bit % 8);
}

void MemoryFileSystem::set_capacity_bytes(std::optional<std::uint64_t> capacity_bytes) {
    const std::lock_guard lock(state_->mutex);
    state_->capacity_bytes = capacity_bytes;
}

std::uint64_t MemoryFileSystem::used_bytes() const {
    const std::lock_guard lock(state_->mutex);
    return state_->tree.content_bytes();
}

MemoryTree MemoryFileSystem::tree() const {
    const std::lock_guard lock(state_->mutex);
    MemoryTree copy = state_->tree;
    copy.prune();
    return copy;
}

}  // namespace kua::testing
