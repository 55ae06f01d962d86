// Whole age files, binary or in armor, as they come from somebody else.
#include <array>

#include "tests/fuzz/fuzz.h"
#include "vault/base/memory_stream.h"
#include "vault/format/age_armor.h"
#include "vault/format/age_reader.h"

namespace {

// The classic key of the corpus; its secret is 32 times 01.
const format::AgeIdentity& identity() {
    static const format::AgeIdentity kIdentity = [] {
        std::array<std::byte, 32> secret;
        secret.fill(std::byte{1});
        return format::AgeIdentity::copy_of(format::AgeKeyKind::kX25519, secret);
    }();
    return kIdentity;
}

// What the file holds, if it opens to its end.
std::optional<base::Bytes> open(base::ByteSource& sealed) {
    try {
        format::AgeReader reader{sealed, identity(), format::AgeStanzas::kAny};
        base::Bytes plaintext;
        std::array<std::byte, 1000> part;
        while (const std::size_t count = reader.read(part)) {
            base::append(plaintext, base::ByteView{part}.first(count));
        }
        return plaintext;
    } catch (const Error& error) {
        KUA_CHECK(error.code() == ErrorCode::kDamaged || error.code() == ErrorCode::kWrongKey);
        return std::nullopt;
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    base::MemorySource binary{bytes};
    const std::optional<base::Bytes> opened = open(binary);
    base::MemorySource text{bytes};
    format::AgeArmorReader armor{text};
    const std::optional<base::Bytes> from_armor = open(armor);
    KUA_CHECK(!opened || !from_armor);
    KUA_CHECK(!from_armor || format::looks_like_age_armor(bytes));
    return 0;
}
