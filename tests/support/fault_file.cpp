#include <algorithm>

#include "tests/support/fault_state.h"

namespace kua::testing {

using base::ByteView;

namespace {

class FaultFile final : public base::File {
public:
    FaultFile(std::shared_ptr<FaultState> state, std::unique_ptr<base::File> file, fs::path path)
        : state_(std::move(state)),
          file_(std::move(file)),
          path_(std::move(path)),
          inode_(file_->status().inode) {}

    std::uint64_t inode() const { return inode_; }

    std::size_t read_at(std::uint64_t offset, base::MutableByteView out) override {
        return call(*state_, CallKind::kRead, path_, [&] {
            const std::size_t count = file_->read_at(offset, out);
            state_->spoil(inode_, offset, out.first(count));
            return count;
        });
    }

    void write_at(std::uint64_t offset, ByteView bytes) override {
        if (const auto fault = state_->begin(CallKind::kWrite, path_)) {
            if (fault->effect != Fault::Effect::kNothing) {
                const bool is_half = fault->effect == Fault::Effect::kHalf;
                write_and_record(offset, is_half ? bytes.first(bytes.size() / 2) : bytes);
            }
            fail_with(*fault);
        }
        write_and_record(offset, bytes);
    }

    void truncate(std::uint64_t size_bytes) override {
        call(*state_, CallKind::kTruncate, path_, [&] {
            file_->truncate(size_bytes);
            state_->record({.kind = StepKind::kTruncate, .inode = inode_, .offset = size_bytes});
        });
    }

    void sync() override {
        call(*state_, CallKind::kSync, path_, [&] {
            file_->sync();
            state_->record({.kind = StepKind::kSync, .inode = inode_});
        });
    }

    base::FileStatus status() override {
        return call(*state_, CallKind::kFileStatus, path_,
                    [&] { return state_->with_device(file_->status(), path_); });
    }

    bool try_lock(std::uint64_t offset, std::uint64_t length, base::LockMode mode) override {
        return call(*state_, CallKind::kLock, path_,
                    [&] { return file_->try_lock(offset, length, mode); });
    }

    void unlock(std::uint64_t offset, std::uint64_t length) override {
        call(*state_, CallKind::kLock, path_, [&] { file_->unlock(offset, length); });
    }

    bool locked_by_other(std::uint64_t offset, std::uint64_t length) override {
        return call(*state_, CallKind::kLock, path_,
                    [&] { return file_->locked_by_other(offset, length); });
    }

    void start_writeback(std::uint64_t offset, std::uint64_t length) noexcept override {
        file_->start_writeback(offset, length);
    }
    void will_read_all() noexcept override { file_->will_read_all(); }
    void drop_cache(std::uint64_t offset, std::uint64_t length) noexcept override {
        file_->drop_cache(offset, length);
        state_->lose(inode_, offset, length);
    }

private:
    void write_and_record(std::uint64_t offset, ByteView bytes) {
        state_->remember(inode_, path_);
        try {
            file_->write_at(offset, bytes);
        } catch (const Error&) {  // a full disk keeps what fits
            const std::uint64_t size = file_->status().size_bytes;
            const std::uint64_t kept = size > offset ? size - offset : 0;
            record_write(offset, bytes.first(std::min<std::uint64_t>(bytes.size(), kept)));
            throw;
        }
        record_write(offset, bytes);
    }

    void record_write(std::uint64_t offset, ByteView bytes) {
        if (state_->records()) {
            state_->record({.kind = StepKind::kWrite,
                            .inode = inode_,
                            .offset = offset,
                            .content = base::copy_of(bytes)});
        }
    }

    std::shared_ptr<FaultState> state_;
    std::unique_ptr<base::File> file_;
    fs::path path_;
    std::uint64_t inode_;
};

}  // namespace

std::unique_ptr<base::File> wrap_file(const std::shared_ptr<FaultState>& state,
                                      std::unique_ptr<base::File> file, const fs::path& path,
                                      bool is_new) {
    auto wrapped = std::make_unique<FaultFile>(state, std::move(file), path);
    if (is_new) {
        state->record({.kind = StepKind::kCreate, .inode = wrapped->inode(), .path = path});
    }
    return wrapped;
}

namespace {

class FaultDirectory final : public base::Directory {
public:
    FaultDirectory(std::shared_ptr<FaultState> state, std::unique_ptr<base::Directory> directory,
                   fs::path path)
        : state_(std::move(state)), directory_(std::move(directory)), path_(std::move(path)) {}

    std::unique_ptr<base::File> create_new(const std::string& name) override {
        return call(*state_, CallKind::kCreate, path_ / name, [&] {
            return wrap_file(state_, directory_->create_new(name), path_ / name, true);
        });
    }

    void rename_no_replace(const std::string& from, const std::string& to) override {
        const auto work = [&] {
            directory_->rename_no_replace(from, to);
            state_->record({.kind = StepKind::kRename, .path = path_ / from, .to = path_ / to});
        };
        call(*state_, CallKind::kRename, path_ / from, work, path_ / to);
    }

    void remove(const std::string& name) override {
        call(*state_, CallKind::kRemove, path_ / name, [&] {
            directory_->remove(name);
            state_->record({.kind = StepKind::kRemove, .path = path_ / name});
        });
    }

    void sync() override {
        call(*state_, CallKind::kSyncDirectory, path_, [&] {
            directory_->sync();
            state_->record({.kind = StepKind::kSyncDirectory, .path = path_});
        });
    }

    void sync_contents() override {
        call(*state_, CallKind::kSyncContents, path_, [&] {
            directory_->sync_contents();
            state_->record({.kind = StepKind::kSyncContents});
        });
    }

private:
    std::shared_ptr<FaultState> state_;
    std::unique_ptr<base::Directory> directory_;
    fs::path path_;
};

}  // namespace

std::unique_ptr<base::Directory> wrap_directory(const std::shared_ptr<FaultState>& state,
                                                std::unique_ptr<base::Directory> directory,
                                                const fs::path& path) {
    return std::make_unique<FaultDirectory>(state, std::move(directory), path);
}

}  // namespace kua::testing
