// The Merkle tree of RFC 6962, section 2.1, with SHA-256: what a journal's root commits to, and the
// proofs that one line is in it (inclusion) and that a later tree only added lines (consistency).
// Leaf = SHA-256(00 || line), node = SHA-256(01 || left || right), empty tree = SHA-256 of nothing.
// Verification follows RFC 9162, sections 2.1.3.2 and 2.1.4.2. Vectors: merkle/, 196 proofs.
// Hashes and proofs are public; nothing here is secret or runs in constant time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/crypto/sha256.h"

namespace kua::format {

using MerkleHash = crypto::Sha256Digest;
// Sibling hashes from the leaf upwards; at most 64, since sizes have 64 bits.
using MerkleProof = std::vector<MerkleHash>;
// The leaf hash at an index below the size it is used with; may throw, for example while reading
// from a catalog.
using LeafHashAt = std::function<MerkleHash(std::uint64_t index)>;

MerkleHash hash_leaf(base::ByteView line);
MerkleHash hash_node(const MerkleHash& left, const MerkleHash& right);
MerkleHash empty_root();

// All that is needed to append to a tree and to know its root: the roots of its perfect subtrees,
// one per bit set in its size. 8 + 64 * 32 bytes at most, however many leaves.
class MerkleFrontier {
public:
    // The empty tree.
    MerkleFrontier() = default;

    void append(const MerkleHash& leaf);
    std::uint64_t size() const noexcept { return size_; }
    MerkleHash root() const;

    // The size in 8 bytes, big-endian, then the subtree roots, largest first. Reaches disk.
    base::Bytes encode() const;
    // Throws kDamaged unless `bytes` is as long as its size demands. The hashes can't be checked
    // here: compare root() with a signed one.
    static MerkleFrontier decode(base::ByteView bytes);

    bool operator==(const MerkleFrontier&) const = default;

private:
    std::uint64_t size_ = 0;
    std::vector<MerkleHash> subtrees_;  // largest, which is the leftmost, first
};

// The root over leaves 0 to `size` - 1. All of them are read.
MerkleHash merkle_root(const LeafHashAt& leaf_at, std::uint64_t size);

// Proofs are made from all leaves, in linear time. `index` must be below `size`, `old_size` from 1
// to `new_size`; anything else is a bug (kBug).
MerkleProof make_inclusion_proof(const LeafHashAt& leaf_at, std::uint64_t index,
                                 std::uint64_t size);
MerkleProof make_consistency_proof(const LeafHashAt& leaf_at, std::uint64_t old_size,
                                   std::uint64_t new_size);

// Whether `leaf` is at `index` in the tree of `size` leaves with that `root`. False for any index
// not below the size and any proof that is longer or shorter than the path.
[[nodiscard]] bool is_included(const MerkleHash& leaf, std::uint64_t index, std::uint64_t size,
                               const MerkleProof& proof, const MerkleHash& root);

struct TreeHead {
    std::uint64_t size = 0;
    MerkleHash root{};
    bool operator==(const TreeHead&) const = default;
};

// Whether the newer tree is the older one with leaves added. Trees of equal size need equal roots
// and an empty proof. An empty older tree says nothing about a newer one, so false: don't ask.
[[nodiscard]] bool is_consistent(const TreeHead& older, const TreeHead& newer,
                                 const MerkleProof& proof);

}  // namespace kua::format
