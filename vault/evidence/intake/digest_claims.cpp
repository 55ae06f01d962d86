#include "vault/evidence/intake/digest_claims.h"

#include "vault/journal/ids.h"
#include "vault/store/object_table.h"

namespace kua::evidence {

// Keeps others who ask for the same digest waiting while one thread reads; if that ends early, they
// read for themselves.
class DigestClaims::Judging {
public:
    Judging(DigestClaims& claims, Lock& lock, const crypto::Sha256Digest& digest)
        : claims_(claims),
          lock_(lock),
          at_(claims.copies_.insert_or_assign(digest, Copies{}).first) {}
    Judging(const Judging&) = delete;
    Judging& operator=(const Judging&) = delete;
    ~Judging() {
        if (!lock_.owns_lock()) {
            lock_.lock();
        }
        if (at_->second.judged == Judged::kInWork) {
            claims_.copies_.erase(at_);
        }
        claims_.judged_.notify_all();
    }

    Copies& copies() noexcept { return at_->second; }

private:
    DigestClaims& claims_;
    Lock& lock_;
    std::map<crypto::Sha256Digest, Copies>::iterator at_;
};

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

ClaimOutcome DigestClaims::peek(const crypto::Sha256Digest& digest, CopyCheck& check) {
    Lock lock{mutex_};
    return find(lock, digest, check);
}

ClaimOutcome DigestClaims::claim(const crypto::Sha256Digest& digest, std::size_t input,
                                 CopyCheck& check) {
    Lock lock{mutex_};
    ClaimOutcome outcome = find(lock, digest, check);
    if (outcome.is_first()) {
        claimed_.emplace(digest, input);
    }
    return outcome;
}

// With the lock held when it returns, so that nobody comes between an answer and what follows.
ClaimOutcome DigestClaims::find(Lock& lock, const crypto::Sha256Digest& digest, CopyCheck& check) {
    for (;;) {
        if (const auto claimed = claimed_.find(digest); claimed != claimed_.end()) {
            return {.item = std::nullopt, .input = claimed->second};
        }
        const auto known = copies_.find(digest);
        if (known == copies_.end()) {
            const std::vector<Candidate> candidates = list_candidates(digest);
            if (candidates.empty()) {
                return {};
            }
            judge(lock, digest, candidates, check);
            continue;
        }
        const Copies& copies = known->second;
        switch (copies.judged) {
            case Judged::kInWork:
                judged_.wait(lock);
                break;
            case Judged::kUndecided:
                return {.item = std::nullopt, .input = std::nullopt, .undecided = true};
            case Judged::kDecided:
                return copies.item.empty() ? ClaimOutcome{} : ClaimOutcome{copies.item, {}};
        }
    }
}

std::vector<DigestClaims::Candidate> DigestClaims::list_candidates(
    const crypto::Sha256Digest& digest) {
    // Left alone, SQLite takes the index that has them in order and reads the whole case. What was
    // destroyed isn't here any more: whoever adds it again wants it kept.
    store::Rows rows = catalog_.query(
        "SELECT item, sealed_digest, bytes FROM item INDEXED BY item_by_digest"
        " WHERE case_id = ?1 AND digest = ?2"
        " AND NOT EXISTS (SELECT 1 FROM erased WHERE erased.sealed_digest = item.sealed_digest)"
        " ORDER BY lamport, author",
        case_id_, digest);
    std::vector<Candidate> candidates;
    while (rows.next()) {
        candidates.push_back({std::string{rows.text(0)},
                              {rows.fixed_blob<32>(1)},
                              static_cast<std::uint64_t>(rows.integer(2))});
    }
    return candidates;
}

void DigestClaims::judge(Lock& lock, const crypto::Sha256Digest& digest,
                         const std::vector<Candidate>& candidates, CopyCheck& check) {
    Judging judging{*this, lock, digest};
    Copies& copies = judging.copies();
    try {
        read_copies(lock, copies, digest, candidates, check);
        copies.judged = Judged::kDecided;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kBusy || !check.may_wait()) {
            throw;
        }
        if (!lock.owns_lock()) {
            lock.lock();
        }
        copies.damaged.clear();
        copies.judged = Judged::kUndecided;
    }
}

// An entry may name any digest beside any object: whoever signed it, the bytes have the last word.
void DigestClaims::read_copies(Lock& lock, Copies& copies, const crypto::Sha256Digest& digest,
                               const std::vector<Candidate>& candidates, CopyCheck& check) {
    for (const Candidate& one : candidates) {
        const std::optional<store::ObjectRecord> object = store::find_object(catalog_, one.object);
        std::optional<FindingCode> fault = FindingCode::kMissing;
        if (object) {
            lock.unlock();
            fault = check.fault_of(*object, one.original_bytes, digest);
            lock.lock();
        }
        if (!fault) {
            copies.item = one.item;
            return;
        }
        copies.damaged.push_back({one.item, {}, *fault});
    }
}

void DigestClaims::settle(CopyCheck& check) {
    Lock lock{mutex_};
    std::vector<crypto::Sha256Digest> undecided;
    for (const auto& [digest, copies] : copies_) {
        if (copies.judged == Judged::kUndecided) {
            undecided.push_back(digest);
        }
    }
    for (const crypto::Sha256Digest& digest : undecided) {
        judge(lock, digest, list_candidates(digest), check);
    }
}

std::vector<DamagedCopy> DigestClaims::damaged_copies(const crypto::Sha256Digest& digest) {
    const std::lock_guard lock{mutex_};
    const auto known = copies_.find(digest);
    return known != copies_.end() ? known->second.damaged : std::vector<DamagedCopy>{};
}

void DigestClaims::stored(const crypto::Sha256Digest& digest, const std::string& item) {
    const std::lock_guard lock{mutex_};
    copies_.insert_or_assign(digest, Copies{Judged::kDecided, item, {}});
}

void DigestClaims::next_run() {
    const std::lock_guard lock{mutex_};
    claimed_.clear();
    begun_.clear();
}

}  // namespace kua::evidence
