// The inside of FaultFileSystem: what it shares with the files and directories open in it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/fault_filesystem.h"
#include "vault/base/posix_error.h"

namespace kua::testing {

struct FaultState {
    explicit FaultState(base::FileSystem& wrapped) : files(wrapped) {}

    base::FileSystem& files;
    mutable std::mutex mutex;
    std::uint64_t calls = 0;
    std::uint64_t changing_calls = 0;
    std::optional<Fault> fault;
    std::uint64_t eligible_calls = 0;  // since the fault was set
    std::uint64_t failures = 0;
    std::function<void(const Call&)> hook;
    fs::path fake_dir;  // of a fake stick; empty: there is none
    FaultFileSystem::Fake fake;
    std::set<std::uint64_t> written;  // inodes there
    std::map<std::uint64_t, std::vector<std::pair<std::uint64_t, std::uint64_t>>>
        lost;  // of those: from where to where they were dropped from the cache
    bool is_recording = false;
    Trace trace;

    // Counts the call, tells the hook, and returns the fault if it is this call's turn.
    std::optional<Fault> begin(CallKind kind, const fs::path& path, const fs::path& to = {});

    void record(Step step) {
        const std::lock_guard lock(mutex);
        if (is_recording) {
            trace.push_back(std::move(step));
        }
    }

    // What was written to a fake stick, until it is dropped from the cache.
    void remember(std::uint64_t inode, const fs::path& path) {
        const std::lock_guard lock(mutex);
        if (is_on_fake(path)) {
            written.insert(inode);
            lost.erase(inode);
        }
    }
    void lose(std::uint64_t inode, std::uint64_t offset, std::uint64_t length) {
        const std::lock_guard lock(mutex);
        if (written.contains(inode)) {
            const std::uint64_t end = length == 0 ? UINT64_MAX : offset + length;
            lost[inode].emplace_back(std::max(offset, fake.kept_bytes), end);
        }
    }
    // Makes of what was read from `offset` on what the device has.
    void spoil(std::uint64_t inode, std::uint64_t offset, base::MutableByteView read) const {
        const std::lock_guard lock(mutex);
        const auto found = lost.find(inode);
        for (std::size_t i = 0; found != lost.end() && i < read.size(); ++i) {
            if (std::ranges::any_of(found->second, [&](const auto& range) {
                    return range.first <= offset + i && offset + i < range.second;
                })) {
                read[i] = ~read[i];
            }
        }
    }
    base::FileStatus with_device(base::FileStatus status, const fs::path& path) const {
        const std::lock_guard lock(mutex);
        if (fake.is_other_device && is_on_fake(path)) {
            ++status.device;
        }
        return status;
    }
    // The caller holds the mutex.
    bool is_on_fake(const fs::path& path) const {
        return !fake_dir.empty() && std::ranges::mismatch(fake_dir, path).in1 == fake_dir.end();
    }

    bool records() const {
        const std::lock_guard lock(mutex);
        return is_recording;
    }
};

[[noreturn]] inline void fail_with(const Fault& fault) {
    base::throw_errno(fault.error, "injected fault");
}

// Does `work` under the rules of `state`: counted, failed if it is its turn.
template <class Work>
auto call(FaultState& state, CallKind kind, const fs::path& path, Work work,
          const fs::path& to = {}) {
    if (const std::optional<Fault> fault = state.begin(kind, path, to)) {
        if (fault->effect == Fault::Effect::kWhole) {
            static_cast<void>(work());
        }
        fail_with(*fault);
    }
    return work();
}

// `is_new`: opening made the file, which is to be recorded.
std::unique_ptr<base::File> wrap_file(const std::shared_ptr<FaultState>& state,
                                      std::unique_ptr<base::File> file, const fs::path& path,
                                      bool is_new);
std::unique_ptr<base::Directory> wrap_directory(const std::shared_ptr<FaultState>& state,
                                                std::unique_ptr<base::Directory> directory,
                                                const fs::path& path);

}  // namespace kua::testing
