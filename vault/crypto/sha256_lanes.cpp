#include "vault/crypto/sha256_lanes.h"

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <openssl/sha.h>

#include "vault/base/check.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

// OpenSSL's own code for several messages at once, which its TLS uses. No header declares it and
// not every build has it: then the symbol is null. Source: OpenSSL 1.0.2 to 3.5,
// crypto/sha/asm/sha256-mb-x86_64.pl and providers/implementations/ciphers/
// cipher_aes_cbc_hmac_sha256_hw.c.
extern "C" {
struct KuaMultiBlockState {
    alignas(32) unsigned int words[8][8];  // [word of the state][lane]
};
struct KuaMultiBlockInput {
    const unsigned char* bytes;
    int blocks;
};
// Four lanes for each of `fours` (1 or 2).
[[gnu::weak]] void sha256_multi_block(KuaMultiBlockState* state, const KuaMultiBlockInput* inputs,
                                      int fours);
}

namespace kua::crypto {
namespace {

constexpr std::size_t kLengthBytes = 8;
// Far below what OpenSSL's count can hold.
constexpr std::size_t kMostHashedAtOnce = std::size_t{1} << 20;

// As many blocks of each lane. Lanes that are not there have none, behind those that are.
void take_equally(std::span<const Sha256Lane> lanes, std::size_t blocks) {
    KuaMultiBlockState state{};
    std::array<KuaMultiBlockInput, kSha256Lanes> inputs{};
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        inputs[lane] = {octets(lanes[lane].blocks), static_cast<int>(blocks)};
        for (std::size_t word = 0; word < kSha256Start.size(); ++word) {
            state.words[word][lane] = (*lanes[lane].state)[word];
        }
    }
    sha256_multi_block(&state, inputs.data(), 1);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        for (std::size_t word = 0; word < kSha256Start.size(); ++word) {
            (*lanes[lane].state)[word] = state.words[word][lane];
        }
    }
    wipe(std::as_writable_bytes(std::span{&state, 1}));  // it may come from a key
}

void take_side_by_side(std::span<const Sha256Lane> lanes) {
    std::array<Sha256Lane, kSha256Lanes> left{};
    std::ranges::copy(lanes, left.begin());
    for (std::span<Sha256Lane> busy{left};;) {
        const auto end = std::remove_if(busy.begin(), busy.end(),
                                        [](const Sha256Lane& lane) { return lane.blocks.empty(); });
        busy = busy.first(static_cast<std::size_t>(end - busy.begin()));
        if (busy.empty()) {
            return;
        }
        std::size_t blocks = kMostHashedAtOnce;
        for (const Sha256Lane& lane : busy) {
            blocks = std::min(blocks, lane.blocks.size() / kSha256BlockBytes);
        }
        take_equally(busy, blocks);
        for (Sha256Lane& lane : busy) {
            lane.blocks = lane.blocks.subspan(blocks * kSha256BlockBytes);
        }
    }
}

// Whether OpenSSL's code is there and does what is expected of it: it has no interface that
// anybody promised to keep.
bool lanes_work() {
    if (sha256_multi_block == nullptr) {
        return false;
    }
    constexpr std::size_t kMostBlocks = 3;
    std::array<std::byte, kSha256Lanes * kMostBlocks * kSha256BlockBytes> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>(i * 7 + i / 256);
    }
    for (std::size_t used = 1; used <= kSha256Lanes; ++used) {
        for (std::size_t blocks = 1; blocks <= kMostBlocks; ++blocks) {
            std::array<Sha256State, kSha256Lanes> fast;
            std::array<Sha256State, kSha256Lanes> slow;
            std::array<Sha256Lane, kSha256Lanes> fast_lanes{};
            std::array<Sha256Lane, kSha256Lanes> slow_lanes{};
            fast.fill(kSha256Start);
            slow.fill(kSha256Start);
            for (std::size_t lane = 0; lane < used; ++lane) {
                const std::size_t size_bytes = blocks * kSha256BlockBytes;
                const auto part = base::ByteView{bytes}.subspan(lane * size_bytes, size_bytes);
                fast_lanes[lane] = {&fast[lane], part};
                slow_lanes[lane] = {&slow[lane], part};
            }
            take_equally(std::span{fast_lanes}.first(used), blocks);
            take_blocks_in_turn(std::span{slow_lanes}.first(used));
            if (fast != slow) {
                return false;
            }
        }
    }
    return true;
}

bool has_sha_instructions() {
#if defined(__x86_64__)
    constexpr unsigned kShaBit = 29;  // of ebx in leaf 7 of cpuid, by Intel's manual
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx >> kShaBit & 1U) != 0;
#else
    return false;
#endif
}

}  // namespace

bool has_sha256_lanes() {
    static const bool working = lanes_work();
    return working;
}

std::size_t sha256_lanes_that_pay() {
    static const bool has_instructions = has_sha_instructions();
    return has_instructions ? 2 : kSha256Lanes;
}

void take_blocks_in_turn(std::span<const Sha256Lane> lanes) {
    for (const Sha256Lane& lane : lanes) {
        SHA256_CTX context{};
        SHA256_Init(&context);
        std::ranges::copy(*lane.state, std::begin(context.h));
        SHA256_Update(&context, lane.blocks.data(), lane.blocks.size());
        std::copy(std::begin(context.h), std::end(context.h), lane.state->begin());
        wipe(std::as_writable_bytes(std::span{&context, 1}));
    }
}

void take_blocks(std::span<const Sha256Lane> lanes) {
    KUA_CHECK(lanes.size() <= kSha256Lanes);
    for (const Sha256Lane& lane : lanes) {
        KUA_CHECK(lane.state != nullptr && lane.blocks.size() % kSha256BlockBytes == 0);
    }
    if (has_sha256_lanes()) {
        take_side_by_side(lanes);
    } else {
        take_blocks_in_turn(lanes);
    }
}

Sha256Stream::~Sha256Stream() {
    wipe(kept_);
    wipe(std::as_writable_bytes(std::span{state_}));
}

void Sha256Stream::begin(const Sha256State& state, std::uint64_t taken_bytes) noexcept {
    state_ = state;
    taken_bytes_ = taken_bytes;
    kept_bytes_ = 0;
}

base::ByteView Sha256Stream::complete_kept(base::ByteView& bytes) noexcept {
    if (kept_bytes_ == 0) {
        return {};
    }
    const std::size_t count = std::min(kSha256BlockBytes - kept_bytes_, bytes.size());
    std::copy_n(bytes.begin(), count, kept_.begin() + static_cast<std::ptrdiff_t>(kept_bytes_));
    kept_bytes_ += count;
    bytes = bytes.subspan(count);
    if (kept_bytes_ < kSha256BlockBytes) {
        return {};
    }
    kept_bytes_ = 0;
    return base::ByteView{kept_}.first(kSha256BlockBytes);
}

// First the blocks that begin with kept bytes, then all the others: so lanes that began at
// different places of a block still go side by side.
void Sha256Stream::update(std::span<const Piece> pieces) {
    KUA_CHECK(pieces.size() <= kSha256Lanes);
    std::array<Sha256Lane, kSha256Lanes> kept{};
    std::array<Sha256Lane, kSha256Lanes> whole{};
    std::array<base::ByteView, kSha256Lanes> left;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        Sha256Stream& stream = *pieces[i].stream;
        left[i] = pieces[i].bytes;
        stream.taken_bytes_ += left[i].size();
        kept[i] = {&stream.state_, stream.complete_kept(left[i])};
        const std::size_t whole_bytes = left[i].size() - left[i].size() % kSha256BlockBytes;
        whole[i] = {&stream.state_, left[i].first(whole_bytes)};
        left[i] = left[i].subspan(whole_bytes);
    }
    take_blocks(std::span{kept}.first(pieces.size()));
    take_blocks(std::span{whole}.first(pieces.size()));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        Sha256Stream& stream = *pieces[i].stream;
        if (!left[i].empty()) {
            std::ranges::copy(left[i], stream.kept_.begin());
            stream.kept_bytes_ = left[i].size();
        }
    }
}

// FIPS 180-4, section 5.1.1: a bit, zeros, and the length in bits.
void Sha256Stream::pad() noexcept {
    const std::size_t with_length = kept_bytes_ + 1 + kLengthBytes;
    const std::size_t end =
        with_length <= kSha256BlockBytes ? kSha256BlockBytes : 2 * kSha256BlockBytes;
    kept_[kept_bytes_] = std::byte{0x80};
    std::fill(kept_.begin() + static_cast<std::ptrdiff_t>(kept_bytes_) + 1,
              kept_.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0});
    const std::uint64_t bits = taken_bytes_ * 8;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        kept_[end - 1 - i] = static_cast<std::byte>(bits >> (8 * i));
    }
    kept_bytes_ = end;
}

void Sha256Stream::finish(std::span<Sha256Stream* const> streams, std::span<Sha256Digest> digests) {
    KUA_CHECK(streams.size() <= kSha256Lanes && streams.size() == digests.size());
    std::array<Sha256Lane, kSha256Lanes> lanes{};
    for (std::size_t i = 0; i < streams.size(); ++i) {
        streams[i]->pad();
        lanes[i] = {&streams[i]->state_,
                    base::ByteView{streams[i]->kept_}.first(streams[i]->kept_bytes_)};
    }
    take_blocks(std::span{lanes}.first(streams.size()));
    for (std::size_t i = 0; i < streams.size(); ++i) {
        Sha256Stream& stream = *streams[i];
        for (std::size_t at = 0; at < digests[i].size(); ++at) {
            digests[i][at] = static_cast<std::byte>(stream.state_[at / 4] >> (24 - 8 * (at % 4)));
        }
        stream.begin(kSha256Start, 0);
    }
}

Sha256Digest Sha256Backlog::digest() {
    std::array<Sha256Digest, 1> digests{};
    Sha256Stream::finish(std::array{&hash}, digests);
    return digests.front();
}

void take_in_common(std::span<Sha256Backlog* const> backlogs) {
    KUA_CHECK(!backlogs.empty() && backlogs.size() <= kSha256Lanes);
    std::size_t common_bytes = backlogs.front()->bytes.size();
    for (const Sha256Backlog* const backlog : backlogs) {
        common_bytes = std::min(common_bytes, backlog->bytes.size());
    }
    std::array<Sha256Stream::Piece, kSha256Lanes> pieces{};
    for (std::size_t i = 0; i < backlogs.size(); ++i) {
        base::ByteView& bytes = backlogs[i]->bytes;
        pieces.at(i) = {&backlogs[i]->hash, bytes.first(common_bytes)};
        bytes = bytes.subspan(common_bytes);
    }
    Sha256Stream::update(std::span{pieces}.first(backlogs.size()));
}

void Sha256Pair::update(base::ByteView first, base::ByteView second) {
    Sha256Stream::update(
        std::array{Sha256Stream::Piece{&first_, first}, Sha256Stream::Piece{&second_, second}});
}

std::array<Sha256Digest, 2> Sha256Pair::finish() {
    std::array<Sha256Digest, 2> digests{};
    Sha256Stream::finish(std::array{&first_, &second_}, digests);
    return digests;
}

}  // namespace kua::crypto
