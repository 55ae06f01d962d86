#include "vault/base/new_file.h"

#include <memory>
#include <utility>

#include "kua/error.h"

namespace kua::base {

NewFile::NewFile(FileSystem& files, fs::path path, ByteView content)
    : files_(files), path_(std::move(path)) {
    const std::unique_ptr<File> file = files_.open(path_, OpenMode::kCreateNew);
    try {
        file->write_at(0, content);
        file->sync();
        files_.sync_directory(path_.has_parent_path() ? path_.parent_path() : fs::path{"."});
    } catch (const Error&) {
        files_.remove_file(path_);
        throw;
    }
}

NewFile::~NewFile() {
    if (!kept_) {
        try {
            files_.remove_file(path_);
        } catch (const Error&) {
            // The device is gone; what failed before that is being reported.
            kept_ = false;
        }
    }
}

bool file_reads_as(FileSystem& files, const fs::path& path, ByteView content) {
    Bytes read(content.size() + 1);
    const std::size_t size = files.open(path, OpenMode::kRead)->read_at(0, read);
    return text_of(ByteView{read}.first(size)) == text_of(content);
}

}  // namespace kua::base
