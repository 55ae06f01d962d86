// Grants of a case's owner for its other members, carried from remote to remote and by files as
// what they wrote is: who meets the owner only through this vault must get new keys, too. They are
// sealed to their receivers, so nothing of them can be read or checked here but their shape.
// Source: docs/formats.md, "Grant".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vault/evidence/identity.h"
#include "vault/exchange/grant.h"
#include "vault/exchange/inbox_reader.h"
#include "vault/exchange/outgoing.h"
#include "vault/store/store.h"

namespace kua::exchange {

// Of one inbox: anybody who can write to a remote can make them up. The oldest go first, as each
// grant tells all that the ones before it told.
constexpr std::size_t kMaxGrantsForOther = InboxReader::kMaxGrants;
constexpr std::uint64_t kMaxBytesForOther = std::uint64_t{4} << 20;
// Larger ones aren't carried: those of a case with hundreds of members and keys have less.
constexpr std::size_t kMaxCarriedGrantBytes = std::size_t{1} << 20;
// So many of one inbox are ever taken, those that had to go for newer ones too: they are
// remembered by name, so that none is taken twice and couriers come to an end.
constexpr std::int64_t kMaxTakenForOther = 100'000;

// The inboxes of those who belong to the cases that are open here. Of a sealed case, and of a
// depositor's, those that were noted last stay, or those that the newest grant tells of.
void note_other_inboxes(store::Store& store, const evidence::Identity& identity);
void note_other_inboxes(store::Transaction& write, const evidence::Identity& identity,
                        const Grant& grant);
// Their refs; of all cases, or of one.
std::vector<std::string> list_other_inboxes(store::Connection& catalog);
std::vector<std::string> list_other_inboxes(store::Connection& catalog, const std::string& case_id);

using LackingGrants = std::map<std::string, std::vector<PendingGrant>>;  // by ref
// Keeps what lies there and isn't here, adds to `taken` how many that were, and returns what isn't
// there; `there` is where the refs are on `remote`. Throws what the remote and the vault's storage
// throw.
LackingGrants take_grants_for_others(store::Store& store, Repository& remote,
                                     const std::vector<std::string>& refs,
                                     const std::map<std::string, format::GitId>& there,
                                     History history, std::uint64_t& taken);
// Those here for that inbox behind a place, the oldest first.
std::vector<PendingGrant> list_grants_for_other(store::Connection& catalog, const std::string& ref,
                                                std::int64_t behind = 0);

}  // namespace kua::exchange
