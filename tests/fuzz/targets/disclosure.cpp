#include "vault/format/disclosure.h"

#include "tests/fuzz/fuzz.h"
#include "vault/base/base64.h"

namespace {

void check(const std::string& text) {
    const auto disclosure =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_disclosure(text); });
    KUA_CHECK(format::digest_of(text).size() == format::kFactDigestCharacters);
    if (!disclosure) {
        return;
    }
    KUA_CHECK(disclosure->text == text);
    KUA_CHECK(!disclosure->name.empty() && disclosure->name.size() <= format::kMaxFactNameBytes);
    // A value that was read can be written, and then reads the same.
    const std::string value = base::write_json(disclosure->value);
    KUA_CHECK(base::parse_json(value) == disclosure->value);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    check(std::string{base::text_of(bytes)});
    check(base::encode_base64(bytes, base::Base64::kUrl));  // past the first hurdle
    return 0;
}
