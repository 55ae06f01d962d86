#include "vault/exchange/small_file.h"

#include <span>

#include "kua/error.h"
#include "vault/base/new_file.h"

namespace kua::exchange {
namespace {

namespace fs = base::fs;

// Past the cache, where the system allows.
void require_content(base::File& file, std::string_view content) {
    file.drop_cache(0, 0);
    base::Bytes read(content.size() + 1);
    const std::size_t size = file.read_at(0, read);
    if (base::text_of(base::ByteView{read}.first(size)) != content) {
        throw Error{ErrorCode::kStorage, "the device does not keep what is written to it"};
    }
}

}  // namespace

bool is_directory(base::FileSystem& files, const fs::path& path) {
    const auto status = files.status(path);
    return status && status->kind == base::FileKind::kDirectory;
}

std::optional<std::uint64_t> file_size(base::FileSystem& files, const fs::path& path) {
    const auto status = files.status(path);
    if (!status || status->kind != base::FileKind::kRegular) {
        return std::nullopt;
    }
    return status->size_bytes;
}

std::optional<std::string> read_small_file(base::FileSystem& files, const fs::path& path,
                                           std::size_t max_bytes) {
    const std::optional<std::uint64_t> size = file_size(files, path);
    if (!size) {
        return std::nullopt;
    }
    if (*size > max_bytes) {
        throw Error{ErrorCode::kDamaged, "a file is larger than it may be"};
    }
    std::string content(*size, '\0');
    const auto file = files.open(path, base::OpenMode::kRead);
    content.resize(file->read_at(0, std::as_writable_bytes(std::span{content})));
    return content;
}

void replace_file(base::FileSystem& files, const fs::path& temporary, const fs::path& path,
                  std::string_view content) {
    {
        const auto file = files.open(temporary, base::OpenMode::kReadWriteCreate);
        file->truncate(0);
        file->write_at(0, base::bytes_of(content));
        file->sync();
        require_content(*file, content);
    }
    files.rename(temporary, path);
    base::sync_renamed(files, path);
    files.sync_directory(path.parent_path() / "");
    require_content(*files.open(path, base::OpenMode::kRead), content);
}

void sweep_temporary_files(base::FileSystem& files, const fs::path& dir) {
    for (const base::DirectoryEntry& entry : files.list(dir)) {
        if (entry.name.starts_with(kTemporaryPrefix) && entry.kind == base::FileKind::kRegular) {
            files.remove_file(dir / entry.name);
        }
    }
}

TemporaryFile::TemporaryFile(base::FileSystem& files, fs::path path)
    : files_(files), path_(std::move(path)), file_(files.open(path_, base::OpenMode::kCreateNew)) {}

TemporaryFile::~TemporaryFile() {
    if (path_.empty()) {
        return;
    }
    file_.reset();
    try {
        files_.remove_file(path_);
    } catch (const Error&) {
        path_.clear();  // the device is gone, as is being reported; the next push sweeps
    }
}

void TemporaryFile::rename_to(const fs::path& path) {
    file_.reset();
    files_.rename(path_, path);
    path_.clear();
    base::sync_renamed(files_, path);
}

void TemporaryFile::rename_to_free(const fs::path& path) {
    file_.reset();
    files_.open_directory(path_.has_parent_path() ? path_.parent_path() / "" : ".")
        ->rename_no_replace(path_.filename().native(), path.filename().native());
    path_.clear();
    base::sync_renamed(files_, path);
}

}  // namespace kua::exchange
