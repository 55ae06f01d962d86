// SHA-256 of several messages side by side. Each step of SHA-256 waits for the one before it, so a
// processor that could work on two messages works on one; two side by side take little longer.
// Decision 0020 says whose code does it. The digests are those of crypto::sha256().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"

namespace kua::crypto {

inline constexpr std::size_t kSha256BlockBytes = 64;
inline constexpr std::size_t kSha256Lanes = 4;  // more than that side by side gain nothing

// What SHA-256 is at between two blocks. FIPS 180-4, section 5.3.3.
using Sha256State = std::array<std::uint32_t, 8>;
inline constexpr Sha256State kSha256Start{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// Whole blocks that a state is to take in.
struct Sha256Lane {
    Sha256State* state = nullptr;
    base::ByteView blocks;
};

// Takes in the blocks of at most kSha256Lanes lanes, each with a state of its own. Lanes may have
// different numbers of blocks, none too.
void take_blocks(std::span<const Sha256Lane> lanes);

// The same, one after the other; what take_blocks() does where nothing better is at hand.
void take_blocks_in_turn(std::span<const Sha256Lane> lanes);

// Whether they are really taken in side by side here.
bool has_sha256_lanes();

// How many of them gain as much here as all would: with SHA instructions a processor works on two.
std::size_t sha256_lanes_that_pay();

// A message that comes in pieces and is hashed side by side with others. Keeps less than a block of
// it, wiped at the end.
class Sha256Stream {
public:
    Sha256Stream() noexcept = default;
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;
    ~Sha256Stream();

    // Begins with `state`, which has taken in `taken_bytes`, a multiple of kSha256BlockBytes.
    void begin(const Sha256State& state, std::uint64_t taken_bytes) noexcept;

    struct Piece {
        Sha256Stream* stream = nullptr;
        base::ByteView bytes;
    };
    // Appends a piece to each of at most kSha256Lanes streams, no stream twice.
    static void update(std::span<const Piece> pieces);
    // The digests of at most kSha256Lanes streams, in their order; each begins anew.
    static void finish(std::span<Sha256Stream* const> streams, std::span<Sha256Digest> digests);

private:
    // The block that begins with what is kept, if `bytes` completes it; takes what it needs of
    // them.
    base::ByteView complete_kept(base::ByteView& bytes) noexcept;
    void pad() noexcept;

    Sha256State state_ = kSha256Start;
    std::uint64_t taken_bytes_ = 0;  // with those kept
    std::size_t kept_bytes_ = 0;
    std::array<std::byte, 2 * kSha256BlockBytes> kept_;  // one block; two at the end
};

// A message of which some bytes wait to be taken in.
struct Sha256Backlog {
    Sha256Stream hash;
    base::ByteView bytes;

    void begin_message() noexcept { hash.begin(kSha256Start, 0); }
    // The digest of all that was taken in.
    Sha256Digest digest();
};

// Has at most kSha256Lanes of them take in as many bytes as wait for the one with the fewest.
void take_in_common(std::span<Sha256Backlog* const> backlogs);

// Has every lane, which is a Sha256Backlog, read on with read_on(lane) whenever nothing waits in
// it, and take in what it gets side by side with the others, until read_on() is false for all of
// them.
template <class Lane, std::size_t kCount, class ReadOn>
void take_in_all(std::array<Lane, kCount>& lanes, const ReadOn& read_on) {
    for (;;) {
        std::array<Sha256Backlog*, kCount> busy{};
        std::size_t count = 0;
        for (Lane& lane : lanes) {
            if (!lane.bytes.empty() || read_on(lane)) {
                busy.at(count++) = &lane;
            }
        }
        if (count == 0) {
            return;
        }
        // What one has more than another waits until that has as much.
        take_in_common(std::span{busy}.first(count));
    }
}

// Two messages that grow together, as what is read and what is made of it.
class Sha256Pair {
public:
    void update(base::ByteView first, base::ByteView second);
    // New messages begin.
    std::array<Sha256Digest, 2> finish();

private:
    Sha256Stream first_;
    Sha256Stream second_;
};

}  // namespace kua::crypto
