#include "vault/base/short_id.h"

#include "vault/base/parse.h"

namespace kua::base {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
static_assert(kAlphabet.size() == 32);

}  // namespace

std::string encode_id(ByteView bytes) {
    std::string id;
    unsigned bits = 0;
    unsigned pending = 0;
    for (const std::byte byte : bytes) {
        bits = ((bits << 8) | std::to_integer<unsigned>(byte)) & 0xffff;
        for (pending += 8; pending >= 5; pending -= 5) {
            id.push_back(kAlphabet[(bits >> (pending - 5)) & 0x1f]);
        }
    }
    if (pending > 0) {
        id.push_back(kAlphabet[(bits << (5 - pending)) & 0x1f]);
    }
    return id;
}

std::optional<std::string> normalize_id(std::string_view typed) {
    std::string id;
    for (const char c : typed) {
        char lower = to_ascii_lower(c);
        if (lower == 'o') {
            lower = '0';
        } else if (lower == 'i' || lower == 'l') {
            lower = '1';
        }
        if (kAlphabet.find(lower) == std::string_view::npos) {
            return std::nullopt;
        }
        id.push_back(lower);
    }
    if (id.empty()) {
        return std::nullopt;
    }
    return id;
}

}  // namespace kua::base
