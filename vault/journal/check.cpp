#include "vault/journal/check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "vault/format/sshsig.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/receive.h"

namespace kua::journal {
namespace {

struct StoredBundle {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    store::SealedDigest digest;
    base::Bytes leaves;
    base::Bytes sealed;
    ContentDigest content;
};

class LogCheck {
public:
    LogCheck(store::Connection& catalog, const LogHead& head,
             std::span<const format::AgeIdentity> identities,
             const std::function<void(const VerifiedBundle&)>& on_bundle)
        : catalog_(catalog), head_(head), identities_(identities), on_bundle_(on_bundle) {}

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
        check_end();
        check_roots();
        check_seen();
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
            "SELECT count, sealed_digest, leaves, sealed, content_digest FROM bundle"
            " WHERE case_id = ?1 AND author = ?2 AND first = ?3",
            blob_of(head_.case_id), blob_of(head_.author), first);
        if (!rows.next()) {
            throw Error{ErrorCode::kDamaged, "its row is missing"};
        }
        const std::int64_t count = rows.integer(0);
        if (count < 1 || count > static_cast<std::int64_t>(kMaxEntriesPerBundle)) {
            throw Error{ErrorCode::kDamaged, "its number of entries makes no sense"};
        }
        return {first,
                static_cast<std::uint64_t>(count),
                store::SealedDigest{rows.fixed_blob<32>(1)},
                base::copy_of(rows.blob(2)),
                base::copy_of(rows.blob(3)),
                ContentDigest{rows.fixed_blob<32>(4)}};
    }

    // One bundle; what is wrong with it becomes a finding, and the next one is checked all the
    // same, as far as it can be without this one.
    void check_bundle(std::uint64_t first, const crypto::Ed25519PublicKey& key) {
        std::optional<VerifiedBundle> good;
        bool placed = false;
        try {
            const StoredBundle stored = read_bundle(first);
            const bool follows = take_place(stored);
            placed = true;
            const auto before = std::exchange(previous_, stored.content);
            append_leaves(stored);
            roots_.emplace(stored.first + stored.count - 1, frontier_.root());
            if (store::SealedDigest{crypto::sha256(stored.sealed)} != stored.digest) {
                throw Error{ErrorCode::kDamaged, "its sealed bytes were altered"};
            }
            if (!identities_.empty()) {
                good = check_content(stored, key);
                previous_ = content_digest_of(good->content);  // what the next one has to name
                if (previous_ != stored.content) {
                    throw Error{ErrorCode::kDamaged, "its digest is not that of its texts"};
                }
                if (follows && good->manifest.previous != before) {
                    throw Error{ErrorCode::kDamaged, "it does not continue the bundle before it"};
                }
                check_lamports(*good);
                note_seen(good->manifest);
            }
            report_.entries += stored.count;
            ++report_.bundles;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
                throw;
            }
            find(std::exchange(forged_, false) ? FindingCode::kForged : FindingCode::kDamaged,
                 "bundle from entry " + std::to_string(first) + ": " + error.what());
            good.reset();
            broken_ = true;
            if (!placed) {
                next_.reset();
                tree_is_whole_ = false;
            }
        }
        if (good && on_bundle_) {
            on_bundle_(*good);
        }
    }

    // Where the bundle stands in the log. Whether it follows right after the one before.
    bool take_place(const StoredBundle& stored) {
        const bool follows = next_ == stored.first;
        if (next_ && *next_ < stored.first) {
            find(FindingCode::kGap, "entries " + std::to_string(*next_) + " to " +
                                        std::to_string(stored.first - 1) + " are missing");
        } else if (next_ && *next_ > stored.first) {
            find(FindingCode::kDamaged, "two bundles hold entry " + std::to_string(stored.first));
        }
        if (!follows) {
            broken_ = true;
            tree_is_whole_ = false;
        }
        next_ = stored.first + stored.count;
        return follows;
    }

    void append_leaves(const StoredBundle& stored) {
        constexpr std::size_t kHashBytes = format::MerkleHash{}.size();
        if (stored.leaves.size() != stored.count * kHashBytes) {
            tree_is_whole_ = false;
            throw Error{ErrorCode::kDamaged, "its leaves don't fit its number of entries"};
        }
        for (std::size_t at = 0; at < stored.leaves.size(); at += kHashBytes) {
            format::MerkleHash leaf{};
            std::copy_n(stored.leaves.begin() + static_cast<std::ptrdiff_t>(at), kHashBytes,
                        leaf.begin());
            frontier_.append(leaf);
        }
    }

    // The roots kept for comparing them with what others have seen. Said only where nothing else is
    // wrong, as this would follow from it.
    void check_roots() {
        if (!report_.findings.empty()) {
            return;
        }
        store::Rows rows = catalog_.query(
            "SELECT size, root FROM log_root WHERE case_id = ?1 AND author = ?2 AND size <= ?3",
            blob_of(head_.case_id), blob_of(head_.author), head_.size);
        std::map<std::uint64_t, format::MerkleHash> kept;
        while (rows.next()) {
            kept.emplace(static_cast<std::uint64_t>(rows.integer(0)), rows.fixed_blob<32>(1));
        }
        if (kept != roots_) {
            find(FindingCode::kDamaged, "the roots kept beside it are not those of its entries");
        }
    }

    void note_seen(const Manifest& manifest) {
        for (const SeenLog& seen : manifest.seen) {
            std::uint64_t& newest = seen_[seen.author];
            newest = std::max(newest, seen.size);
            roots_seen_[{seen.author, seen.size}].insert(seen.root);
        }
    }

    // What is kept of what this author has seen of others: receipts are told from it.
    void check_seen() {
        if (identities_.empty() || !report_.findings.empty()) {
            return;
        }
        store::Rows rows = catalog_.query(
            "SELECT other, size, root, common FROM seen_log WHERE case_id = ?1 AND author = ?2",
            blob_of(head_.case_id), blob_of(head_.author));
        std::map<std::string, std::uint64_t> kept;
        bool is_as_said = true;
        while (rows.next()) {
            const std::string other = base::encode_hex(rows.blob(0));
            const auto size = static_cast<std::uint64_t>(rows.integer(1));
            kept.emplace(other, size);
            is_as_said = is_as_said && was_root_seen(other, size, rows.text(2)) &&
                         was_seen_here(other, static_cast<std::uint64_t>(rows.integer(3)));
        }
        if (kept != seen_ || !is_as_said) {
            find(FindingCode::kDamaged,
                 "what is kept of what its author has seen is not what the bundles say");
        }
    }

    // The root is empty if an earlier kua kept it.
    bool was_root_seen(const std::string& other, std::uint64_t size, std::string_view root) const {
        const auto said = roots_seen_.find({other, size});
        return root.empty() ||
               (said != roots_seen_.end() && said->second.contains(std::string{root}));
    }

    // 0 says nothing.
    bool was_seen_here(const std::string& other, std::uint64_t size) {
        const auto said = roots_seen_.find({other, size});
        return size == 0 || (said != roots_seen_.end() &&
                             std::ranges::any_of(said->second, [&](const std::string& root) {
                                 return is_root_here(catalog_, head_.case_id, other, size, root);
                             }));
    }

    VerifiedBundle check_content(const StoredBundle& stored, const crypto::Ed25519PublicKey& key) {
        BundleContent content = open_bundle(stored.sealed, identities_);
        forged_ = !has_good_signatures(content, key);
        VerifiedBundle bundle = verify_bundle(std::move(content), key);
        const Manifest& manifest = bundle.manifest;
        if (manifest.case_id != head_.case_id || manifest.author != head_.author ||
            manifest.first != stored.first || manifest.count != stored.count) {
            throw Error{ErrorCode::kDamaged, "its manifest speaks of other entries"};
        }
        check_leaves(bundle, stored);
        check_objects(manifest);
        if (tree_is_whole_ && bundle.checkpoint.head.root != frontier_.root()) {
            throw Error{ErrorCode::kDamaged, "its entries don't have the root that was signed"};
        }
        return bundle;
    }

    void check_leaves(const VerifiedBundle& bundle, const StoredBundle& stored) {
        base::Bytes leaves;
        for (const Entry& entry : bundle.entries) {
            base::append(leaves, leaf_of(entry.line));
        }
        if (leaves != stored.leaves) {
            tree_is_whole_ = false;
            throw Error{ErrorCode::kDamaged,
                        "the leaves kept beside it are not those of its lines"};
        }
    }

    // What is kept of which objects it brings, for passing it on.
    void check_objects(const Manifest& manifest) {
        const std::vector<BundleObject> kept =
            list_bundle_objects(catalog_, head_.case_id, head_.author, manifest.first);
        const auto same = [](const BundleObject& a, const BundleObject& b) {
            return a.digest == b.digest && a.size_bytes == b.size_bytes;
        };
        if (!std::equal(kept.begin(), kept.end(), manifest.objects.begin(), manifest.objects.end(),
                        same)) {
            throw Error{ErrorCode::kDamaged,
                        "the objects kept beside it are not those that it names"};
        }
    }

    // Lamport numbers order the entries of a case. They grow in each log, and no faster than there
    // are entries to know of: who jumps ahead wants to come last for ever.
    void check_lamports(const VerifiedBundle& bundle) {
        const std::uint64_t seen = sum_of_seen(bundle.manifest);
        bool is_ahead = false;
        for (const Entry& entry : bundle.entries) {
            if (entry.header.lamport <= lamport_) {
                throw Error{ErrorCode::kDamaged, "its lamport numbers don't grow"};
            }
            lamport_ = entry.header.lamport;
            is_ahead = is_ahead || lamport_ > entry.header.seq + seen;
        }
        if (is_ahead) {
            find(FindingCode::kFastForward,
                 "bundle from entry " + std::to_string(bundle.manifest.first) +
                     ": its lamport numbers are ahead of all entries its author can have known");
        }
    }

    // The row that the next entry would be appended to.
    void check_head(const crypto::Ed25519PublicKey& key) {
        if (next_ && *next_ <= head_.size) {
            find(FindingCode::kGap, "entries " + std::to_string(*next_) + " to " +
                                        std::to_string(head_.size) + " are missing");
            return;
        }
        const std::string expected = format::encode_checkpoint(
            {head_.case_id, head_.author, {head_.size, head_.frontier.root()}});
        if (!format::is_signed_by(key, format::SignatureNamespace::kCheckpoint,
                                  base::bytes_of(head_.checkpoint), head_.checkpoint_signature)) {
            find(FindingCode::kForged, "the signature of the newest checkpoint is wrong");
        } else if (head_.checkpoint != expected || (!broken_ && !leads_to_head())) {
            find(FindingCode::kDamaged, "its head is not what its entries lead to");
        }
    }

    bool leads_to_head() const {
        const bool same_lamport = identities_.empty() || head_.lamport == lamport_;
        return next_ == head_.size + 1 && head_.frontier == frontier_ &&
               head_.last_bundle == previous_ && same_lamport;
    }

    // A head that was put back to an older state still has a good signature. Asked in one
    // statement, so that what another process appends meanwhile isn't taken for that.
    void check_end() {
        store::Rows rows = catalog_.query(
            "SELECT size, (SELECT MAX(first) FROM bundle WHERE case_id = ?1 AND author = ?2)"
            " FROM log WHERE case_id = ?1 AND author = ?2",
            blob_of(head_.case_id), blob_of(head_.author));
        if (rows.next() && !rows.is_null(1) && rows.integer(1) > rows.integer(0)) {
            find(FindingCode::kRollback,
                 "its head ends with entry " + std::to_string(rows.integer(0)) +
                     ", but there is a bundle from entry " + std::to_string(rows.integer(1)));
        }
    }

    store::Connection& catalog_;
    const LogHead& head_;
    std::span<const format::AgeIdentity> identities_;
    const std::function<void(const VerifiedBundle&)>& on_bundle_;
    LogReport report_;
    format::MerkleFrontier frontier_;
    std::optional<ContentDigest> previous_;
    std::optional<std::uint64_t> next_ = 1;  // nothing after a bundle of unknown length
    std::map<std::uint64_t, format::MerkleHash> roots_;
    std::map<std::string, std::uint64_t> seen_;  // of others, the newest sizes
    std::map<std::pair<std::string, std::uint64_t>, std::set<std::string>> roots_seen_;
    std::uint64_t lamport_ = 0;  // of the entry before
    bool forged_ = false;
    bool broken_ = false;        // some bundle was bad, so nothing can be said about the whole
    bool tree_is_whole_ = true;  // frontier_ holds the leaves of all entries so far
};

}  // namespace

LogReport check_log(store::Connection& catalog, const LogHead& head,
                    const std::vector<KnownAuthor>& authors,
                    std::span<const format::AgeIdentity> identities,
                    const std::function<void(const VerifiedBundle&)>& on_bundle) {
    return LogCheck{catalog, head, identities, on_bundle}.run(authors);
}

std::vector<Finding> find_lost_logs(store::Connection& catalog) {
    store::Rows rows = catalog.query(
        "SELECT DISTINCT case_id, author FROM bundle WHERE NOT EXISTS (SELECT 1 FROM log"
        " WHERE log.case_id = bundle.case_id AND log.author = bundle.author)"
        " ORDER BY case_id, author");
    std::vector<Finding> findings;
    while (rows.next()) {
        findings.push_back(
            {FindingCode::kMissing,
             log_subject(base::encode_hex(rows.blob(0)), base::encode_hex(rows.blob(1))),
             "its head is missing, though its bundles are there"});
    }
    return findings;
}

std::string log_subject(const std::string& case_id, const std::string& author) {
    return "journal of " + author.substr(0, 8) + " in case " + case_id.substr(0, 8);
}

std::string entry_subject(const Entry& entry) {
    return "entry " + std::to_string(entry.header.seq) + " of " + entry.header.author.substr(0, 8);
}

}  // namespace kua::journal
