#include "tests/support/memory_tree.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include "vault/base/path_words.h"
#include "vault/base/posix_error.h"

namespace kua::testing {

using base::FileKind;
using base::throw_errno;

namespace {

constexpr int kMaxLinks = 40;  // as Linux
constexpr std::size_t kMaxNameBytes = 255;

// Appends the components of `path`, which must outlive `stack`, to it, last component first.
void push_components(std::vector<std::string_view>& stack, std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = path.rfind('/');
        const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
        if (begin < path.size()) {
            stack.push_back(path.substr(begin));
        }
        path = path.substr(0, begin == 0 ? 0 : slash);
    }
}

MemoryPlace stopped_by(int error) {
    MemoryPlace place;
    place.error = error;
    return place;
}

}  // namespace

SharedBytes::SharedBytes(base::Bytes bytes)
    : bytes_(std::make_shared<base::Bytes>(std::move(bytes))) {}

const base::Bytes& SharedBytes::read() const {
    static const base::Bytes none;
    return bytes_ ? *bytes_ : none;
}

base::Bytes& SharedBytes::write() {
    if (!bytes_ || bytes_.use_count() > 1) {
        bytes_ = std::make_shared<base::Bytes>(read());
    }
    return *bytes_;
}

MemoryTree::MemoryTree() {
    nodes[kRoot].kind = FileKind::kDirectory;
}

MemoryPlace MemoryTree::locate(const fs::path& path, std::string_view doing) const {
    if (path.native().find('\0') != std::string::npos) {
        throw Error{ErrorCode::kNoFile, base::naming("a path with a zero byte:", path)};
    }
    MemoryPlace place = try_locate(path);
    if (place.error != 0) {
        throw_errno(place.error, doing, path);
    }
    return place;
}

MemoryPlace MemoryTree::try_locate(const fs::path& path) const {
    if (path.empty()) {
        return stopped_by(ENOENT);
    }
    const bool is_directory_meant = path.native().ends_with('/');
    std::vector<std::string_view> ahead;
    push_components(ahead, path.native());
    MemoryPlace place;
    place.trail.push_back(kRoot);
    for (int links = 0; !ahead.empty();) {
        const std::string_view name = ahead.back();
        ahead.pop_back();
        const bool is_last = ahead.empty();
        if (name == "." || name == "..") {
            place.trail.resize(std::max<std::size_t>(
                1, name == "." ? place.trail.size() : place.trail.size() - 1));
            continue;
        }
        const auto& entries = at(place.directory()).entries;
        const auto entry = entries.find(name);
        if (name.size() > kMaxNameBytes) {
            return stopped_by(ENAMETOOLONG);
        }
        if (entry == entries.end() && !is_last) {
            return stopped_by(ENOENT);
        }
        if (entry == entries.end()) {
            place.name = name;
            return place;
        }
        const MemoryNode& node = at(entry->second);
        if (node.kind == FileKind::kSymlink && (!is_last || is_directory_meant)) {
            if (++links > kMaxLinks) {
                return stopped_by(ELOOP);
            }
            if (node.target.starts_with('/')) {
                place.trail.resize(1);
            }
            push_components(ahead, node.target);
            continue;
        }
        if (node.kind != FileKind::kDirectory && (!is_last || is_directory_meant)) {
            return stopped_by(ENOTDIR);
        }
        if (is_last) {
            place.name = name;
            place.node = entry->second;
            return place;
        }
        place.trail.push_back(entry->second);
    }
    place.node = place.directory();  // the root, or a path that ends in "." or ".."
    return place;
}

std::uint64_t MemoryTree::inode_at(const fs::path& path, std::string_view doing) const {
    const MemoryPlace place = locate(path, doing);
    if (!place.node) {
        throw_errno(ENOENT, doing, path);
    }
    return *place.node;
}

void MemoryTree::prune() {
    std::set<std::uint64_t> reached{kRoot};
    std::vector<std::uint64_t> ahead{kRoot};
    while (!ahead.empty()) {
        const std::uint64_t inode = ahead.back();
        ahead.pop_back();
        for (const auto& [name, child] : at(inode).entries) {
            if (reached.insert(child).second) {
                ahead.push_back(child);
            }
        }
    }
    std::erase_if(nodes, [&](const auto& node) { return !reached.contains(node.first); });
}

std::uint64_t MemoryTree::content_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [inode, node] : nodes) {
        bytes += node.content.size();
    }
    return bytes;
}

}  // namespace kua::testing
