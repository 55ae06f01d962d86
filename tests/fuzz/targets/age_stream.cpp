#include "vault/format/age_stream.h"

#include <algorithm>
#include <array>

#include "tests/fuzz/fuzz.h"
#include "tests/support/scripted_random.h"

namespace {

using format::AgePart;
using format::AgePayloadOpener;
using format::AgePayloadSealer;
using format::kAgePayloadNonceBytes;

crypto::FileKey file_key() {
    std::array<std::byte, 16> key;
    key.fill(std::byte{1});
    return crypto::FileKey::copy_of(key);
}

base::Bytes seal(base::ByteView plaintext, base::Bytes nonce) {
    testing::ScriptedRandom random{std::move(nonce)};
    AgePayloadSealer sealer{file_key(), random};
    base::Bytes payload(format::age_payload_size(plaintext.size()));
    payload.resize(sealer.seal(plaintext, AgePart::kLast, payload));
    return payload;
}

std::optional<base::Bytes> open(base::ByteView payload) {
    if (payload.size() < kAgePayloadNonceBytes) {
        return std::nullopt;
    }
    return testing::parsed(ErrorCode::kDamaged, [&] {
        AgePayloadOpener opener{file_key(), payload.first<kAgePayloadNonceBytes>()};
        const base::ByteView sealed = payload.subspan(kAgePayloadNonceBytes);
        base::Bytes plaintext(sealed.size());
        plaintext.resize(opener.open(sealed, AgePart::kLast, plaintext));
        return plaintext;
    });
}

// Under a key that the fuzzer has too: there is one payload for a nonce and a plaintext.
void check_as_payload(base::ByteView payload) {
    const std::optional<base::Bytes> plaintext = open(payload);
    if (plaintext) {
        KUA_CHECK(format::age_plaintext_size(payload.size()) == plaintext->size());
        const base::Bytes again =
            seal(*plaintext, base::copy_of(payload.first<kAgePayloadNonceBytes>()));
        KUA_CHECK(base::text_of(again) == base::text_of(payload));
    }
}

// A payload of three chunks with one byte altered where the input says: never accepted.
void check_altered(base::ByteView edit) {
    static const base::Bytes kPayload =
        seal(base::Bytes(2 * format::kAgeChunkBytes + 100, std::byte{'x'}),
             base::Bytes(kAgePayloadNonceBytes));
    if (edit.size() < 4 || edit[3] == std::byte{0}) {
        return;
    }
    std::size_t at = 0;
    for (const std::byte byte : edit.first(3)) {
        at = at << 8 | std::to_integer<std::size_t>(byte);
    }
    base::Bytes altered = kPayload;
    altered[at % altered.size()] ^= edit[3];
    KUA_CHECK(!open(altered));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    check_as_payload(bytes);
    if (size == 4) {
        check_altered(bytes);
    }
    const base::Bytes payload = seal(bytes, base::Bytes(kAgePayloadNonceBytes));
    const std::optional<base::Bytes> plaintext = open(payload);
    KUA_CHECK(plaintext && base::text_of(*plaintext) == base::text_of(bytes));
    return 0;
}
