#include "vault/evidence/intake/digest_claims.h"

#include "vault/journal/ids.h"

namespace kua::evidence {

DigestClaims::DigestClaims(store::Connection& catalog, const std::string& case_id)
    : catalog_(catalog), case_id_(journal::blob_of(case_id)) {}

bool DigestClaims::may_be_known(std::uint64_t size_bytes, const crypto::Sha256Digest& begin) {
    const std::lock_guard lock{mutex_};
    if (!begun_.emplace(size_bytes, begin).second) {
        return true;
    }
    return catalog_
        .query_integer("SELECT 1 FROM item WHERE case_id = ?1 AND bytes = ?2 LIMIT 1", case_id_,
                       size_bytes)
        .has_value();
}

ClaimOutcome DigestClaims::peek(const crypto::Sha256Digest& digest) {
    const std::lock_guard lock{mutex_};
    return find(digest);
}

ClaimOutcome DigestClaims::claim(const crypto::Sha256Digest& digest, std::size_t input) {
    const std::lock_guard lock{mutex_};
    ClaimOutcome outcome = find(digest);
    if (outcome.is_first()) {
        claimed_.emplace(digest, input);
    }
    return outcome;
}

ClaimOutcome DigestClaims::find(const crypto::Sha256Digest& digest) {
    if (const auto claimed = claimed_.find(digest); claimed != claimed_.end()) {
        return {.item = std::nullopt, .input = claimed->second};
    }
    // Left alone, SQLite takes the index that has them in order and reads the whole case. What was
    // destroyed isn't here any more: whoever adds it again wants it kept.
    store::Rows rows = catalog_.query(
        "SELECT item FROM item INDEXED BY item_by_digest WHERE case_id = ?1 AND digest = ?2"
        " AND NOT EXISTS (SELECT 1 FROM erased WHERE erased.sealed_digest = item.sealed_digest)"
        " ORDER BY lamport, author LIMIT 1",
        case_id_, digest);
    return rows.next() ? ClaimOutcome{std::string{rows.text(0)}, std::nullopt} : ClaimOutcome{};
}

void DigestClaims::next_run() {
    const std::lock_guard lock{mutex_};
    claimed_.clear();
    begun_.clear();
}

}  // namespace kua::evidence
