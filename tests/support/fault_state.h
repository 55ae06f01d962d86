// The inside of FaultFileSystem: what it shares with the files and directories open in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

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
    bool is_recording = false;
    Trace trace;

    // Counts the call, tells the hook, and returns the fault if it is this call's turn.
    std::optional<Fault> begin(CallKind kind, const fs::path& path);

    void record(Step step) {
        const std::lock_guard lock(mutex);
        if (is_recording) {
            trace.push_back(std::move(step));
        }
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
auto call(FaultState& state, CallKind kind, const fs::path& path, Work work) {
    if (const std::optional<Fault> fault = state.begin(kind, path)) {
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
