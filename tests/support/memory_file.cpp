#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tests/support/memory_state.h"
#include "vault/base/check.h"
#include "vault/base/posix_error.h"

namespace kua::testing {

using base::ByteView;
using base::LockMode;
using base::MutableByteView;
using base::throw_errno;

namespace {

class MemoryFile final : public base::File {
public:
    MemoryFile(std::shared_ptr<MemoryState> state, std::uint64_t inode, bool is_writable,
               fs::path path)
        : handle_(std::move(state), inode), is_writable_(is_writable), path_(std::move(path)) {}

    std::size_t read_at(std::uint64_t offset, MutableByteView out) override {
        const std::lock_guard lock(handle_.state().mutex);
        const base::Bytes& content = handle_.node().content.read();
        if (offset >= content.size()) {
            return 0;
        }
        const std::size_t count = std::min<std::size_t>(out.size(), content.size() - offset);
        if (count > 0) {
            std::memcpy(out.data(), content.data() + offset, count);
        }
        return count;
    }

    void write_at(std::uint64_t offset, ByteView bytes) override {
        const std::lock_guard lock(handle_.state().mutex);
        require_writable("write file");
        base::Bytes& content = handle_.node().content.write();
        const std::uint64_t end = offset + bytes.size();
        bool is_full = false;
        if (!bytes.empty() && end > content.size()) {
            const std::uint64_t room = handle_.state().room_bytes();
            is_full = end - content.size() > room;
            const std::uint64_t new_size = is_full ? content.size() + room : end;
            content.resize(new_size);
            bytes = bytes.first(
                std::min<std::uint64_t>(bytes.size(), new_size > offset ? new_size - offset : 0));
        }
        if (!bytes.empty()) {
            std::memcpy(content.data() + offset, bytes.data(), bytes.size());
        }
        handle_.state().touch(handle_.inode());
        if (is_full) {
            throw_errno(ENOSPC, "write file", path_);
        }
    }

    void truncate(std::uint64_t size_bytes) override {
        const std::lock_guard lock(handle_.state().mutex);
        require_writable("change size of file");
        base::Bytes& content = handle_.node().content.write();
        if (size_bytes > content.size() &&
            size_bytes - content.size() > handle_.state().room_bytes()) {
            throw_errno(ENOSPC, "change size of file", path_);
        }
        content.resize(size_bytes);
        handle_.state().touch(handle_.inode());
    }

    void sync() override {}

    base::FileStatus status() override {
        const std::lock_guard lock(handle_.state().mutex);
        return status_of(handle_.state(), handle_.inode());
    }

    bool try_lock(std::uint64_t offset, std::uint64_t length, LockMode mode) override {
        KUA_CHECK(length > 0);
        const std::lock_guard lock(handle_.state().mutex);
        if (mode == LockMode::kExclusive) {
            require_writable("lock file");
        }
        if (is_held_by_other(offset, offset + length, mode)) {
            return false;
        }
        release(offset, offset + length);
        held().push_back({&handle_, offset, offset + length, mode});
        return true;
    }

    void unlock(std::uint64_t offset, std::uint64_t length) override {
        KUA_CHECK(length > 0);
        const std::lock_guard lock(handle_.state().mutex);
        release(offset, offset + length);
    }

    bool locked_by_other(std::uint64_t offset, std::uint64_t length) override {
        KUA_CHECK(length > 0);
        const std::lock_guard lock(handle_.state().mutex);
        return is_held_by_other(offset, offset + length, LockMode::kExclusive);
    }

    void start_writeback(std::uint64_t, std::uint64_t) noexcept override {}
    void will_read_all() noexcept override {}
    void drop_cache(std::uint64_t, std::uint64_t) noexcept override {}

private:
    void require_writable(std::string_view doing) const {
        if (!is_writable_) {
            throw_errno(EBADF, doing, path_);
        }
    }

    std::vector<MemoryLock>& held() { return handle_.state().locks[handle_.inode()]; }

    bool is_held_by_other(std::uint64_t begin, std::uint64_t end, LockMode wanted) {
        return std::ranges::any_of(held(), [&](const MemoryLock& lock) {
            return lock.owner != &handle_ && lock.begin < end && begin < lock.end &&
                   (wanted == LockMode::kExclusive || lock.mode == LockMode::kExclusive);
        });
    }

    // Takes [begin, end) out of what this file holds; a lock around it stays in two parts.
    void release(std::uint64_t begin, std::uint64_t end) {
        std::vector<MemoryLock> left;
        for (const MemoryLock& lock : held()) {
            if (lock.owner != &handle_ || lock.end <= begin || end <= lock.begin) {
                left.push_back(lock);
                continue;
            }
            if (lock.begin < begin) {
                left.push_back({lock.owner, lock.begin, begin, lock.mode});
            }
            if (end < lock.end) {
                left.push_back({lock.owner, end, lock.end, lock.mode});
            }
        }
        held() = std::move(left);
    }

    MemoryHandle handle_;
    bool is_writable_;
    fs::path path_;
};

class MemoryDirectory final : public base::Directory {
public:
    MemoryDirectory(std::shared_ptr<MemoryState> state, std::uint64_t inode, fs::path path)
        : handle_(std::move(state), inode), path_(std::move(path)) {}

    std::unique_ptr<base::File> create_new(const std::string& name) override {
        const std::lock_guard lock(handle_.state().mutex);
        const MemoryPlace place = place_of(name, "create file");
        const auto inode =
            open_in(handle_.state(), place, base::OpenMode::kCreateNew, path_ / name);
        return make_memory_file(handle_.shared(), inode, /*is_writable=*/true, path_ / name);
    }

    void rename_no_replace(const std::string& from, const std::string& to) override {
        const std::lock_guard lock(handle_.state().mutex);
        const MemoryPlace source = place_of(from, "rename");
        const MemoryPlace target = place_of(to, "rename");
        if (!source.node) {
            throw_errno(ENOENT, "rename", path_ / from, path_ / to);
        }
        if (target.node) {
            throw_errno(EEXIST, "rename", path_ / from, path_ / to);
        }
        auto& entries = handle_.node().entries;
        entries.erase(from);
        entries[to] = *source.node;
        handle_.state().touch(handle_.inode());
    }

    void remove(const std::string& name) override {
        const std::lock_guard lock(handle_.state().mutex);
        const MemoryPlace place = place_of(name, "remove file");
        if (!place.node) {
            throw_errno(ENOENT, "remove file", path_ / name);
        }
        if (handle_.state().tree.at(*place.node).kind == base::FileKind::kDirectory) {
            throw_errno(EISDIR, "remove file", path_ / name);
        }
        handle_.node().entries.erase(name);
        handle_.state().touch(handle_.inode());
        handle_.state().forget_name_of(*place.node);
    }

    void sync() override {}
    void sync_contents() override {}

private:
    MemoryPlace place_of(const std::string& name, std::string_view doing) const {
        KUA_CHECK(!name.empty() && name != "." && name != "..");
        KUA_CHECK(name.find('/') == std::string::npos && name.find('\0') == std::string::npos);
        if (name.size() > 255) {
            throw_errno(ENAMETOOLONG, doing, path_ / name);
        }
        MemoryPlace place{{handle_.inode()}, name, std::nullopt};
        const auto& entries = handle_.node().entries;
        if (const auto entry = entries.find(name); entry != entries.end()) {
            place.node = entry->second;
        }
        return place;
    }

    MemoryHandle handle_;
    fs::path path_;
};

}  // namespace

std::unique_ptr<base::File> make_memory_file(std::shared_ptr<MemoryState> state,
                                             std::uint64_t inode, bool is_writable,
                                             const fs::path& path) {
    return std::make_unique<MemoryFile>(std::move(state), inode, is_writable, path);
}

std::unique_ptr<base::Directory> make_memory_directory(std::shared_ptr<MemoryState> state,
                                                       std::uint64_t inode, const fs::path& path) {
    return std::make_unique<MemoryDirectory>(std::move(state), inode, path);
}

}  // namespace kua::testing
