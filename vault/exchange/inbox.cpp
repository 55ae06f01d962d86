#include "vault/exchange/inbox.h"

#include <algorithm>
#include <utility>

#include "vault/evidence/members.h"
#include "vault/exchange/contacts.h"
#include "vault/exchange/membership.h"
#include "vault/exchange/refs.h"
#include "vault/format/git_object.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxGrants = 1'000;
constexpr std::size_t kMaxGrantTreeBytes = 4096;

base::Bytes present(std::optional<base::Bytes> content) {
    if (!content) {
        throw Error{ErrorCode::kDamaged, "a part is missing"};
    }
    return *std::move(content);
}

// The chain of commits; what is wrong with them is noted.
class InboxReader {
public:
    InboxReader(Repository& remote, History history) : remote_(remote), history_(history) {}

    // The trees of the commits behind `before`, the newest first.
    std::vector<format::GitId> list_trees(const format::GitId& tip,
                                          const std::optional<format::GitId>& before) {
        std::vector<format::GitId> trees;
        std::optional<format::GitId> next = tip;
        const std::size_t faults_before = faults_.size();
        while (next && next != before && trees.size() < kMaxGrants) {
            const format::GitId id = *next;
            next.reset();
            attempt(id, [&] {
                const auto content =
                    remote_.read(id, format::GitKind::kCommit, kMaxCommitTextBytes);
                if (!content && history_ == History::kEnd && !trees.empty()) {
                    return;  // the rest went with an earlier file
                }
                const format::GitCommit commit = format::parse_git_commit(present(content));
                trees.push_back(commit.tree);
                next = commit.parent;
            });
        }
        is_whole_ = is_whole_ && faults_.size() == faults_before;
        return trees;
    }

    // Gives the sealed grant in a tree to `body`.
    template <class Body>
    void open(const format::GitId& tree, Body&& body) {
        const auto content = get(tree, format::GitKind::kTree, kMaxGrantTreeBytes);
        if (!content) {
            return;
        }
        attempt(tree, [&] {
            const auto entries = format::parse_git_tree(*content);
            if (entries.size() != 1 || entries[0].name != "grant.age" || entries[0].is_tree) {
                throw Error{ErrorCode::kDamaged, "a commit isn't one that kua wrote"};
            }
            if (const auto sealed = get(entries[0].id, format::GitKind::kBlob, kMaxGrantBytes)) {
                body(*sealed);
            }
        });
    }

    // Whether all could be read, be it good or not. What couldn't may be mended there, under the
    // same names.
    bool is_whole() const { return is_whole_; }
    std::vector<InboxFault> take_faults() { return std::move(faults_); }

private:
    std::optional<base::Bytes> get(const format::GitId& id, format::GitKind kind,
                                   std::size_t max_bytes) {
        std::optional<base::Bytes> content;
        attempt(id, [&] { content = present(remote_.read(id, kind, max_bytes)); });
        is_whole_ = is_whole_ && content.has_value();
        return content;
    }

    template <class Body>
    void attempt(const format::GitId& about, Body&& body) {
        try {
            body();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
                throw;
            }
            faults_.push_back({FindingCode::kDamaged,
                               std::string{"one can't be read: "} + error.what(),
                               base::Bytes{about.bytes.begin(), about.bytes.end()}});
        }
    }

    Repository& remote_;
    History history_;
    bool is_whole_ = true;
    std::vector<InboxFault> faults_;
};

}  // namespace

Inbox own_inbox(const evidence::Identity& identity) {
    return {own_inbox_ref(identity), identity.card};
}

TakenGrants take_inbox(store::Store& store, const evidence::Identity& identity, Repository& remote,
                       const Inbox& inbox, const format::GitId& tip,
                       const std::optional<format::GitId>& before, History history,
                       SyncDepth depth) {
    InboxReader reader{remote, history};
    std::vector<format::GitId> trees = reader.list_trees(tip, before);
    std::ranges::reverse(trees);
    TakenGrants taken;
    std::vector<InboxFault> refused;
    bool is_later = false;
    for (const format::GitId& tree : trees) {
        reader.open(tree, [&](const base::Bytes& sealed) {
            if (depth == SyncDepth::kDryRun) {
                ++taken.count;
                return;
            }
            store::Transaction write{store.catalog()};
            const GrantOutcome outcome =
                take_grant(write, identity, inbox.sender, sealed, store.environment().clock);
            write.commit();
            if (outcome == GrantOutcome::kRefused) {
                refused.push_back({FindingCode::kNotMember,
                                   "keys for a case that isn't theirs; not taken",
                                   base::Bytes{tree.bytes.begin(), tree.bytes.end()}});
            }
            if (outcome == GrantOutcome::kUnopened) {
                refused.push_back(
                    {FindingCode::kDamaged,
                     "there are newer keys that this vault left for itself, and it was"
                     " restored from a copy without the key to them; nothing can be"
                     " added to the case here: use a newer copy",
                     base::Bytes{tree.bytes.begin(), tree.bytes.end()}});
            }
            is_later = is_later || outcome == GrantOutcome::kLater;
            taken.changed = taken.changed || outcome == GrantOutcome::kApplied;
            taken.count +=
                outcome == GrantOutcome::kInvited || outcome == GrantOutcome::kApplied ? 1U : 0U;
        });
    }
    taken.is_whole = reader.is_whole() && !is_later;
    taken.faults = reader.take_faults();
    std::ranges::move(refused, std::back_inserter(taken.faults));
    return taken;
}

std::vector<std::string> list_inviting_remotes(store::Connection& catalog,
                                               const evidence::Identity& identity,
                                               const std::string& case_id) {
    const std::string owner = evidence::owner_of(catalog, case_id);
    std::vector<std::string> names;
    if (owner == identity.card.fingerprint) {
        return names;
    }
    store::Rows rows = catalog.query("SELECT remote FROM remote_ref WHERE ref = ?1 ORDER BY remote",
                                     inbox_ref(identity.card.inbox, owner));
    while (rows.next()) {
        names.emplace_back(rows.text(0));
    }
    return names;
}

std::vector<format::AgeIdentity> fetch_granted(store::Connection& catalog,
                                               const evidence::Identity& identity,
                                               Repository& remote, const std::string& case_id) {
    const std::string owner = evidence::owner_of(catalog, case_id);
    if (owner == identity.card.fingerprint) {
        return {};
    }
    const format::Card sender = load_contact(catalog, owner).card;
    const std::string ref = inbox_ref(identity.card.inbox, owner);
    const auto refs = remote.read_refs({ref});
    const auto there = refs.find(ref);
    if (there == refs.end()) {
        return {};
    }
    remote.fetch({ref}, {});
    InboxReader reader{remote, History::kWhole};
    std::vector<GrantedEpoch> newest;  // an older one may lie above it, sent or put there again
    for (const format::GitId& tree : reader.list_trees(there->second, std::nullopt)) {
        reader.open(tree, [&](const base::Bytes& sealed) {
            Grant grant = open_grant(sealed, identity.age, identity.card.fingerprint, sender);
            if (grant.case_id == case_id && grant.epochs.size() > newest.size()) {
                newest = std::move(grant.epochs);
            }
        });
    }
    std::vector<format::AgeIdentity> found;
    std::ranges::reverse(newest);
    for (GrantedEpoch& epoch : newest) {
        if (epoch.identity) {
            found.push_back(*std::move(epoch.identity));
        }
    }
    return found;
}

}  // namespace kua::exchange
