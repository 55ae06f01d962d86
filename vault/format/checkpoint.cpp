#include "vault/format/checkpoint.h"

#include <algorithm>
#include <optional>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/check.h"
#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::string_view kOriginStart = "kua/";

// The longest text: origin, 16 digits of size, 44 of root.
constexpr std::size_t kMaxTextBytes =
    kOriginStart.size() + kCaseIdDigits + 1 + kFingerprintDigits + 1 + 16 + 1 + 44 + 1;

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && std::ranges::all_of(text, [](char c) {
               return base::is_ascii_digit(c) || (c >= 'a' && c <= 'f');
           });
}

bool fits(const Checkpoint& checkpoint) {
    return is_hex(checkpoint.case_id, kCaseIdDigits) &&
           is_hex(checkpoint.author, kFingerprintDigits) &&
           checkpoint.head.size <= kMaxJournalSize &&
           (checkpoint.head.size != 0 || checkpoint.head.root == empty_root());
}

[[noreturn]] void damaged_checkpoint() {
    throw Error{ErrorCode::kDamaged, "not a checkpoint as kua writes it"};
}

// Sets the two ids of `checkpoint` from its first line, unchecked but for their lengths.
void read_origin(std::string_view line, Checkpoint& checkpoint) {
    constexpr std::size_t kAuthorAt = kOriginStart.size() + kCaseIdDigits + 1;
    if (line.size() != kAuthorAt + kFingerprintDigits || !line.starts_with(kOriginStart) ||
        line[kAuthorAt - 1] != '/') {
        damaged_checkpoint();
    }
    checkpoint.case_id = line.substr(kOriginStart.size(), kCaseIdDigits);
    checkpoint.author = line.substr(kAuthorAt);
}

}  // namespace

std::string encode_checkpoint(const Checkpoint& checkpoint) {
    KUA_CHECK(fits(checkpoint));
    return std::string{kOriginStart} + checkpoint.case_id + "/" + checkpoint.author + "\n" +
           std::to_string(checkpoint.head.size) + "\n" +
           base::encode_base64(checkpoint.head.root, base::Base64::kPadded) + "\n";
}

Checkpoint parse_checkpoint(std::string_view text) {
    if (text.size() > kMaxTextBytes) {
        damaged_checkpoint();
    }
    const auto lines = base::split_lines(text, 3);
    if (!lines || lines->size() != 3) {
        damaged_checkpoint();
    }
    Checkpoint checkpoint;
    read_origin(lines->at(0), checkpoint);
    const std::optional<std::uint64_t> size = base::parse_unsigned(lines->at(1), kMaxJournalSize);
    const std::optional<base::Bytes> root =
        base::decode_base64(lines->at(2), base::Base64::kPadded);
    if (!size || !root || root->size() != checkpoint.head.root.size()) {
        damaged_checkpoint();
    }
    checkpoint.head.size = *size;
    std::ranges::copy(*root, checkpoint.head.root.begin());
    if (!fits(checkpoint)) {
        damaged_checkpoint();
    }
    return checkpoint;
}

}  // namespace kua::format
