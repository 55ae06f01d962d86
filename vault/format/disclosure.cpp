#include "vault/format/disclosure.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/crypto/sha256.h"

namespace kua::format {
namespace {

// This also refuses "_sd" and "...", which mean something else in SD-JWT.
bool is_fact_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxFactNameBytes && base::is_ascii_lower(name[0]) &&
           std::ranges::all_of(name, [](char c) {
               return base::is_ascii_lower(c) || base::is_ascii_digit(c) || c == '_' || c == '.';
           });
}

bool is_salt(std::string_view text) {
    const std::optional<base::Bytes> salt = base::decode_base64(text, base::Base64::kUrl);
    return salt && salt->size() >= kMinSaltBytes && salt->size() <= kMaxSaltBytes;
}

[[noreturn]] void damaged_disclosure(std::string_view what) {
    throw Error{ErrorCode::kDamaged, "disclosure: " + std::string{what}};
}

}  // namespace

Disclosure make_disclosure(std::string_view name, base::Json value, base::Random& random) {
    KUA_CHECK(is_fact_name(name));
    std::array<std::byte, kMinSaltBytes> salt{};
    random.fill(salt);
    base::Json parts = base::Json::array();
    parts.push_back(base::encode_base64(salt, base::Base64::kUrl));
    parts.push_back(name);
    parts.push_back(value);
    std::string text =
        base::encode_base64(base::bytes_of(base::write_json(parts)), base::Base64::kUrl);
    if (text.size() > kMaxDisclosureBytes) {
        throw Error{ErrorCode::kFailed, "a fact is too long: 768 KiB is the most"};
    }
    return {.text = std::move(text), .name = std::string{name}, .value = std::move(value)};
}

Disclosure make_decoy(base::Random& random) {
    return make_disclosure(kDecoyName, nullptr, random);
}

Disclosure parse_disclosure(std::string_view text) {
    if (text.size() > kMaxDisclosureBytes) {
        damaged_disclosure("over 1 MiB");
    }
    const std::optional<base::Bytes> json = base::decode_base64(text, base::Base64::kUrl);
    if (!json) {
        damaged_disclosure("not base64url");
    }
    base::Json parts = base::parse_json(base::text_of(*json));
    if (!parts.is_array() || parts.size() != 3 || !parts[0].is_string() || !parts[1].is_string()) {
        damaged_disclosure("not a salt, a name and a value");
    }
    if (!is_salt(parts[0].get_ref<const std::string&>())) {
        damaged_disclosure("no salt of 16 to 64 bytes");
    }
    std::string name = parts[1].get<std::string>();
    if (!is_fact_name(name)) {
        damaged_disclosure("not the name of a fact");
    }
    return {.text = std::string{text}, .name = std::move(name), .value = std::move(parts[2])};
}

std::string digest_of(std::string_view disclosure_text) {
    return base::encode_base64(crypto::sha256(base::bytes_of(disclosure_text)), base::Base64::kUrl);
}

}  // namespace kua::format
