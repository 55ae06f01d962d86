#include "vault/format/sshsig.h"

#include <array>

#include "tests/fuzz/fuzz.h"

namespace {

constexpr auto kNamespace = format::SignatureNamespace::kBundle;

// The key of the corpus, whose seed is 32 times 01, so that a true signature is within reach.
const crypto::Ed25519Signer& signer() {
    static const crypto::Ed25519Signer kSigner = [] {
        std::array<std::byte, 32> seed;
        seed.fill(std::byte{1});
        return crypto::Ed25519Signer{crypto::SigningSeed::copy_of(seed)};
    }();
    return kSigner;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    const base::ByteView message = base::bytes_of("a manifest");
    static const std::string kTrue = format::sign(signer(), kNamespace, message);
    // Only the holder of the seed can make another signature, and then not in another spelling.
    const bool accepted = format::is_signed_by(signer().public_key(), kNamespace, message, text);
    KUA_CHECK(accepted == (text == kTrue));

    const std::optional<crypto::Ed25519PublicKey> key = format::parse_public_key_line(text);
    KUA_CHECK(!key || format::encode_public_key_line(*key) == text);
    return 0;
}
