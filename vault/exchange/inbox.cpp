#include "vault/exchange/inbox.h"

#include <algorithm>
#include <utility>

#include "vault/evidence/members.h"
#include "vault/exchange/inbox_reader.h"
#include "vault/exchange/membership.h"
#include "vault/exchange/refs.h"

namespace kua::exchange {
Inbox own_inbox(const evidence::Identity& identity) {
    return {own_inbox_ref(identity), {identity.card.fingerprint, identity.card.signing_key}};
}

TakenGrants take_inbox(store::Store& store, const evidence::Identity& identity, Repository& remote,
                       const Inbox& inbox, const format::GitId& tip,
                       const std::optional<format::GitId>& before, History history,
                       SyncDepth depth) {
    InboxReader reader{remote, history};
    std::vector<format::GitId> trees =
        reader.list_trees(tip, [&](const format::GitId& commit) { return commit == before; });
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
    const journal::KnownAuthor owner = evidence::load_owner(catalog, case_id);
    if (owner.fingerprint == identity.card.fingerprint) {
        return {};
    }
    const std::string ref = inbox_ref(identity.card.inbox, owner.fingerprint);
    const auto refs = remote.read_refs({ref});
    const auto there = refs.find(ref);
    if (there == refs.end()) {
        return {};
    }
    remote.fetch({ref}, {});
    InboxReader reader{remote, History::kWhole};
    std::vector<GrantedEpoch> newest;  // an older one may lie above it, sent or put there again
    for (const format::GitId& tree :
         reader.list_trees(there->second, [](const format::GitId&) { return false; })) {
        reader.open(tree, [&](const base::Bytes& sealed) {
            Grant grant = open_grant(sealed, identity.age, identity.card.fingerprint, owner);
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
