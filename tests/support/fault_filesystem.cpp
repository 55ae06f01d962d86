#include "tests/support/fault_filesystem.h"

#include <cerrno>

#include "tests/support/fault_state.h"

namespace kua::testing {

using base::OpenMode;

bool can_fail(CallKind kind, int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
            // Syncs too: a file system may look for room only when it writes out.
            return kind >= CallKind::kCreate && kind != CallKind::kRemove;
        case EROFS:
            return kind >= CallKind::kCreate;
        default:
            return true;
    }
}

std::optional<Fault> FaultState::begin(CallKind kind, const fs::path& path, const fs::path& to) {
    Call call{.kind = kind, .path = path, .to = to};
    std::function<void(const Call&)> told;
    std::optional<Fault> due;
    {
        const std::lock_guard lock(mutex);
        call.number = ++calls;
        changing_calls += call.changes() ? 1U : 0U;
        told = hook;
        if (fault && can_fail(kind, fault->error)) {
            ++eligible_calls;
            if (eligible_calls == fault->at || (fault->for_ever && eligible_calls > fault->at)) {
                ++failures;
                due = fault;
            }
        }
    }
    if (told) {
        told(call);
    }
    return due;
}

FaultFileSystem::FaultFileSystem(base::FileSystem& files)
    : state_(std::make_shared<FaultState>(files)) {}

FaultFileSystem::~FaultFileSystem() = default;

void FaultFileSystem::fail(const Fault& fault) {
    const std::lock_guard lock(state_->mutex);
    state_->fault = fault;
    state_->eligible_calls = 0;
    state_->failures = 0;
}

void FaultFileSystem::heal() {
    const std::lock_guard lock(state_->mutex);
    state_->fault.reset();
}

std::uint64_t FaultFileSystem::failures() const {
    const std::lock_guard lock(state_->mutex);
    return state_->failures;
}

std::uint64_t FaultFileSystem::calls() const {
    const std::lock_guard lock(state_->mutex);
    return state_->calls;
}

std::uint64_t FaultFileSystem::changing_calls() const {
    const std::lock_guard lock(state_->mutex);
    return state_->changing_calls;
}

void FaultFileSystem::before_each_call(std::function<void(const Call&)> hook) {
    const std::lock_guard lock(state_->mutex);
    state_->hook = std::move(hook);
}

void FaultFileSystem::plug_in_fake(const fs::path& dir, const Fake& fake) {
    const std::lock_guard lock(state_->mutex);
    state_->fake_dir = dir;
    state_->fake = fake;
}

void FaultFileSystem::start_recording() {
    const std::lock_guard lock(state_->mutex);
    state_->is_recording = true;
    state_->trace.clear();
}

void FaultFileSystem::note(const std::string& text) {
    state_->record({.kind = StepKind::kNote, .note = text});
}

Trace FaultFileSystem::recorded() const {
    const std::lock_guard lock(state_->mutex);
    return state_->trace;
}

std::unique_ptr<base::File> FaultFileSystem::open(const fs::path& path, OpenMode mode) {
    const bool may_create = mode == OpenMode::kReadWriteCreate || mode == OpenMode::kCreateNew;
    return call(*state_, may_create ? CallKind::kCreate : CallKind::kOpen, path, [&] {
        const bool is_new = may_create && !state_->files.status(path);
        return wrap_file(state_, state_->files.open(path, mode), path, is_new);
    });
}

std::unique_ptr<base::Directory> FaultFileSystem::open_directory(const fs::path& path) {
    return call(*state_, CallKind::kOpenDirectory, path, [&]() -> std::unique_ptr<base::Directory> {
        return wrap_directory(state_, state_->files.open_directory(path), path);
    });
}

std::optional<base::FileStatus> FaultFileSystem::status(const fs::path& path) {
    return call(*state_, CallKind::kStatus, path, [&]() -> std::optional<base::FileStatus> {
        const auto status = state_->files.status(path);
        return status ? std::optional{state_->with_device(*status, path)} : std::nullopt;
    });
}

bool FaultFileSystem::is_removable(const fs::path& path) {
    const std::lock_guard lock(state_->mutex);
    return (state_->fake.is_removable && state_->is_on_fake(path)) ||
           state_->files.is_removable(path);
}

std::vector<base::DirectoryEntry> FaultFileSystem::list(const fs::path& path) {
    return call(*state_, CallKind::kList, path, [&] { return state_->files.list(path); });
}

void FaultFileSystem::create_directory(const fs::path& path) {
    call(*state_, CallKind::kCreateDirectory, path, [&] {
        state_->files.create_directory(path);
        if (state_->records()) {
            state_->record({.kind = StepKind::kCreateDirectory,
                            .inode = state_->files.status(path).value().inode,
                            .path = path});
        }
    });
}

void FaultFileSystem::rename(const fs::path& from, const fs::path& to) {
    const auto work = [&] {
        state_->files.rename(from, to);
        state_->record({.kind = StepKind::kRename, .path = from, .to = to});
    };
    call(*state_, CallKind::kRename, from, work, to);
}

void FaultFileSystem::remove_file(const fs::path& path) {
    call(*state_, CallKind::kRemove, path, [&] {
        state_->files.remove_file(path);
        state_->record({.kind = StepKind::kRemove, .path = path});
    });
}

void FaultFileSystem::remove_directory(const fs::path& path) {
    call(*state_, CallKind::kRemove, path, [&] {
        state_->files.remove_directory(path);
        state_->record({.kind = StepKind::kRemove, .path = path});
    });
}

void FaultFileSystem::sync_directory(const fs::path& path) {
    call(*state_, CallKind::kSyncDirectory, path, [&] {
        state_->files.sync_directory(path);
        state_->record({.kind = StepKind::kSyncDirectory, .path = path});
    });
}

std::uint64_t FaultFileSystem::free_bytes(const fs::path& path) {
    return call(*state_, CallKind::kFreeBytes, path,
                [&] { return state_->files.free_bytes(path); });
}

}  // namespace kua::testing
