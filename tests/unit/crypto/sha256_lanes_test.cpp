#include "vault/crypto/sha256_lanes.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.h"

namespace kua::crypto {
namespace {

// Below `limit`.
std::size_t draw(testing::SeededRandom& random, std::size_t limit) {
    const base::Bytes bytes = random.bytes(4);
    std::size_t value = 0;
    for (const std::byte byte : bytes) {
        value = value << 8 | std::to_integer<std::size_t>(byte);
    }
    return value % limit;
}

using Take = void (*)(std::span<const Sha256Lane>);

std::vector<Sha256State> states_after(Take take, const std::vector<base::Bytes>& messages) {
    std::vector<Sha256State> states(messages.size(), kSha256Start);
    std::vector<Sha256Lane> lanes;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        lanes.push_back({&states[i], messages[i]});
    }
    take(lanes);
    return states;
}

TEST_CASE("this processor's lanes are in use where OpenSSL has them", "[crypto]") {
#if defined(__x86_64__)
    CHECK(has_sha256_lanes());
#else
    SKIP("OpenSSL has none for this processor");
#endif
}

TEST_CASE("blocks side by side leave the states that blocks in turn leave", "[crypto]") {
    testing::SeededRandom random{41};
    for (int round = 0; round < 500; ++round) {
        std::vector<base::Bytes> messages;
        for (std::size_t lanes = 1 + draw(random, kSha256Lanes); lanes > 0; --lanes) {
            const std::size_t blocks = draw(random, 3) == 0 ? 0 : draw(random, 40);
            messages.push_back(random.bytes(blocks * kSha256BlockBytes));
        }
        REQUIRE(states_after(take_blocks, messages) == states_after(take_blocks_in_turn, messages));
    }
}

// OpenSSL's code does nothing at all if the first two of four lanes have no blocks.
TEST_CASE("lanes without blocks keep no other from its own", "[crypto]") {
    testing::SeededRandom random{44};
    for (std::size_t with_blocks = 0; with_blocks < 16; ++with_blocks) {
        std::vector<base::Bytes> messages;
        for (std::size_t lane = 0; lane < kSha256Lanes; ++lane) {
            messages.push_back(random.bytes((with_blocks >> lane & 1) * 2 * kSha256BlockBytes));
        }
        CHECK(states_after(take_blocks, messages) == states_after(take_blocks_in_turn, messages));
    }
}

TEST_CASE("streams of every length have the digest of their bytes", "[crypto]") {
    testing::SeededRandom random{42};
    const base::Bytes bytes = random.bytes(300);
    Sha256Pair pair;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const base::ByteView first = base::ByteView{bytes}.first(size);
        const base::ByteView second = base::ByteView{bytes}.subspan(size);
        pair.update(first, second);
        const auto [of_first, of_second] = pair.finish();
        REQUIRE(of_first == sha256(first));
        REQUIRE(of_second == sha256(second));
    }
}

TEST_CASE("streams that grow in pieces of any size have the digest of their bytes", "[crypto]") {
    testing::SeededRandom random{43};
    for (int round = 0; round < 200; ++round) {
        const std::size_t lanes = 1 + draw(random, kSha256Lanes);
        std::array<Sha256Stream, kSha256Lanes> streams;
        std::array<base::Bytes, kSha256Lanes> sent;
        std::array<Sha256Stream*, kSha256Lanes> all{};
        std::ranges::transform(streams, all.begin(), [](Sha256Stream& one) { return &one; });
        for (std::size_t updates = draw(random, 12); updates > 0; --updates) {
            std::array<base::Bytes, kSha256Lanes> next;
            std::array<Sha256Stream::Piece, kSha256Lanes> pieces{};
            for (std::size_t i = 0; i < lanes; ++i) {
                next[i] = random.bytes(draw(random, draw(random, 2) == 0 ? 70 : 5000));
                base::append(sent[i], next[i]);
                pieces[i] = {all[i], next[i]};
            }
            Sha256Stream::update(std::span{pieces}.first(lanes));
        }
        std::array<Sha256Digest, kSha256Lanes> digests{};
        Sha256Stream::finish(std::span{all}.first(lanes), std::span{digests}.first(lanes));
        for (std::size_t i = 0; i < lanes; ++i) {
            REQUIRE(digests[i] == sha256(sent[i]));
        }
    }
}

}  // namespace
}  // namespace kua::crypto
