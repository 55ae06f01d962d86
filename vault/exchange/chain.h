// What this vault knows of the commits of each ref: which bundle each belongs to. Commits are made
// from bundles and objects alone (carrier.h), so their names are all that is kept of them. A place
// can have several commits, if a bundle was sealed more than once, or lies behind something that
// was passed over on one remote and not on another; one of them at most is of the bytes that are
// here and lies behind nothing else than such ones: that which is made for a new remote.
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

// Where a ref begins, and what it never reaches.
constexpr ChainPlace kBeforeAll{};
constexpr ChainPlace kAfterAll{std::uint64_t{1} << 62, 0};

struct ChainCommit {
    format::GitId id;
    ChainPlace place;
};

std::optional<ChainPlace> find_commit(store::Connection& catalog, const std::string& ref,
                                      const format::GitId& id);
// The one made for new remotes, if its place has one; nothing if none was ever made or received.
std::optional<ChainCommit> newest_commit(store::Connection& catalog, const std::string& ref);
// The newest one before `place`.
std::optional<ChainCommit> commit_before(store::Connection& catalog, const std::string& ref,
                                         const ChainPlace& place);
// The newest one before `place` that is made for new remotes.
std::optional<ChainCommit> made_commit_before(store::Connection& catalog, const std::string& ref,
                                              const ChainPlace& place);
// Whether the bundle of a commit was sealed with the bytes that are here.
enum class Bytes : std::uint8_t { kThose, kOthers };
// Also if it is known already. `parent` is what it lies behind.
void record_commit(store::Transaction& write, const std::string& ref, const ChainCommit& commit,
                   const std::optional<format::GitId>& parent, Bytes bytes = Bytes::kThose);
// The newest one made for new remotes before the first place of which several commits are known:
// from there on others may know another one.
std::optional<ChainCommit> undisputed_commit_before(store::Connection& catalog,
                                                    const std::string& ref,
                                                    const ChainPlace& place);

// Where what lies behind `parent` continues: nothing if that isn't known here.
std::optional<ChainPlace> place_behind(store::Connection& catalog, const std::string& ref,
                                       const std::optional<format::GitId>& parent);
// Whether what lies behind `parent` continues all that is known of the ref.
bool continues_newest(store::Connection& catalog, const std::string& ref,
                      const std::optional<format::GitId>& parent);
// A commit that brings nothing, somebody put it there: what lies behind it continues what lies
// behind `place`.
void record_passed_over(store::Transaction& write, const std::string& ref, const format::GitId& id,
                        const ChainPlace& place);

// What a remote showed last, or was brought to.
std::optional<format::GitId> last_shown(store::Connection& catalog, const std::string& remote,
                                        const std::string& ref);
void record_shown(store::Transaction& write, const std::string& remote, const std::string& ref,
                  const format::GitId& id);

}  // namespace kua::exchange
