#include "vault/base/new_file.h"

#include "kua/error.h"
#include "vault/base/utf8.h"

namespace kua::base {

NewFile::NewFile(FileSystem& files, const fs::path& path)
    : files_(files), path_(path), file_(files_.open(path_, OpenMode::kCreateNew)) {}

// Once the other constructor is done, the destructor removes the file whatever fails here.
NewFile::NewFile(FileSystem& files, const fs::path& path, ByteView content) : NewFile(files, path) {
    file_->write_at(0, content);
    file_->sync();
    file_.reset();
    files_.sync_directory(path_.has_parent_path() ? path_.parent_path() : fs::path{"."});
}

NewFile::~NewFile() {
    if (!kept_) {
        file_.reset();
        try {
            files_.remove_file(path_);
        } catch (const Error&) {
            // The device is gone; what failed before that is being reported.
            kept_ = false;
        }
    }
}

void sync_renamed(FileSystem& files, const fs::path& to) {
    files.open(to, OpenMode::kRead)->sync();
}

std::unique_ptr<NewFile> write_read_back(FileSystem& files, const fs::path& path,
                                         ByteView content) {
    auto made = std::make_unique<NewFile>(files, path, content);
    if (!file_reads_as(files, path, content)) {
        throw Error{ErrorCode::kStorage,
                    base::quoted(path.native()) +
                        " reads differently than it was written; the device is failing"};
    }
    return made;
}

bool file_reads_as(FileSystem& files, const fs::path& path, ByteView content) {
    Bytes read(content.size() + 1);
    const std::unique_ptr<File> file = files.open(path, OpenMode::kRead);
    file->sync();
    file->drop_cache(0, 0);  // what the device has, not what the system remembers of writing it
    const std::size_t size = file->read_at(0, read);
    return text_of(ByteView{read}.first(size)) == text_of(content);
}

}  // namespace kua::base
