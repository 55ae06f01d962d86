// What this vault knows of the commits of each ref: which bundle each belongs to. Commits are made
// from bundles and objects alone (carrier.h), so their names are all that is kept of them. A place
// can have several commits, if a bundle was sealed more than once; the first one that was met is
// the one of the bytes that are here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "vault/format/git_object.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::exchange {

// Where a commit stands among those of its ref. Later ones compare greater.
struct ChainPlace {
    static constexpr std::uint64_t kLast = 1'000'000'000;
    std::uint64_t first = 0;       // of its bundle
    std::uint64_t number = kLast;  // from 1 within its bundle; kLast: it completes the bundle
    auto operator<=>(const ChainPlace&) const = default;
    bool completes() const noexcept { return number == kLast; }
};

struct ChainCommit {
    format::GitId id;
    ChainPlace place;
};

std::optional<ChainPlace> find_commit(store::Connection& catalog, const std::string& ref,
                                      const format::GitId& id);
// The first met of the newest place; nothing if none was ever made or received.
std::optional<ChainCommit> newest_commit(store::Connection& catalog, const std::string& ref);
// The newest one before `place`.
std::optional<ChainCommit> commit_before(store::Connection& catalog, const std::string& ref,
                                         const ChainPlace& place);
// Also if it is known already.
void record_commit(store::Transaction& write, const std::string& ref, const ChainCommit& commit);

// What a remote showed last, or was brought to.
std::optional<format::GitId> last_shown(store::Connection& catalog, const std::string& remote,
                                        const std::string& ref);
void record_shown(store::Transaction& write, const std::string& remote, const std::string& ref,
                  const format::GitId& id);

}  // namespace kua::exchange
