#include "vault/format/age_armor.h"

#include <algorithm>

#include "kua/error.h"
#include "vault/base/base64.h"

namespace kua::format {
namespace {

constexpr std::string_view kArmorBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kArmorEnd = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kArmorColumns = 64;
constexpr std::size_t kMaxWhiteSpace = 1024;
constexpr std::size_t kBufferBytes = 16 * 1024;

constexpr bool is_white_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

bool looks_like_age_armor(base::ByteView front) {
    const std::string_view text = base::text_of(front);
    const auto skipped =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_white_space) - text.begin());
    return skipped <= kMaxWhiteSpace && text.substr(skipped).starts_with(kArmorBegin);
}

AgeArmorReader::AgeArmorReader(base::ByteSource& text) : source_(text), buffer_(kBufferBytes) {}

void AgeArmorReader::refuse(const char* what) {
    state_ = State::kMalformed;
    throw Error{ErrorCode::kDamaged, std::string("malformed age armor: ") + what};
}

std::optional<char> AgeArmorReader::next_character() {
    if (ahead_.empty()) {
        ahead_ = std::span{buffer_}.first(source_.read(buffer_));
        if (ahead_.empty()) {
            return std::nullopt;
        }
    }
    const char c = static_cast<char>(ahead_.front());
    ahead_ = ahead_.subspan(1);
    return c;
}

// The next line without its end, valid until the next call; nothing at the end of the text. The
// last line needs no end.
std::optional<std::string_view> AgeArmorReader::next_line() {
    line_.clear();
    std::optional<char> c = next_character();
    if (!c) {
        return std::nullopt;
    }
    for (; c && *c != '\n'; c = next_character()) {
        if (line_.size() > kArmorColumns) {  // with room for a CR
            refuse("a line over 64 columns");
        }
        line_ += *c;
    }
    if (c && line_.ends_with('\r')) {
        line_.pop_back();
    }
    return line_;
}

void AgeArmorReader::skip_to_begin() {
    std::optional<char> c = next_character();
    for (std::size_t skipped = 0; c && is_white_space(*c); c = next_character()) {
        if (++skipped > kMaxWhiteSpace) {
            refuse("too much white space before it");
        }
    }
    if (!c || *c != kArmorBegin.front() || next_line() != kArmorBegin.substr(1)) {
        refuse("no BEGIN line");
    }
    state_ = State::kInside;
}

void AgeArmorReader::require_end() {
    std::size_t skipped = 0;
    while (const std::optional<char> c = next_character()) {
        if (!is_white_space(*c)) {
            refuse("something behind the END line");
        }
        if (++skipped > kMaxWhiteSpace) {
            refuse("too much white space behind it");
        }
    }
    state_ = State::kBehind;
}

// All lines have 64 columns but the last, which has 4 to 64 and alone may be padded.
void AgeArmorReader::decode_next_line() {
    const std::optional<std::string_view> line = next_line();
    if (!line) {
        refuse("no END line");
    }
    if (*line == kArmorEnd) {
        require_end();
        return;
    }
    if (line->empty() || line->size() > kArmorColumns || saw_short_line_) {
        refuse("a line of the wrong length");
    }
    std::optional<base::Bytes> bytes = base::decode_base64(*line, base::Base64::kPadded);
    if (!bytes) {
        refuse("not canonical base64");
    }
    saw_short_line_ = bytes->size() < kArmorColumns / 4 * 3;
    decoded_ = std::move(*bytes);
    unread_ = decoded_;
}

std::size_t AgeArmorReader::read(base::MutableByteView out) {
    if (state_ == State::kMalformed) {
        refuse("it was so before");
    }
    if (state_ == State::kBefore) {
        skip_to_begin();
    }
    std::size_t written = 0;
    while (written < out.size() && state_ == State::kInside) {
        if (unread_.empty()) {
            decode_next_line();
        }
        const std::size_t count = std::min(out.size() - written, unread_.size());
        std::ranges::copy(unread_.first(count), out.subspan(written).begin());
        unread_ = unread_.subspan(count);
        written += count;
    }
    return written;
}

}  // namespace kua::format
