#include "vault/format/merkle.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>

#include "kua/error.h"
#include "vault/base/check.h"

namespace kua::format {
namespace {

constexpr std::size_t kHashBytes = std::tuple_size_v<MerkleHash>;
constexpr std::size_t kSizeBytes = 8;

// The root over leaves [first, first + count).
MerkleHash root_of_range(const LeafHashAt& leaf_at, std::uint64_t first, std::uint64_t count) {
    MerkleFrontier frontier;
    for (std::uint64_t i = 0; i < count; ++i) {
        frontier.append(leaf_at(first + i));
    }
    return frontier.root();
}

// Where a tree of `size` > 1 leaves divides: the largest power of two below `size`.
std::uint64_t split_of(std::uint64_t size) {
    return std::bit_floor(size - 1);
}

// A position in the tree, climbing level by level: a node's index and the index of the last node on
// the same level. While the node is a last one without sibling, it climbs without a hash.
struct Climb {
    std::uint64_t node;
    std::uint64_t last;

    bool is_right() const { return (node & 1) != 0; }
    void up() {
        node >>= 1;
        last >>= 1;
    }
    // Whether the next hash of a proof stands on the left; then climbs past it.
    bool take_left() {
        const bool left = is_right() || node == last;
        if (left) {
            while (!is_right() && node != 0) {
                up();
            }
        }
        up();
        return left;
    }
};

}  // namespace

MerkleHash hash_leaf(base::ByteView line) {
    constexpr std::byte kPrefix{0x00};
    return crypto::sha256(std::span{&kPrefix, 1}, line);
}

MerkleHash hash_node(const MerkleHash& left, const MerkleHash& right) {
    constexpr std::byte kPrefix{0x01};
    std::array<std::byte, 2 * kHashBytes> both;
    std::ranges::copy(left, both.begin());
    std::ranges::copy(right, both.begin() + kHashBytes);
    return crypto::sha256(std::span{&kPrefix, 1}, both);
}

MerkleHash empty_root() {
    return crypto::sha256(base::ByteView{});
}

void MerkleFrontier::append(const MerkleHash& leaf) {
    KUA_CHECK(size_ < std::numeric_limits<std::uint64_t>::max());
    MerkleHash merged = leaf;
    // Like adding 1 to a binary number: each bit that carries is a subtree that is now complete.
    for (std::uint64_t carry = size_; (carry & 1) != 0; carry >>= 1) {
        merged = hash_node(subtrees_.back(), merged);
        subtrees_.pop_back();
    }
    subtrees_.push_back(merged);
    ++size_;
}

MerkleHash MerkleFrontier::root() const {
    if (subtrees_.empty()) {
        return empty_root();
    }
    MerkleHash root = subtrees_.back();
    for (std::size_t i = subtrees_.size() - 1; i > 0; --i) {
        root = hash_node(subtrees_[i - 1], root);
    }
    return root;
}

base::Bytes MerkleFrontier::encode() const {
    base::Bytes bytes;
    for (std::size_t i = 0; i < kSizeBytes; ++i) {
        bytes.push_back(static_cast<std::byte>(size_ >> (8 * (kSizeBytes - 1 - i)) & 0xff));
    }
    for (const MerkleHash& subtree : subtrees_) {
        base::append(bytes, subtree);
    }
    return bytes;
}

MerkleFrontier MerkleFrontier::decode(base::ByteView bytes) {
    MerkleFrontier frontier;
    for (const std::byte byte : bytes.first(std::min(bytes.size(), kSizeBytes))) {
        frontier.size_ = frontier.size_ << 8 | std::to_integer<std::uint64_t>(byte);
    }
    const auto count = static_cast<std::size_t>(std::popcount(frontier.size_));
    if (bytes.size() != kSizeBytes + count * kHashBytes) {
        throw Error{ErrorCode::kDamaged, "the frontier of a tree has the wrong length"};
    }
    for (std::size_t i = 0; i < count; ++i) {
        MerkleHash subtree;
        std::ranges::copy(bytes.subspan(kSizeBytes + i * kHashBytes, kHashBytes), subtree.begin());
        frontier.subtrees_.push_back(subtree);
    }
    return frontier;
}

MerkleHash merkle_root(const LeafHashAt& leaf_at, std::uint64_t size) {
    return root_of_range(leaf_at, 0, size);
}

MerkleProof make_inclusion_proof(const LeafHashAt& leaf_at, std::uint64_t index,
                                 std::uint64_t size) {
    KUA_CHECK(index < size);
    MerkleProof proof;
    std::uint64_t first = 0;  // the subtree that holds the leaf: [first, first + count)
    for (std::uint64_t count = size; count > 1;) {
        const std::uint64_t split = split_of(count);
        if (index - first < split) {
            proof.push_back(root_of_range(leaf_at, first + split, count - split));
            count = split;
        } else {
            proof.push_back(root_of_range(leaf_at, first, split));
            first += split;
            count -= split;
        }
    }
    std::ranges::reverse(proof);
    return proof;
}

MerkleProof make_consistency_proof(const LeafHashAt& leaf_at, std::uint64_t old_size,
                                   std::uint64_t new_size) {
    KUA_CHECK(old_size > 0 && old_size <= new_size);
    MerkleProof proof;
    std::uint64_t first = 0;  // the subtree in which the old tree ends, and how many leaves of
    std::uint64_t old_left = old_size;  // it belong to the old tree
    std::uint64_t count = new_size;
    while (old_left != count) {
        const std::uint64_t split = split_of(count);
        if (old_left <= split) {
            proof.push_back(root_of_range(leaf_at, first + split, count - split));
            count = split;
        } else {
            proof.push_back(root_of_range(leaf_at, first, split));
            first += split;
            old_left -= split;
            count -= split;
        }
    }
    if (first != 0) {  // else this subtree is the whole old tree, whose root the verifier has
        proof.push_back(root_of_range(leaf_at, first, count));
    }
    std::ranges::reverse(proof);
    return proof;
}

bool is_included(const MerkleHash& leaf, std::uint64_t index, std::uint64_t size,
                 const MerkleProof& proof, const MerkleHash& root) {
    if (index >= size) {
        return false;
    }
    Climb climb{.node = index, .last = size - 1};
    MerkleHash hash = leaf;
    for (const MerkleHash& sibling : proof) {
        if (climb.last == 0) {
            return false;
        }
        hash = climb.take_left() ? hash_node(sibling, hash) : hash_node(hash, sibling);
    }
    return climb.last == 0 && hash == root;
}

bool is_consistent(const TreeHead& older, const TreeHead& newer, const MerkleProof& proof) {
    if (older.size == newer.size) {
        return proof.empty() && older.root == newer.root &&
               (older.size != 0 || older.root == empty_root());
    }
    if (older.size == 0 || older.size > newer.size || proof.empty()) {
        return false;
    }
    Climb climb{.node = older.size - 1, .last = newer.size - 1};
    while (climb.is_right()) {
        climb.up();
    }
    // An old tree that is one perfect subtree is where the climb starts, and the proof omits it.
    const bool starts_at_old_root = std::has_single_bit(older.size);
    MerkleHash old_hash = starts_at_old_root ? older.root : proof.front();
    MerkleHash new_hash = old_hash;
    for (const MerkleHash& sibling : std::span{proof}.subspan(starts_at_old_root ? 0 : 1)) {
        if (climb.last == 0) {
            return false;
        }
        if (climb.take_left()) {
            old_hash = hash_node(sibling, old_hash);
            new_hash = hash_node(sibling, new_hash);
        } else {
            new_hash = hash_node(new_hash, sibling);
        }
    }
    return climb.last == 0 && old_hash == older.root && new_hash == newer.root;
}

}  // namespace kua::format
