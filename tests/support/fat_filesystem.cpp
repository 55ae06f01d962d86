#include "tests/support/fat_filesystem.h"

#include <algorithm>
#include <cerrno>

#include "vault/base/parse.h"
#include "vault/base/posix_error.h"

namespace kua::testing {
namespace {

constexpr std::int64_t kTimeStepNs = 2'000'000'000;

bool is_same_name(const std::string& a, const std::string& b) {
    return base::to_ascii_lower(a) == base::to_ascii_lower(b);
}

void require_name(const std::string& name, const base::fs::path& path) {
    const bool is_allowed = std::ranges::all_of(name, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 &&
               std::string_view{"\"*:<>?\\|"}.find(c) == std::string_view::npos;
    });
    const bool has_bad_end =
        name != "." && name != ".." && (name.back() == '.' || name.back() == ' ');
    if (!is_allowed || has_bad_end || name.size() > 255) {
        base::throw_errno(EINVAL, "name on FAT", path);
    }
}

base::FileStatus in_steps(base::FileStatus status) {
    status.modified_ns -= status.modified_ns % kTimeStepNs;
    status.changed_ns -= status.changed_ns % kTimeStepNs;
    return status;
}

class FatFile final : public base::File {
public:
    FatFile(std::unique_ptr<base::File> file, base::fs::path path)
        : file_(std::move(file)), path_(std::move(path)) {}

    std::size_t read_at(std::uint64_t offset, base::MutableByteView out) override {
        return file_->read_at(offset, out);
    }
    void write_at(std::uint64_t offset, base::ByteView bytes) override {
        require_size(offset + bytes.size());
        file_->write_at(offset, bytes);
    }
    void truncate(std::uint64_t size_bytes) override {
        require_size(size_bytes);
        file_->truncate(size_bytes);
    }
    void sync() override { file_->sync(); }
    base::FileStatus status() override { return in_steps(file_->status()); }
    bool try_lock(std::uint64_t offset, std::uint64_t length, base::LockMode mode) override {
        return file_->try_lock(offset, length, mode);
    }
    void unlock(std::uint64_t offset, std::uint64_t length) override {
        file_->unlock(offset, length);
    }
    bool locked_by_other(std::uint64_t offset, std::uint64_t length) override {
        return file_->locked_by_other(offset, length);
    }
    void start_writeback(std::uint64_t offset, std::uint64_t length) noexcept override {
        file_->start_writeback(offset, length);
    }
    void will_read_all() noexcept override { file_->will_read_all(); }
    void drop_cache(std::uint64_t offset, std::uint64_t length) noexcept override {
        file_->drop_cache(offset, length);
    }

private:
    void require_size(std::uint64_t size_bytes) const {
        if (size_bytes > FatFileSystem::kMaxFileBytes) {
            base::throw_errno(EFBIG, "write file", path_);
        }
    }

    std::unique_ptr<base::File> file_;
    base::fs::path path_;
};

// Names here go through the file system, which knows how they are spelled.
class FatDirectory final : public base::Directory {
public:
    FatDirectory(FatFileSystem& files, std::unique_ptr<base::Directory> directory,
                 base::fs::path path)
        : files_(files), directory_(std::move(directory)), path_(std::move(path)) {}

    std::unique_ptr<base::File> create_new(const std::string& name) override {
        return files_.open(path_ / name, base::OpenMode::kCreateNew);
    }
    void rename_no_replace(const std::string& from, const std::string& to) override {
        if (files_.status(path_ / to)) {
            base::throw_errno(EEXIST, "rename", path_ / from, path_ / to);
        }
        files_.rename(path_ / from, path_ / to);
    }
    void remove(const std::string& name) override { files_.remove_file(path_ / name); }
    void sync() override { directory_->sync(); }
    void sync_contents() override { directory_->sync_contents(); }

private:
    FatFileSystem& files_;
    std::unique_ptr<base::Directory> directory_;
    base::fs::path path_;
};

}  // namespace

base::fs::path FatFileSystem::found(const base::fs::path& path) {
    base::fs::path real;
    for (const base::fs::path& part : path) {
        if (part.empty() || part == "/" || part == ".") {
            real /= part;
            continue;
        }
        const std::string& name = part.native();
        require_name(name, path);
        const auto above = files_.status(real.empty() ? "." : real);
        std::string spelled = name;
        if (above && above->kind == base::FileKind::kDirectory) {
            for (const base::DirectoryEntry& entry : files_.list(real.empty() ? "." : real)) {
                spelled = is_same_name(entry.name, name) ? entry.name : spelled;
            }
        }
        real /= spelled;
    }
    return real;
}

std::unique_ptr<base::File> FatFileSystem::open(const base::fs::path& path, base::OpenMode mode) {
    return std::make_unique<FatFile>(files_.open(found(path), mode), path);
}

std::unique_ptr<base::Directory> FatFileSystem::open_directory(const base::fs::path& path) {
    return std::make_unique<FatDirectory>(*this, files_.open_directory(found(path)), path);
}

std::optional<base::FileStatus> FatFileSystem::status(const base::fs::path& path) {
    const auto status = files_.status(found(path));
    return status ? std::optional{in_steps(*status)} : std::nullopt;
}

std::vector<base::DirectoryEntry> FatFileSystem::list(const base::fs::path& path) {
    return files_.list(found(path));
}

void FatFileSystem::create_directory(const base::fs::path& path) {
    files_.create_directory(found(path));
}

void FatFileSystem::rename(const base::fs::path& from, const base::fs::path& to) {
    const base::fs::path source = found(from);
    const base::fs::path target = found(to);
    if (source != target && files_.status(target)) {
        files_.remove_file(target);  // two steps, as on FAT
    }
    files_.rename(source, target);
}

void FatFileSystem::remove_file(const base::fs::path& path) {
    files_.remove_file(found(path));
}

void FatFileSystem::remove_directory(const base::fs::path& path) {
    files_.remove_directory(found(path));
}

void FatFileSystem::sync_directory(const base::fs::path& path) {
    files_.sync_directory(found(path));
}

std::uint64_t FatFileSystem::free_bytes(const base::fs::path& path) {
    return files_.free_bytes(found(path));
}

}  // namespace kua::testing
