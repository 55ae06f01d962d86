// Files of a few bytes in a repository: refs, HEAD. Also the words that all of what kua writes
// there beside final names begins with, so that what a crash left can be told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vault/base/filesystem.h"

namespace kua::exchange {

// git leaves files of this name alone, beside packs if they don't end as packs and their indexes
// do; the ones of refs also end in `.lock`, by which git knows that they are no refs.
constexpr std::string_view kTemporaryPrefix = "tmp_kua_";

// A directory and no link to one.
bool is_directory(base::FileSystem& files, const base::fs::path& path);
// The size of a regular file; nothing if there is none, or a link.
std::optional<std::uint64_t> file_size(base::FileSystem& files, const base::fs::path& path);

// The content of a regular file; nothing if there is none or a link. kDamaged if it is longer than
// `max_bytes`, which is checked before anything is allocated.
std::optional<std::string> read_small_file(base::FileSystem& files, const base::fs::path& path,
                                           std::size_t max_bytes);
// Gives `path` this content: written to `temporary` in the same directory, made durable, renamed,
// and read back past the cache both times. kStorage if it reads differently.
void replace_file(base::FileSystem& files, const base::fs::path& temporary,
                  const base::fs::path& path, std::string_view content);
// Removes what a crash left in a directory.
void sweep_temporary_files(base::FileSystem& files, const base::fs::path& dir);

// A file that goes away with its owner unless it got a final name.
class TemporaryFile {
public:
    TemporaryFile(base::FileSystem& files, base::fs::path path);  // kExists if it is there
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile();

    base::File& file() const { return *file_; }
    void close() noexcept { file_.reset(); }
    // Closes it and gives it this name, replacing what had it. Durable once the directory is
    // synced.
    void rename_to(const base::fs::path& path);
    // The same, but kExists if the name, in the same directory, is taken.
    void rename_to_free(const base::fs::path& path);

private:
    base::FileSystem& files_;
    base::fs::path path_;  // empty once it has another name
    std::unique_ptr<base::File> file_;
};

}  // namespace kua::exchange
