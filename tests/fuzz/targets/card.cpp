#include "vault/format/card.h"

#include <array>

#include "tests/fuzz/fuzz.h"
#include "vault/format/sshsig.h"

namespace {

// The key of the corpus: an identity whose root is 32 times 01.
const crypto::Ed25519Signer& signer() {
    static const crypto::Ed25519Signer kSigner = [] {
        std::array<std::byte, 32> root;
        root.fill(std::byte{1});
        return crypto::Ed25519Signer{
            crypto::derive_signing_seed(crypto::IdentityRoot::copy_of(root))};
    }();
    return kSigner;
}

void check(const std::string& text) {
    const auto card =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_card(text); });
    if (!card) {
        return;
    }
    KUA_CHECK(card->text == text && text.size() <= format::kMaxCardBytes);
    format::check_card_name(card->name);
    // Nothing is in a card but what was read from it.
    const std::string lines = "kua-card-v1\nname: " + card->name +
                              "\nsign: " + format::encode_public_key_line(card->signing_key) +
                              "\nseal: " + card->recipient + "\ninbox: " + card->inbox + "\n";
    KUA_CHECK(text.starts_with(lines));
    KUA_CHECK(format::is_signed_by(card->signing_key, format::SignatureNamespace::kCard,
                                   base::bytes_of(lines),
                                   std::string_view{text}.substr(lines.size())));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{testing::fuzz_text(data, size)};
    check(text);
    // Behind the signature: whatever stands before it, signed by the corpus' key.
    const std::string lines = text.substr(0, text.find("-----BEGIN"));
    check(lines + format::sign(signer(), format::SignatureNamespace::kCard, base::bytes_of(lines)));
    return 0;
}
