#include "vault/format/bech32.h"

#include <array>

#include "tests/fuzz/fuzz.h"
#include "vault/format/age_keys.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::array<std::string_view, 4> kPrefixes{"age", "age1pq", "AGE-SECRET-KEY-",
                                                        "AGE-SECRET-KEY-PQ-"};
    const std::string_view text = testing::fuzz_text(data, size);
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    for (const std::string_view prefix : kPrefixes) {
        const std::optional<base::Bytes> decoded = format::decode_bech32(prefix, text);
        KUA_CHECK(!decoded || format::encode_bech32(prefix, *decoded) == text);
        const std::optional<crypto::SecretBytes> secret =
            format::decode_secret_bech32(prefix, bytes);
        KUA_CHECK(decoded.has_value() == secret.has_value());
    }
    // Behind the checksum: whatever is encoded comes back.
    const std::string_view prefix = kPrefixes.at(size % kPrefixes.size());
    const std::optional<base::Bytes> again =
        format::decode_bech32(prefix, format::encode_bech32(prefix, bytes));
    KUA_CHECK(again && base::text_of(*again) == text);
    const auto recipient =
        testing::parsed(ErrorCode::kUsage, [&] { return format::AgeRecipient::parse(text); });
    KUA_CHECK(!recipient || recipient->text() == text);
    return 0;
}
