// Grants that contacts left for this vault: a chain of commits behind an inbox ref, one for each.
// docs/formats.md, "Refs and commits".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/grant.h"
#include "vault/exchange/inbox_reader.h"
#include "vault/exchange/incoming.h"
#include "vault/exchange/repository.h"
#include "vault/exchange/sync.h"
#include "vault/journal/check.h"
#include "vault/store/store.h"

namespace kua::exchange {

struct Inbox {
    std::string ref;
    journal::KnownAuthor sender;  // who writes there
};

// Where this vault leaves what takes it on if it is restored from an older copy.
Inbox own_inbox(const evidence::Identity& identity);

struct TakenGrants {
    std::uint64_t count = 0;  // that brought something new
    bool changed = false;     // cases that are here have new keys or members
    bool is_whole = true;     // false: not all behind the tip can be taken, and maybe later
    std::vector<InboxFault> faults;
};

// All grants behind `before` up to `tip`, the oldest first, at most the newest 1,000. The commits
// were fetched. Without any effect, but counted, if `depth` is kDryRun.
TakenGrants take_inbox(store::Store& store, const evidence::Identity& identity, Repository& remote,
                       const Inbox& inbox, const format::GitId& tip,
                       const std::optional<format::GitId>& before, History history,
                       SyncDepth depth);

// The names of the remotes on which grants of the owner's for this vault were seen, which
// fetch_granted() may find the case's in; none for the owner's own vault.
std::vector<std::string> list_inviting_remotes(store::Connection& catalog,
                                               const evidence::Identity& identity,
                                               const std::string& case_id);

// The identities of a case in the newest grant of its owner for it that `remote` has, of all epochs
// up to it, the newest first; none if there is no such grant. Nothing is kept.
std::vector<format::AgeIdentity> fetch_granted(store::Connection& catalog,
                                               const evidence::Identity& identity,
                                               Repository& remote, const std::string& case_id);

}  // namespace kua::exchange
