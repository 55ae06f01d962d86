// Reads age files in text armor, as they travel through messengers. kua never writes any.
// Source: C2SP age.md, ASCII armor (RFC 7468, strict); vectors: age/armor_*.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"

namespace kua::format {

// Whether `front`, the first bytes of a file, begins with armor, white space aside.
[[nodiscard]] bool looks_like_age_armor(base::ByteView front);

// Turns armored text into the binary age file inside, front to back; small fixed memory. Lines end
// with LF or CR LF; up to 1 KiB of white space may stand before and behind, nothing else. One
// thread per reader.
class AgeArmorReader final : public base::ByteSource {
public:
    // `text` must outlive the reader.
    explicit AgeArmorReader(base::ByteSource& text);

    // Throws kDamaged where the armor breaks the rules, at the latest instead of the 0 that says
    // the end; again on every later call.
    std::size_t read(base::MutableByteView out) override;
    // Whether a read() has thrown because of the armor, not because of what is inside.
    bool malformed() const noexcept { return state_ == State::kMalformed; }

private:
    enum class State : std::uint8_t { kBefore, kInside, kBehind, kMalformed };

    [[noreturn]] void refuse(const char* what);
    std::optional<char> next_character();
    std::optional<std::string_view> next_line();
    void skip_to_begin();
    void decode_next_line();
    void require_end();

    base::ByteSource& source_;
    base::Bytes buffer_;
    base::ByteView ahead_;  // of buffer_, not looked at yet
    std::string line_;
    base::Bytes decoded_;    // of one line
    base::ByteView unread_;  // of decoded_
    bool saw_short_line_ = false;
    State state_ = State::kBefore;
};

}  // namespace kua::format
