#include "tests/simulator/look.h"

#include <algorithm>

#include "tests/simulator/failure.h"
#include "vault/base/base64.h"
#include "vault/base/hex.h"
#include "vault/evidence/cases.h"
#include "vault/exchange/refs.h"
#include "vault/journal/ids.h"

namespace kua::simulator {

using journal::blob_of;

Heads read_heads(World& world, Person& of) {
    Heads heads;
    for (const journal::LogHead& log : journal::list_logs(of.catalog(), world.case_id)) {
        heads[log.author] = {log.size, log.frontier.root()};
    }
    return heads;
}

std::vector<Head> read_bundles(World& world, Person& of, const std::string& author) {
    store::Rows rows = of.catalog().query(
        "SELECT first, count, leaves FROM bundle WHERE case_id = ?1 AND author = ?2 ORDER BY first",
        blob_of(world.case_id), blob_of(author));
    std::vector<Head> heads;
    format::MerkleFrontier frontier;
    while (rows.next()) {
        const base::ByteView leaves = rows.blob(2);
        const auto first = static_cast<std::uint64_t>(rows.integer(0));
        const auto count = static_cast<std::uint64_t>(rows.integer(1));
        require(first == frontier.size() + 1 && leaves.size() == count * sizeof(MerkleHash),
                of.name + "'s bundles don't follow each other");
        for (std::size_t at = 0; at < leaves.size(); at += sizeof(MerkleHash)) {
            MerkleHash leaf{};
            std::ranges::copy(leaves.subspan(at, sizeof(MerkleHash)), leaf.begin());
            frontier.append(leaf);
        }
        heads.push_back({frontier.size(), frontier.root()});
    }
    return heads;
}

std::vector<Seen> read_seen(World& world, Person& of, const std::string& author) {
    store::Rows rows = of.catalog().query(
        "SELECT other, size, root FROM seen_log WHERE case_id = ?1 AND author = ?2 ORDER BY other",
        blob_of(world.case_id), blob_of(author));
    std::vector<Seen> all;
    while (rows.next()) {
        Seen seen{base::encode_hex(rows.blob(0)),
                  {static_cast<std::uint64_t>(rows.integer(1)), {}}};
        const auto root = base::decode_base64(rows.text(2), base::Base64::kPadded);
        if (root && root->size() == seen.head.root.size()) {
            std::ranges::copy(*root, seen.head.root.begin());
            all.push_back(seen);
        }
    }
    return all;
}

std::optional<Head> find_commit(World& world, Person& of, const std::string& author,
                                const format::GitId& commit) {
    for (const std::string& ref : refs_of(world, of, author)) {
        store::Rows rows = of.catalog().query(
            "SELECT first FROM chain_commit WHERE ref = ?1 AND commit_id = ?2", ref, commit.bytes);
        if (!rows.next()) {
            continue;
        }
        const auto first = static_cast<std::uint64_t>(rows.integer(0));
        for (const Head& head : read_bundles(world, of, author)) {
            if (head.size >= first) {
                return head;
            }
        }
    }
    return std::nullopt;
}

std::vector<std::string> refs_of(World& world, Person& of, const std::string& author) {
    std::vector<std::string> refs;
    for (const exchange::Channel& channel :
         exchange::list_channels(of.catalog(), world.case_id, of.fingerprint)) {
        if (channel.author == author) {
            refs.push_back(channel.ref);
        }
    }
    return refs;
}

bool is_sealed(World& world, Person& of) {
    return evidence::load_case_keys(of.catalog(), world.case_id).sealed();
}

}  // namespace kua::simulator
