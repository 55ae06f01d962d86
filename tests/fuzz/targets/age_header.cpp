#include "vault/format/age_header.h"

#include <array>

#include "tests/fuzz/fuzz.h"
#include "vault/format/age_file_key.h"

namespace {

// Both keys of the corpus have seeds of 32 times 01. No passphrase: scrypt would take the time.
const std::array<format::AgeIdentity, 2>& identities() {
    static const std::array<format::AgeIdentity, 2> kIdentities = [] {
        std::array<std::byte, 32> seed;
        seed.fill(std::byte{1});
        return std::array{format::AgeIdentity::copy_of(format::AgeKeyKind::kHybrid, seed),
                          format::AgeIdentity::copy_of(format::AgeKeyKind::kX25519, seed)};
    }();
    return kIdentities;
}

void check(base::ByteView header) {
    const auto parsed =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_age_header(header); });
    if (parsed) {
        KUA_CHECK(!parsed->stanzas.empty() && parsed->stanzas.size() <= format::kAgeMaxStanzas);
        // One text for the same stanzas: written again under any key, all but the MAC is the same.
        const auto key = crypto::FileKey::copy_of(std::array<std::byte, 16>{});
        const base::Bytes again = format::encode_age_header(parsed->stanzas, key);
        KUA_CHECK(again.size() == header.size());
        const base::ByteView authenticated = parsed->authenticated;
        KUA_CHECK(base::text_of(again).starts_with(base::text_of(authenticated)));
        KUA_CHECK(base::text_of(header).starts_with(base::text_of(authenticated)));
    }
    const format::AgeUnlock unlock{.identities = identities(), .passphrases = {}};
    const format::AgeOpening opening =
        format::try_open_age_header(header, unlock, format::AgeStanzas::kAny);
    KUA_CHECK(opening.file_key.has_value() == (opening.failure == format::AgeFailure::kNone));
    KUA_CHECK(parsed || opening.failure == format::AgeFailure::kMalformed);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    const auto end =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::find_age_header_end(bytes); });
    if (end && *end) {
        KUA_CHECK(**end <= bytes.size());
        check(bytes.first(**end));
    }
    check(bytes);
    return 0;
}
