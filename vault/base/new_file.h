// A file that wasn't there before: durable under its name, or not there at all.
#pragma once

#include <memory>

#include "vault/base/filesystem.h"

namespace kua::base {

// Creates `path` with `content` and makes both durable. kExists if it is there already; if anything
// fails, or the object goes before keep(), the file goes too.
class NewFile {
public:
    NewFile(FileSystem& files, const fs::path& path, ByteView content);
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile();

    void keep() noexcept { kept_ = true; }

private:
    NewFile(FileSystem& files, const fs::path& path);  // empty, and open

    FileSystem& files_;
    fs::path path_;
    std::unique_ptr<File> file_;  // until it is durable
    bool kept_ = false;
};

// To be called after a rename and before its directory is synced: on FAT the entry that got the new
// name tells the file's size and place only once the file is synced again. Without this a stick
// that is pulled has, for half a minute, an empty file there, or one in room that was given back.
// For many files at once: Directory::sync_contents().
void sync_renamed(FileSystem& files, const fs::path& to);

// A NewFile, not kept yet, that was read back from the device. kStorage if it reads differently.
std::unique_ptr<NewFile> write_read_back(FileSystem& files, const fs::path& path, ByteView content);

// Whether the file holds `content` and nothing else.
bool file_reads_as(FileSystem& files, const fs::path& path, ByteView content);

}  // namespace kua::base
