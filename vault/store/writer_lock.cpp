#include "vault/store/writer_lock.h"

#include <string>

#include "kua/error.h"
#include "vault/base/parse.h"

namespace kua::store {

namespace {

constexpr std::string_view kLockName = "lock";
constexpr std::size_t kMaxNoteBytes = 64 * 1024;
constexpr std::size_t kMaxNoteLines = 2000;

// "<segment> <first piece>\n" per segment, and "end\n", so that a torn note isn't taken for one.
std::string encode_note(const WriterLock::Note& note) {
    std::string text;
    for (const auto& [segment, first_piece] : note) {
        text += std::to_string(segment) + ' ' + std::to_string(first_piece) + '\n';
    }
    return text.empty() ? text : text + "end\n";
}

WriterLock::Note parse_note(std::string_view text) {
    WriterLock::Note note;
    const auto lines = base::split_lines(text, kMaxNoteLines);
    if (!lines || lines->empty() || lines->back() != "end") {
        return {};
    }
    for (std::size_t index = 0; index + 1 < lines->size(); ++index) {
        const auto parts = base::split((*lines)[index], ' ', 2);
        if (!parts || parts->size() != 2) {
            return {};
        }
        const auto segment = base::parse_unsigned((*parts)[0], 999'999);
        const auto first_piece = base::parse_signed((*parts)[1], 1);
        if (!segment || !first_piece) {
            return {};
        }
        note[static_cast<std::uint32_t>(*segment)] = *first_piece;
    }
    return note;
}

WriterLock::Note read_note_in(base::File& file) {
    base::Bytes bytes(kMaxNoteBytes);
    bytes.resize(file.read_at(0, bytes));
    return parse_note(base::text_of(bytes));
}

}  // namespace

WriterLock::WriterLock(base::FileSystem& files, const fs::path& dir)
    : file_(files.open(dir / kLockName, base::OpenMode::kReadWriteCreate)) {
    if (!file_->try_lock(0, kMaxNoteBytes, base::LockMode::kExclusive)) {
        throw Error{ErrorCode::kBusy, "another kua is writing here"};
    }
    note_found_ = read_note_in(*file_);
}

WriterLock::Note WriterLock::read_note(base::FileSystem& files, const fs::path& dir) {
    const fs::path path = dir / kLockName;
    if (!files.status(path)) {
        return {};
    }
    return read_note_in(*files.open(path, base::OpenMode::kRead));
}

void WriterLock::write_note(const Note& note) {
    const std::string text = encode_note(note);
    file_->truncate(0);
    file_->write_at(0, base::bytes_of(text));
    file_->sync();
}

}  // namespace kua::store
