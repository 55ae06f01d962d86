// The inside of MemoryFileSystem: one state, shared by the file system and all that is open in it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/memory_tree.h"

namespace kua::testing {

struct MemoryLock {
    const void* owner;
    std::uint64_t begin;
    std::uint64_t end;
    base::LockMode mode;
};

struct MemoryState {
    std::mutex mutex;  // held by every public call for its whole length
    MemoryTree tree;
    std::map<std::uint64_t, int> open_count;  // by inode
    std::set<std::uint64_t> nameless;         // unlinked, but still open
    std::map<std::uint64_t, std::vector<MemoryLock>> locks;
    std::optional<std::uint64_t> capacity_bytes;
    std::int64_t now_ns = 1'511'428'320'000'000'000;

    std::uint64_t room_bytes() const {
        if (!capacity_bytes) {
            return std::uint64_t{1} << 40;
        }
        return *capacity_bytes - std::min(*capacity_bytes, tree.content_bytes());
    }

    std::int64_t tick() { return now_ns += 1000; }

    void touch(std::uint64_t inode) {
        MemoryNode& node = tree.at(inode);
        node.modified_ns = node.changed_ns = tick();
    }

    std::uint64_t add(MemoryNode node, const MemoryPlace& place) {
        const std::uint64_t inode = tree.next_inode++;
        node.modified_ns = node.changed_ns = tick();
        tree.nodes[inode] = std::move(node);
        tree.at(place.directory()).entries[place.name] = inode;
        touch(place.directory());
        return inode;
    }

    // After the name of `inode` is gone; there are no hard links, so it had but one.
    void forget_name_of(std::uint64_t inode) {
        nameless.insert(inode);
        drop_if_unused(inode);
    }

    void drop_if_unused(std::uint64_t inode) {
        if (open_count[inode] == 0) {
            open_count.erase(inode);
            locks.erase(inode);
            if (nameless.erase(inode) > 0) {
                tree.nodes.erase(inode);
            }
        }
    }
};

// Keeps a node of an open file or directory alive.
class MemoryHandle {
public:
    MemoryHandle(std::shared_ptr<MemoryState> state, std::uint64_t inode)
        : state_(std::move(state)), inode_(inode) {
        ++state_->open_count[inode_];  // the caller holds the mutex
    }
    MemoryHandle(const MemoryHandle&) = delete;
    MemoryHandle& operator=(const MemoryHandle&) = delete;
    ~MemoryHandle() {
        const std::lock_guard lock(state_->mutex);
        --state_->open_count[inode_];
        std::erase_if(state_->locks[inode_],
                      [&](const MemoryLock& held) { return held.owner == this; });
        state_->drop_if_unused(inode_);
    }

    MemoryState& state() const { return *state_; }
    const std::shared_ptr<MemoryState>& shared() const { return state_; }
    std::uint64_t inode() const { return inode_; }
    MemoryNode& node() const { return state_->tree.at(inode_); }

private:
    std::shared_ptr<MemoryState> state_;
    std::uint64_t inode_;
};

// What MemoryFileSystem::open returns; `path` is what messages call it. The caller holds the mutex.
std::unique_ptr<base::File> make_memory_file(std::shared_ptr<MemoryState> state,
                                             std::uint64_t inode, bool is_writable,
                                             const fs::path& path);
std::unique_ptr<base::Directory> make_memory_directory(std::shared_ptr<MemoryState> state,
                                                       std::uint64_t inode, const fs::path& path);

base::FileStatus status_of(const MemoryState& state, std::uint64_t inode);

// Puts a new file or finds the old one, as `mode` says; the caller holds the mutex.
std::uint64_t open_in(MemoryState& state, const MemoryPlace& place, base::OpenMode mode,
                      const fs::path& path);

}  // namespace kua::testing
