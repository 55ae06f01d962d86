#include "vault/journal/receive.h"

#include <algorithm>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/journal/ids.h"
#include "vault/journal/stored_bundle.h"

namespace kua::journal {
Position position_of(store::Connection& catalog, const LogHead& head,
                     const VerifiedBundle& bundle) {
    const Manifest& manifest = bundle.manifest;
    if (manifest.first > head.size + 1) {
        return Position::kLater;
    }
    if (manifest.first == head.size + 1) {
        return manifest.previous == head.last_bundle ? Position::kNext : Position::kAnother;
    }
    store::Rows rows = catalog.query(
        "SELECT content_digest FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3",
        blob_of(manifest.case_id), blob_of(manifest.author), manifest.first);
    const bool is_known =
        rows.next() && ContentDigest{rows.fixed_blob<32>(0)} == content_digest_of(bundle.content);
    return is_known ? Position::kKnown : Position::kAnother;
}

LamportOutcome check_lamports(const LogHead& head, const VerifiedBundle& bundle) {
    const std::uint64_t seen = sum_of_seen(bundle.manifest);
    std::uint64_t before = head.lamport;
    LamportOutcome outcome = LamportOutcome::kGood;
    for (const Entry& entry : bundle.entries) {
        if (entry.header.lamport <= before) {
            return LamportOutcome::kNotGrowing;
        }
        before = entry.header.lamport;
        if (before > entry.header.seq + seen) {
            outcome = LamportOutcome::kAhead;
        }
    }
    return outcome;
}

bool leads_to_signed_root(const LogHead& head, const VerifiedBundle& bundle) {
    format::MerkleFrontier frontier = head.frontier;
    for (const Entry& entry : bundle.entries) {
        frontier.append(leaf_of(entry.line));
    }
    return frontier.root() == bundle.checkpoint.head.root;
}

void append_received(store::Transaction& write, LogHead head, const VerifiedBundle& bundle,
                     base::ByteView sealed, const store::SealedDigest& sealed_digest) {
    KUA_CHECK(bundle.manifest.first == head.size + 1 && !bundle.entries.empty());
    base::Bytes leaves;
    for (const Entry& entry : bundle.entries) {
        const format::MerkleHash leaf = leaf_of(entry.line);
        head.frontier.append(leaf);
        base::append(leaves, leaf);
    }
    if (head.frontier.root() != bundle.checkpoint.head.root) {
        throw Error{ErrorCode::kDamaged, "its entries don't lead to the root that was signed"};
    }
    head.case_id = bundle.manifest.case_id;
    head.author = bundle.manifest.author;
    head.size += bundle.entries.size();
    head.lamport = bundle.entries.back().header.lamport;
    head.last_bundle = content_digest_of(bundle.content);
    head.checkpoint = bundle.content.checkpoint;
    head.checkpoint_signature = bundle.content.checkpoint_signature;
    store_bundle(write, head, bundle.manifest, leaves, {sealed_digest, sealed});
}

std::optional<format::MerkleHash> root_at(store::Connection& catalog, const std::string& case_id,
                                          const std::string& author, std::uint64_t size) {
    store::Rows rows =
        catalog.query("SELECT root FROM log_root WHERE case_id = ?1 AND author = ?2 AND size = ?3",
                      blob_of(case_id), blob_of(author), size);
    if (!rows.next()) {
        return std::nullopt;
    }
    return rows.fixed_blob<32>(0);
}

std::vector<BundleObject> list_bundle_objects(store::Connection& catalog,
                                              const std::string& case_id, const std::string& author,
                                              std::uint64_t first) {
    store::Rows rows = catalog.query(
        "SELECT sealed_digest, bytes FROM bundle_object"
        " WHERE case_id = ?1 AND author = ?2 AND first = ?3 ORDER BY place",
        blob_of(case_id), blob_of(author), first);
    std::vector<BundleObject> objects;
    while (rows.next()) {
        objects.push_back({store::SealedDigest{rows.fixed_blob<32>(0)},
                           static_cast<std::uint64_t>(rows.integer(1))});
    }
    return objects;
}

LogHead find_log(store::Connection& catalog, const std::string& case_id,
                 const std::string& author) {
    for (LogHead& head : list_logs(catalog, case_id)) {
        if (head.author == author) {
            return std::move(head);
        }
    }
    LogHead head;
    head.case_id = case_id;
    head.author = author;
    return head;
}

}  // namespace kua::journal
