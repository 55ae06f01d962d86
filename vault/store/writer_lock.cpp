#include "vault/store/writer_lock.h"

#include <string>
#include <utility>

#include "kua/error.h"
#include "vault/base/parse.h"

namespace kua::store {

namespace {

constexpr std::string_view kLockName = "lock";
constexpr std::size_t kMaxNoteBytes = 64 * 1024;

struct ParsedNote {
    WriterLock::Note note;
    std::size_t bytes = 0;  // that made sense
};

// Lines of "<segment> <first piece>\n", up to the first that makes no sense.
ParsedNote parse_note(std::string_view text) {
    ParsedNote parsed;
    std::string_view rest = text;
    while (const auto line = base::take_line(rest)) {
        const auto parts = base::split(*line, ' ', /*max_parts=*/2);
        if (!parts || parts->size() != 2) {
            break;
        }
        const auto segment = base::parse_unsigned((*parts)[0], 999'999);
        const auto first_piece = base::parse_signed((*parts)[1], 1);
        if (!segment || !first_piece) {
            break;
        }
        parsed.note[static_cast<std::uint32_t>(*segment)] = *first_piece;
        parsed.bytes = text.size() - rest.size();
    }
    return parsed;
}

ParsedNote read_note_in(base::File& file) {
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
    ParsedNote parsed = read_note_in(*file_);
    note_found_ = std::move(parsed.note);
    note_bytes_ = parsed.bytes;  // what a crash tore is cut off
}

WriterLock::Note WriterLock::read_note(base::FileSystem& files, const fs::path& dir) {
    const fs::path path = dir / kLockName;
    if (!files.status(path)) {
        return {};
    }
    return read_note_in(*files.open(path, base::OpenMode::kRead)).note;
}

// Only ever appended to while segments are: a line that fails must not take others with it.
void WriterLock::add_to_note(std::uint32_t segment, std::int64_t first_piece) {
    if (file_->status().size_bytes > note_bytes_) {
        file_->truncate(note_bytes_);  // of what a crash tore: the end of it could look like a line
    }
    const std::string line = std::to_string(segment) + ' ' + std::to_string(first_piece) + '\n';
    file_->write_at(note_bytes_, base::bytes_of(line));
    file_->sync();
    note_bytes_ += line.size();
}

void WriterLock::clear_note() {
    if (file_->status().size_bytes == 0) {
        return;
    }
    file_->truncate(0);
    file_->sync();
    note_bytes_ = 0;
}

}  // namespace kua::store
