#include "vault/crypto/chacha20poly1305.h"

#include <algorithm>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/crypto/hex_literal.h"
#include "vault/crypto/compare.h"

namespace kua::crypto {
namespace {

using base::bytes_of;
using testing::code_of;

constexpr std::string_view kPlainText =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
const std::array<std::byte, 32> kKey = counting_from<32>(0x80);
const std::array<std::byte, 12> kNonce = hex_array<12>("070000004041424344454647");

TEST_CASE("ChaCha20-Poly1305 gives the ciphertext of RFC 8439, 2.8.2", "[crypto]") {
    const base::Bytes about = hex("50515253c0c1c2c3c4c5c6c7");
    base::Bytes sealed = chacha20poly1305_seal(kKey, kNonce, about, bytes_of(kPlainText));
    CHECK(sealed == hex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                        "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                        "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                        "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"));
    REQUIRE(chacha20poly1305_open(kKey, kNonce, about, sealed));
    CHECK_FALSE(chacha20poly1305_open(kKey, kNonce, {}, sealed));
    CHECK_FALSE(chacha20poly1305_open(kKey, kNonce, about, std::span{sealed}.first(15)));
    sealed[3] ^= std::byte{0x10};
    CHECK_FALSE(chacha20poly1305_open(kKey, kNonce, about, sealed));
}

TEST_CASE("chunks in bulk equal single messages without associated data", "[crypto]") {
    ChunkSealer sealer{kKey};
    ChunkOpener opener{kKey};
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 64U, 65'535U, 65'536U}) {
        for (const unsigned counter : {0U, 1U}) {
            const auto nonce = counting_from<12>(counter);
            const base::Bytes text(size, std::byte{0xa7});
            base::Bytes sealed(size + kChaChaTagBytes);
            sealer.seal(nonce, text, sealed);
            CHECK(sealed == chacha20poly1305_seal(kKey, nonce, {}, text));
            base::Bytes opened(size);
            REQUIRE(opener.open(nonce, sealed, opened));
            CHECK(opened == text);
        }
    }
}

TEST_CASE("a chunk can be sealed and opened in place", "[crypto]") {
    base::Bytes buffer = base::copy_of(bytes_of(kPlainText));
    const base::Bytes expected = chacha20poly1305_seal(kKey, kNonce, {}, buffer);
    const std::size_t size = buffer.size();
    buffer.resize(size + kChaChaTagBytes);
    ChunkSealer{kKey}.seal(kNonce, std::span{buffer}.first(size), buffer);
    CHECK(buffer == expected);
    REQUIRE(ChunkOpener{kKey}.open(kNonce, buffer, std::span{buffer}.first(size)));
    CHECK(base::text_of(std::span{buffer}.first(size)) == kPlainText);
}

TEST_CASE("a chunk that does not authenticate leaves zeros, and the next one opens", "[crypto]") {
    const base::Bytes good = chacha20poly1305_seal(kKey, kNonce, {}, bytes_of(kPlainText));
    ChunkOpener opener{kKey};
    base::Bytes out(kPlainText.size(), std::byte{0xff});
    for (std::size_t i = 0; i < good.size(); ++i) {
        base::Bytes bad = good;
        bad[i] ^= std::byte{0x40};
        std::ranges::fill(out, std::byte{0xff});
        REQUIRE_FALSE(opener.open(kNonce, bad, out));
        REQUIRE(out == base::Bytes(out.size(), std::byte{0}));
    }
    CHECK_FALSE(opener.open(counting_from<12>(0), good, out));
    REQUIRE(opener.open(kNonce, good, out));
    CHECK(base::text_of(out) == kPlainText);
}

TEST_CASE("buffers of the wrong size are a bug, not a cut message", "[crypto]") {
    base::Bytes text(10);
    base::Bytes same(10);
    CHECK(code_of([&] {
              ChunkSealer{kKey}.seal(kNonce, text, same);
              return 0;
          }) == ErrorCode::kBug);
    CHECK(code_of([&] { return ChunkOpener{kKey}.open(kNonce, same, text); }) == ErrorCode::kBug);
}

TEST_CASE("sealers and openers move", "[crypto]") {
    ChunkSealer first{kKey};
    ChunkSealer second = std::move(first);
    base::Bytes sealed(kChaChaTagBytes);
    second.seal(kNonce, {}, sealed);
    ChunkOpener opener{std::array<std::byte, 32>{}};
    opener = ChunkOpener{kKey};
    CHECK(opener.open(kNonce, sealed, {}));
}

}  // namespace
}  // namespace kua::crypto
