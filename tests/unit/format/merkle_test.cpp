#include "vault/format/merkle.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "tests/support/vectors.h"
#include "vault/base/base64.h"
#include "vault/base/hex.h"

namespace {

namespace fs = std::filesystem;
using kua::ErrorCode;
using kua::base::Base64;
using kua::base::Bytes;
using kua::base::bytes_of;
using kua::base::encode_hex;
using kua::format::empty_root;
using kua::format::hash_leaf;
using kua::format::hash_node;
using kua::format::is_consistent;
using kua::format::is_included;
using kua::format::make_consistency_proof;
using kua::format::make_inclusion_proof;
using kua::format::merkle_root;
using kua::format::MerkleFrontier;
using kua::format::MerkleHash;
using kua::format::MerkleProof;
using kua::format::TreeHead;
using kua::testing::code_of;

// A tree whose leaves are the decimal numbers from 0.
MerkleHash leaf_at(std::uint64_t index) {
    return hash_leaf(bytes_of(std::to_string(index)));
}

TreeHead head_of(std::uint64_t size) {
    return {.size = size, .root = merkle_root(leaf_at, size)};
}

// RFC 6962, section 2.1, as it is defined there: recursively.
MerkleHash root_by_definition(std::uint64_t first, std::uint64_t count) {
    if (count == 0) {
        return kua::crypto::sha256(kua::base::ByteView{});
    }
    if (count == 1) {
        return leaf_at(first);
    }
    std::uint64_t split = 1;
    while (split * 2 < count) {
        split *= 2;
    }
    return hash_node(root_by_definition(first, split),
                     root_by_definition(first + split, count - split));
}

// A hash of a vector; nothing if it has not 32 bytes. Some vectors have the text "don't care
// N" where only being equal or different matters: any hash made from it does as well.
std::optional<MerkleHash> hash_of(const std::string& text) {
    const std::optional<Bytes> bytes = kua::base::decode_base64(text, Base64::kPadded);
    REQUIRE(bytes);
    if (kua::base::text_of(*bytes).starts_with("don't care")) {
        return kua::crypto::sha256(*bytes);
    }
    MerkleHash hash;
    if (bytes->size() != hash.size()) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

std::optional<MerkleProof> proof_of(const nlohmann::json& vector) {
    MerkleProof proof;
    if (!vector.at("proof").is_null()) {
        for (const auto& text : vector.at("proof")) {
            const std::optional<MerkleHash> hash = hash_of(text.get<std::string>());
            if (!hash) {
                return std::nullopt;
            }
            proof.push_back(*hash);
        }
    }
    return proof;
}

bool accepts_inclusion(const nlohmann::json& vector) {
    const auto leaf = hash_of(vector.at("leafHash").get<std::string>());
    const auto root = hash_of(vector.at("root").get<std::string>());
    const auto proof = proof_of(vector);
    return leaf && root && proof &&
           is_included(*leaf, vector.at("leafIdx").get<std::uint64_t>(),
                       vector.at("treeSize").get<std::uint64_t>(), *proof, *root);
}

bool accepts_consistency(const nlohmann::json& vector) {
    const auto root1 = hash_of(vector.at("root1").get<std::string>());
    const auto root2 = hash_of(vector.at("root2").get<std::string>());
    const auto proof = proof_of(vector);
    return root1 && root2 && proof &&
           is_consistent({vector.at("size1").get<std::uint64_t>(), *root1},
                         {vector.at("size2").get<std::uint64_t>(), *root2}, *proof);
}

template <class Accepts>
void check_vectors(const std::string& name, Accepts&& accepts) {
    const fs::path directory = kua::testing::find_vectors(name);
    int accepted = 0;
    int refused = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file() || entry.path().extension() != ".json") {
            continue;
        }
        const Bytes content = kua::testing::read_vector(entry.path());
        const auto vector = nlohmann::json::parse(kua::base::text_of(content));
        INFO(entry.path().string() << ": " << vector.at("desc").get<std::string>());
        const bool wanted = !vector.at("wantErr").get<bool>();
        CHECK(accepts(vector) == wanted);
        ++(wanted ? accepted : refused);
    }
    CHECK(accepted == 6);
    CHECK(refused == 92);
}

}  // namespace

TEST_CASE("98 inclusion vectors: 6 verify and 92 are refused", "[merkle]") {
    check_vectors("merkle/inclusion", accepts_inclusion);
}

TEST_CASE("98 consistency vectors: 6 verify and 92 are refused", "[merkle]") {
    check_vectors("merkle/consistency", accepts_consistency);
}

TEST_CASE("leaf, node and empty tree hash as RFC 6962 says", "[merkle]") {
    CHECK(encode_hex(empty_root()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(encode_hex(hash_leaf({})) ==
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    CHECK(merkle_root(leaf_at, 0) == empty_root());
    CHECK(merkle_root(leaf_at, 1) == leaf_at(0));
    CHECK(merkle_root(leaf_at, 2) == hash_node(leaf_at(0), leaf_at(1)));
    CHECK(merkle_root(leaf_at, 2) != hash_node(leaf_at(1), leaf_at(0)));
}

TEST_CASE("the frontier has the root of the definition at every size", "[merkle]") {
    MerkleFrontier frontier;
    for (std::uint64_t size = 0; size <= 65; ++size) {
        CHECK(frontier.size() == size);
        CHECK(frontier.root() == root_by_definition(0, size));
        CHECK(merkle_root(leaf_at, size) == frontier.root());
        CHECK(MerkleFrontier::decode(frontier.encode()) == frontier);
        frontier.append(leaf_at(size));
    }
}

TEST_CASE("an encoded frontier goes on where it stopped", "[merkle]") {
    MerkleFrontier frontier;
    for (std::uint64_t i = 0; i < 37; ++i) {
        frontier = MerkleFrontier::decode(frontier.encode());
        frontier.append(leaf_at(i));
    }
    CHECK(frontier.root() == root_by_definition(0, 37));
    CHECK(frontier.encode().size() == 8 + 3 * 32);
    CHECK(frontier.encode()[7] == std::byte{37});
}

TEST_CASE("a frontier of the wrong length is damaged", "[merkle]") {
    MerkleFrontier frontier;
    for (std::uint64_t i = 0; i < 5; ++i) {
        frontier.append(leaf_at(i));
    }
    const Bytes good = frontier.encode();
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK(code_of([&] {
                  return MerkleFrontier::decode(kua::base::ByteView{good}.first(size));
              }) == ErrorCode::kDamaged);
    }
    Bytes longer = good;
    longer.push_back(std::byte{0});
    CHECK(code_of([&] { return MerkleFrontier::decode(longer); }) == ErrorCode::kDamaged);
    Bytes other_size = good;
    other_size[7] = std::byte{7};
    CHECK(code_of([&] { return MerkleFrontier::decode(other_size); }) == ErrorCode::kDamaged);
}

TEST_CASE("every leaf of every size up to 65 is proved, and only there", "[merkle]") {
    for (std::uint64_t size = 1; size <= 65; ++size) {
        const MerkleHash root = merkle_root(leaf_at, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const MerkleProof proof = make_inclusion_proof(leaf_at, index, size);
            REQUIRE(is_included(leaf_at(index), index, size, proof, root));
            CHECK(!is_included(leaf_at(index + 1), index, size, proof, root));
            CHECK(!is_included(leaf_at(index), size, size, proof, root));
            CHECK(!is_included(leaf_at(index), index + size, size, proof, root));
            if (size > 1) {
                CHECK(!is_included(leaf_at(index), index ^ 1, size, proof, root));
                MerkleProof shorter = proof;
                shorter.pop_back();
                CHECK(!is_included(leaf_at(index), index, size, shorter, root));
            }
            MerkleProof longer = proof;
            longer.push_back(root);
            CHECK(!is_included(leaf_at(index), index, size, longer, root));
            for (std::size_t i = 0; i < proof.size(); ++i) {
                MerkleProof altered = proof;
                altered[i][31] ^= std::byte{1};
                CHECK(!is_included(leaf_at(index), index, size, altered, root));
            }
        }
    }
}

TEST_CASE("every pair of sizes up to 65 is proved consistent, and only that pair", "[merkle]") {
    std::vector<TreeHead> heads;
    for (std::uint64_t size = 0; size <= 65; ++size) {
        heads.push_back(head_of(size));
    }
    for (std::uint64_t older = 1; older <= 65; ++older) {
        for (std::uint64_t newer = older; newer <= 65; ++newer) {
            const MerkleProof proof = make_consistency_proof(leaf_at, older, newer);
            REQUIRE(is_consistent(heads[older], heads[newer], proof));
            TreeHead forked = heads[older];
            forked.root[0] ^= std::byte{1};
            CHECK(!is_consistent(forked, heads[newer], proof));
            TreeHead other = heads[newer];
            other.root[0] ^= std::byte{1};
            CHECK(!is_consistent(heads[older], other, proof));
            CHECK(!is_consistent(heads[0], heads[newer], proof));
            MerkleProof longer = proof;
            longer.push_back(heads[newer].root);
            CHECK(!is_consistent(heads[older], heads[newer], longer));
            if (older < newer) {
                CHECK(!is_consistent(heads[newer], heads[older], proof));
                MerkleProof shorter = proof;
                shorter.pop_back();
                CHECK(!is_consistent(heads[older], heads[newer], shorter));
            } else {
                CHECK(proof.empty());
            }
            for (std::size_t i = 0; i < proof.size(); ++i) {
                MerkleProof altered = proof;
                altered[i][7] ^= std::byte{0x80};
                CHECK(!is_consistent(heads[older], heads[newer], altered));
            }
        }
    }
}

TEST_CASE("a tree that changed an old leaf is consistent under no proof of ours", "[merkle]") {
    const auto forged_at = [](std::uint64_t index) { return leaf_at(index == 2 ? 99 : index); };
    for (std::uint64_t newer = 4; newer <= 20; ++newer) {
        const TreeHead forged{newer, merkle_root(forged_at, newer)};
        CHECK(!is_consistent(head_of(4), forged, make_consistency_proof(leaf_at, 4, newer)));
        CHECK(!is_consistent(head_of(4), forged, make_consistency_proof(forged_at, 4, newer)));
    }
}

TEST_CASE("two empty trees are consistent, an empty one says nothing of another", "[merkle]") {
    CHECK(is_consistent(head_of(0), head_of(0), {}));
    CHECK(!is_consistent({0, leaf_at(0)}, {0, leaf_at(0)}, {}));
    CHECK(!is_consistent(head_of(0), head_of(1), {}));
    CHECK(!is_consistent(head_of(0), head_of(1), {leaf_at(0)}));
}

TEST_CASE("proofs nobody can make are bugs, and the largest sizes end", "[merkle]") {
    CHECK(code_of([] { return make_inclusion_proof(leaf_at, 3, 3); }) == ErrorCode::kBug);
    CHECK(code_of([] { return make_consistency_proof(leaf_at, 0, 3); }) == ErrorCode::kBug);
    CHECK(code_of([] { return make_consistency_proof(leaf_at, 4, 3); }) == ErrorCode::kBug);
    constexpr std::uint64_t kMax = ~std::uint64_t{0};
    const MerkleProof long_proof(200, leaf_at(0));
    CHECK(!is_included(leaf_at(0), kMax - 1, kMax, long_proof, leaf_at(1)));
    CHECK(!is_included(leaf_at(0), kMax, kMax, long_proof, leaf_at(1)));
    CHECK(!is_consistent({kMax - 1, leaf_at(0)}, {kMax, leaf_at(1)}, long_proof));
    CHECK(!is_consistent({std::uint64_t{1} << 63, leaf_at(0)}, {kMax, leaf_at(1)}, long_proof));
}

TEST_CASE("a proof in a journal of a million lines has at most 20 hashes [T23]", "[merkle]") {
    const auto cheap_leaf = [](std::uint64_t index) {
        MerkleHash hash{};
        hash[0] = static_cast<std::byte>(index & 0xff);
        return hash;
    };
    const MerkleProof proof = make_inclusion_proof(cheap_leaf, 524288, 1000000);
    CHECK(proof.size() <= 20);
    CHECK(
        is_included(cheap_leaf(524288), 524288, 1000000, proof, merkle_root(cheap_leaf, 1000000)));
}
