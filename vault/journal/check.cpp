#include "vault/journal/check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/format/sshsig.h"
#include "vault/journal/ids.h"

namespace kua::journal {
namespace {

struct StoredBundle {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    store::SealedDigest digest;
    base::Bytes leaves;
    base::Bytes sealed;
};

class LogCheck {
public:
    LogCheck(store::Connection& catalog, const LogHead& head, const format::AgeIdentity* identity,
             const std::function<void(const VerifiedBundle&)>& on_bundle)
        : catalog_(catalog), head_(head), identity_(identity), on_bundle_(on_bundle) {}

    LogReport run(const std::vector<KnownAuthor>& authors) {
        const auto author = std::find_if(
            authors.begin(), authors.end(),
            [this](const KnownAuthor& one) { return one.fingerprint == head_.author; });
        if (author == authors.end()) {
            find(FindingCode::kUnknownAuthor, "signed by nobody this vault knows");
            return std::move(report_);
        }
        for (const std::uint64_t first : list_bundles()) {
            check_bundle(first, author->key);
        }
        check_head(author->key);
        return std::move(report_);
    }

private:
    void find(FindingCode code, std::string text) {
        report_.findings.push_back(
            {code, log_subject(head_.case_id, head_.author), std::move(text)});
    }

    std::vector<std::uint64_t> list_bundles() {
        std::vector<std::uint64_t> firsts;
        store::Rows rows = catalog_.query(
            "SELECT first FROM bundle WHERE case_id = ?1 AND author = ?2 AND first <= ?3"
            " ORDER BY first",
            blob_of(head_.case_id), blob_of(head_.author), head_.size);
        while (rows.next()) {
            firsts.push_back(static_cast<std::uint64_t>(rows.integer(0)));
        }
        return firsts;
    }

    StoredBundle read_bundle(std::uint64_t first) {
        store::Rows rows = catalog_.query(
            "SELECT count, sealed_digest, leaves, sealed FROM bundle"
            " WHERE case_id = ?1 AND author = ?2 AND first = ?3",
            blob_of(head_.case_id), blob_of(head_.author), first);
        if (!rows.next()) {
            throw Error{ErrorCode::kDamaged, "its row is missing"};
        }
        return {first, static_cast<std::uint64_t>(rows.integer(0)),
                store::SealedDigest{rows.fixed_blob<32>(1)}, base::copy_of(rows.blob(2)),
                base::copy_of(rows.blob(3))};
    }

    // One bundle; what is wrong with it becomes a finding and the next one is checked all the same.
    void check_bundle(std::uint64_t first, const crypto::Ed25519PublicKey& key) {
        const std::string name = "bundle from entry " + std::to_string(first);
        try {
            const StoredBundle stored = read_bundle(first);
            if (first != next_) {
                find(FindingCode::kGap, "entries " + std::to_string(next_) + " to " +
                                            std::to_string(first - 1) + " are missing");
            }
            append_leaves(stored);
            if (store::SealedDigest{crypto::sha256(stored.sealed)} != stored.digest) {
                throw Error{ErrorCode::kDamaged, "its sealed bytes were altered"};
            }
            if (identity_ != nullptr) {
                check_content(stored, key);
            }
            previous_ = stored.digest;
            next_ = first + stored.count;
            report_.entries += stored.count;
            ++report_.bundles;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
                throw;
            }
            find(forged_ ? FindingCode::kForged : FindingCode::kDamaged,
                 name + ": " + error.what());
            forged_ = false;
            broken_ = true;
        }
    }

    void append_leaves(const StoredBundle& stored) {
        constexpr std::size_t kHashBytes = format::MerkleHash{}.size();
        if (stored.leaves.size() != stored.count * kHashBytes) {
            throw Error{ErrorCode::kDamaged, "its leaves don't fit its number of entries"};
        }
        for (std::size_t at = 0; at < stored.leaves.size(); at += kHashBytes) {
            format::MerkleHash leaf{};
            std::copy_n(stored.leaves.begin() + static_cast<std::ptrdiff_t>(at), kHashBytes,
                        leaf.begin());
            frontier_.append(leaf);
        }
    }

    void check_content(const StoredBundle& stored, const crypto::Ed25519PublicKey& key) {
        BundleContent content = open_bundle(stored.sealed, *identity_);
        forged_ = !has_good_signatures(content, key);
        const VerifiedBundle bundle = verify_bundle(std::move(content), key);
        const Manifest& manifest = bundle.manifest;
        if (manifest.case_id != head_.case_id || manifest.author != head_.author ||
            manifest.first != stored.first || manifest.count != stored.count) {
            throw Error{ErrorCode::kDamaged, "its manifest speaks of other entries"};
        }
        if (manifest.previous != previous_) {
            throw Error{ErrorCode::kDamaged, "it does not continue the bundle before it"};
        }
        check_leaves(bundle, stored);
        if (bundle.checkpoint.head.root != frontier_.root()) {
            throw Error{ErrorCode::kDamaged, "its entries don't have the root that was signed"};
        }
        if (on_bundle_) {
            on_bundle_(bundle);
        }
    }

    static void check_leaves(const VerifiedBundle& bundle, const StoredBundle& stored) {
        base::Bytes leaves;
        for (const Entry& entry : bundle.entries) {
            base::append(leaves, leaf_of(entry.line));
        }
        if (leaves != stored.leaves) {
            throw Error{ErrorCode::kDamaged,
                        "the leaves kept beside it are not those of its lines"};
        }
    }

    // The row that the next entry would be appended to.
    void check_head(const crypto::Ed25519PublicKey& key) {
        if (!broken_ && next_ != head_.size + 1) {
            find(FindingCode::kGap, "entries " + std::to_string(next_) + " to " +
                                        std::to_string(head_.size) + " are missing");
            return;
        }
        const std::string expected = format::encode_checkpoint(
            {head_.case_id, head_.author, {head_.size, head_.frontier.root()}});
        if (!format::is_signed_by(key, format::SignatureNamespace::kCheckpoint,
                                  base::bytes_of(head_.checkpoint), head_.checkpoint_signature)) {
            find(FindingCode::kForged, "the signature of the newest checkpoint is wrong");
        } else if (head_.checkpoint != expected || (!broken_ && head_.frontier != frontier_) ||
                   (!broken_ && head_.last_bundle != previous_)) {
            find(FindingCode::kDamaged, "its head is not what its entries lead to");
        }
    }

    store::Connection& catalog_;
    const LogHead& head_;
    const format::AgeIdentity* identity_;
    const std::function<void(const VerifiedBundle&)>& on_bundle_;
    LogReport report_;
    format::MerkleFrontier frontier_;
    std::optional<store::SealedDigest> previous_;
    std::uint64_t next_ = 1;
    bool forged_ = false;
    bool broken_ = false;  // some bundle was bad, so nothing can be said about the whole
};

}  // namespace

LogReport check_log(store::Connection& catalog, const LogHead& head,
                    const std::vector<KnownAuthor>& authors, const format::AgeIdentity* identity,
                    const std::function<void(const VerifiedBundle&)>& on_bundle) {
    return LogCheck{catalog, head, identity, on_bundle}.run(authors);
}

std::string log_subject(const std::string& case_id, const std::string& author) {
    return "journal of " + author.substr(0, 8) + " in case " + case_id.substr(0, 8);
}

}  // namespace kua::journal
