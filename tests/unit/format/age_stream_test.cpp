#include "vault/format/age_stream.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"

namespace kua::format {
namespace {

using testing::code_of;
using testing::SeededRandom;

constexpr std::size_t kNonce = kAgePayloadNonceBytes;

crypto::FileKey file_key() {
    return crypto::FileKey::copy_of(std::array<std::byte, 16>{std::byte{0x11}});
}

// Seals `plaintext` in batches of `batch` bytes, as intake does.
base::Bytes seal_in_batches(base::ByteView plaintext, std::size_t batch) {
    SeededRandom random{5};
    AgePayloadSealer sealer{file_key(), random};
    base::Bytes payload;
    base::Bytes out(age_payload_size(batch));
    while (plaintext.size() > batch) {
        const std::size_t count = sealer.seal(plaintext.first(batch), AgePart::kMore, out);
        base::append(payload, std::span{out}.first(count));
        plaintext = plaintext.subspan(batch);
    }
    const std::size_t count = sealer.seal(plaintext, AgePart::kLast, out);
    base::append(payload, std::span{out}.first(count));
    return payload;
}

base::Bytes seal_at_once(base::ByteView plaintext) {
    return seal_in_batches(plaintext, (plaintext.size() / kAgeChunkBytes + 1) * kAgeChunkBytes);
}

AgePayloadOpener opener_of(base::ByteView payload) {
    return AgePayloadOpener{file_key(), payload.first<kNonce>()};
}

base::Bytes open_at_once(base::ByteView payload) {
    AgePayloadOpener opener = opener_of(payload);
    base::Bytes out(payload.size());
    out.resize(opener.open(payload.subspan(kNonce), AgePart::kLast, out));
    return out;
}

TEST_CASE("payloads of all sizes open again and have the size foretold", "[format]") {
    SeededRandom random{6};
    for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 131'071U, 131'072U, 131'073U,
                                   1U << 20U, (1U << 20U) + 1U}) {
        const base::Bytes plaintext = random.bytes(size);
        const base::Bytes payload = seal_at_once(plaintext);
        CHECK(payload.size() == age_payload_size(size));
        CHECK(age_plaintext_size(payload.size()) == size);
        CHECK(open_at_once(payload) == plaintext);
    }
}

TEST_CASE("the bytes do not depend on the batches", "[format]") {
    SeededRandom random{7};
    for (const std::size_t size : {0U, 1U, 65'536U, 65'537U, 196'608U, 300'000U}) {
        const base::Bytes plaintext = random.bytes(size);
        const base::Bytes expected = seal_at_once(plaintext);
        CHECK(seal_in_batches(plaintext, kAgeChunkBytes) == expected);
        CHECK(seal_in_batches(plaintext, 2 * kAgeChunkBytes) == expected);
        AgePayloadOpener opener = opener_of(expected);
        base::ByteView rest = std::span{expected}.subspan(kNonce);
        base::Bytes opened;
        base::Bytes out(kAgeSealedChunkBytes);
        while (rest.size() > kAgeSealedChunkBytes) {
            const std::size_t count =
                opener.open(rest.first(kAgeSealedChunkBytes), AgePart::kMore, out);
            base::append(opened, std::span{out}.first(count));
            rest = rest.subspan(kAgeSealedChunkBytes);
        }
        const std::size_t count = opener.open(rest, AgePart::kLast, out);
        base::append(opened, std::span{out}.first(count));
        CHECK(opened == plaintext);
    }
}

TEST_CASE("a chunk opens in place", "[format]") {
    base::Bytes payload = seal_at_once(base::Bytes(1000, std::byte{0x77}));
    AgePayloadOpener opener = opener_of(payload);
    const base::MutableByteView sealed = std::span{payload}.subspan(kNonce);
    REQUIRE(opener.open(sealed, AgePart::kLast, sealed) == 1000);
    CHECK(sealed[999] == std::byte{0x77});
}

TEST_CASE("sizes that no payload has are known as such", "[format]") {
    for (const std::uint64_t size : {0U, 15U, 16U, 31U}) {
        CHECK_FALSE(age_plaintext_size(size));
    }
    CHECK(age_plaintext_size(32) == 0);
    CHECK(age_plaintext_size(33) == 1);
    const std::uint64_t full = age_payload_size(kAgeChunkBytes);
    CHECK(age_plaintext_size(full) == kAgeChunkBytes);
    for (std::uint64_t more = 1; more <= 16; ++more) {
        CHECK_FALSE(age_plaintext_size(full + more));  // an empty or cut chunk behind a full one
    }
    CHECK(age_plaintext_size(full + 17) == kAgeChunkBytes + 1);
}

TEST_CASE("chunks can't be cut off, added, swapped or repeated", "[format]") {
    SeededRandom random{8};
    const base::Bytes payload = seal_at_once(random.bytes(3 * kAgeChunkBytes));
    const auto chunk = [&](std::size_t i) {
        return base::ByteView{payload}.subspan(kNonce + i * kAgeSealedChunkBytes,
                                               kAgeSealedChunkBytes);
    };
    const std::vector<std::vector<std::size_t>> orders = {
        {0}, {0, 1}, {1, 2}, {2}, {1, 0, 2}, {0, 2, 1}, {0, 0, 2}, {0, 2}, {0, 1, 2, 2}, {2, 1, 0}};
    for (const auto& order : orders) {
        base::Bytes altered = base::copy_of(base::ByteView{payload}.first(kNonce));
        for (const std::size_t i : order) {
            base::append(altered, chunk(i));
        }
        CHECK(code_of([&] { return open_at_once(altered); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("every flipped bit and every cut of a payload is found", "[format]") {
    SeededRandom random{9};
    const base::Bytes payload = seal_at_once(random.bytes(40));
    for (std::size_t bit = 0; bit < payload.size() * 8; ++bit) {
        base::Bytes flipped = payload;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        REQUIRE(code_of([&] { return open_at_once(flipped); }) == ErrorCode::kDamaged);
    }
    for (std::size_t size = kNonce; size < payload.size(); ++size) {
        REQUIRE(code_of([&] { return open_at_once(base::ByteView{payload}.first(size)); }) ==
                ErrorCode::kDamaged);
    }
}

TEST_CASE("calls that break the rules of the batches are bugs", "[format]") {
    SeededRandom random{10};
    const base::Bytes chunk(kAgeChunkBytes);
    base::Bytes out(age_payload_size(2 * kAgeChunkBytes));
    const auto sealing = [&](std::size_t bytes, AgePart part, std::size_t room) {
        AgePayloadSealer sealer{file_key(), random};
        return code_of([&] {
            return sealer.seal(base::ByteView{chunk}.first(bytes), part,
                               std::span{out}.first(room));
        });
    };
    CHECK(sealing(0, AgePart::kMore, out.size()) == ErrorCode::kBug);
    CHECK(sealing(100, AgePart::kMore, out.size()) == ErrorCode::kBug);
    CHECK(sealing(100, AgePart::kLast, age_payload_size(100) - 1) == ErrorCode::kBug);
    CHECK_FALSE(sealing(100, AgePart::kLast, age_payload_size(100)));

    AgePayloadSealer sealer{file_key(), random};
    sealer.seal(chunk, AgePart::kMore, out);
    CHECK(code_of([&] { return sealer.seal({}, AgePart::kLast, out); }) == ErrorCode::kBug);
    sealer.seal(chunk, AgePart::kLast, out);
    CHECK(code_of([&] { return sealer.seal(chunk, AgePart::kLast, out); }) == ErrorCode::kBug);

    const base::Bytes payload = seal_at_once(chunk);
    AgePayloadOpener opener = opener_of(payload);
    const base::ByteView sealed = base::ByteView{payload}.subspan(kNonce);
    CHECK(code_of([&] { return opener.open(sealed.first(99), AgePart::kMore, out); }) ==
          ErrorCode::kBug);
    CHECK(code_of([&] { return opener.open(sealed, AgePart::kLast, std::span{out}.first(9)); }) ==
          ErrorCode::kBug);
    CHECK(opener.open(sealed, AgePart::kLast, out) == kAgeChunkBytes);
    CHECK(code_of([&] { return opener.open(sealed, AgePart::kLast, out); }) == ErrorCode::kBug);
}

}  // namespace
}  // namespace kua::format
