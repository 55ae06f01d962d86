#include "vault/evidence/testimony/written_text.h"

namespace kua::evidence {

WrittenText read_written_text(base::FileSystem& files, const base::fs::path& path,
                              std::size_t max_bytes) {
    const auto file = files.open(path, base::OpenMode::kRead);
    WrittenText text;
    text.status = file->status();
    if (text.status.size_bytes > max_bytes) {
        throw Error{ErrorCode::kFailed,
                    "a text of more than " + std::to_string(max_bytes >> 20U) + " MiB"};
    }
    text.bytes.resize(static_cast<std::size_t>(text.status.size_bytes));
    text.bytes.resize(file->read_at(0, text.bytes));
    text.digest = crypto::sha256(text.bytes);
    return text;
}

}  // namespace kua::evidence
