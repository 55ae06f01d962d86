#include "vault/format/merkle.h"

#include <algorithm>
#include <array>

#include "tests/fuzz/fuzz.h"

namespace {

using format::MerkleHash;

format::MerkleHash leaf_at(std::uint64_t index) {
    MerkleHash leaf{};
    leaf[0] = static_cast<std::byte>(index & 0xff);
    return leaf;
}

std::uint64_t take_number(base::ByteView& bytes) {
    std::uint64_t number = 0;
    for (int i = 0; i < 8 && !bytes.empty(); ++i) {
        number = number << 8 | std::to_integer<std::uint64_t>(bytes[0]);
        bytes = bytes.subspan(1);
    }
    return number;
}

// Whatever follows two numbers is a proof. It may hold for hashes the input chose, but never for
// two different trees of one size nor for a leaf that is not in the tree.
void check_proofs(base::ByteView bytes) {
    const std::uint64_t first = take_number(bytes);
    const std::uint64_t second = take_number(bytes);
    format::MerkleProof proof;
    while (bytes.size() >= MerkleHash{}.size()) {
        MerkleHash hash;
        std::ranges::copy(bytes.first(hash.size()), hash.begin());
        proof.push_back(hash);
        bytes = bytes.subspan(hash.size());
    }
    const MerkleHash one = proof.empty() ? leaf_at(1) : proof.front();
    const MerkleHash two = proof.empty() ? leaf_at(2) : proof.back();
    const bool included = format::is_included(one, first, second, proof, two);
    KUA_CHECK(!included || first < second);
    const bool consistent = format::is_consistent({first, one}, {second, two}, proof);
    KUA_CHECK(!consistent || (first <= second && (first != second || proof.empty())));

    constexpr std::uint64_t kSize = 11;
    static const MerkleHash kRoot = format::merkle_root(leaf_at, kSize);
    const bool stranger = format::is_included(leaf_at(200), first % kSize, kSize, proof, kRoot);
    KUA_CHECK(!stranger);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    check_proofs(bytes);
    const auto frontier =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::MerkleFrontier::decode(bytes); });
    KUA_CHECK(!frontier || base::text_of(frontier->encode()) == base::text_of(bytes));
    return 0;
}
