// What this vault carries of cases that are sealed here: others' commits, unread and unchecked but
// for their shape. Each channel has a repository of its own in the vault's folder `carried`; the
// catalog knows which commits are in it, in which order. They lie behind the newest commit that is
// known of the channel (chain.h), and end with one that completes a bundle. The repository comes
// first when something is added or cut off, so after a crash it is believed, not the catalog.
// Source: docs/formats.md, "What is carried".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/exchange/chain.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/repository.h"
#include "vault/store/store.h"

namespace kua::exchange {

struct CarriedCommit {
    std::uint64_t place = 0;  // from 1
    format::GitId id;
    bool completes = false;   // a bundle
    std::uint64_t bytes = 0;  // of what it brings, sealed
};

// What a carried commit has in place of the number of its bundle's first entry, which nobody can
// tell: greater than any, and growing with its place.
constexpr std::uint64_t kFirstOfCarried = std::uint64_t{1} << 62;
// Where a commit stands, known or carried.
std::optional<ChainPlace> find_known_or_carried(store::Connection& catalog, const std::string& ref,
                                                const format::GitId& id);

// What to say of a remote that showed `before` and now leads up to the place `now`, if that lies
// before it; nothing if it went on, or one of the two isn't known.
std::optional<std::string> lacking_since(store::Connection& catalog, const std::string& ref,
                                         const std::optional<format::GitId>& before,
                                         const std::optional<ChainPlace>& now);

std::optional<std::uint64_t> find_carried(store::Connection& catalog, const std::string& ref,
                                          const format::GitId& id);
std::optional<CarriedCommit> newest_carried(store::Connection& catalog, const std::string& ref);
// Those behind that place, the oldest first.
std::vector<CarriedCommit> list_carried(store::Connection& catalog, const std::string& ref,
                                        std::uint64_t behind);

struct CarriedTotal {
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
};
CarriedTotal count_carried(store::Connection& catalog);

// The repository of a channel, made if it isn't there.
std::unique_ptr<Repository> open_carried(store::Store& store, const std::string& ref);
void record_carried(store::Transaction& write, const std::string& ref, const CarriedCommit& commit);

// Leaves the commits up to that place. 0: none, and no repository.
void cut_carried(store::Store& store, const std::string& ref, std::uint64_t last_place);

// Whether anything is carried of it, or was before a crash.
bool is_carried(store::Store& store, const std::string& ref);
// The repository and where its ref is. No repository: it isn't there, or is damaged.
struct CarriedRepository {
    std::unique_ptr<Repository> repository;
    format::GitId tip;
};
CarriedRepository read_carried(store::Store& store, const std::string& ref);
// What to say when something was carried and read_carried() gives nothing.
Finding lost_finding(const Channel& channel);

// Brings catalog and repository together after a crash, and drops what can't be used any more: then
// there is a finding, unless everything has only come by another way meanwhile. For sealed cases.
std::optional<Finding> mend_carried(store::Store& store, const Channel& channel);

}  // namespace kua::exchange
