// What this vault has of one channel and a remote has not, as commits behind what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/progress.h"
#include "vault/exchange/chain.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/repository.h"
#include "vault/store/store.h"

namespace kua::exchange {

// A bundle that the remote lacks, or the end of one.
struct PendingBundle {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;     // of the bundle itself
    bool lacks_objects = false;  // which were destroyed
};

// Bundles of the channel behind the commit `there` (nothing: all), the oldest first. `there` is
// known (chain.h), else kBug.
std::vector<PendingBundle> list_pending(store::Connection& catalog, const Channel& channel,
                                        const std::optional<format::GitId>& there);
struct PendingTotal {
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
    std::uint64_t entries = 0;
};
PendingTotal count_pending(store::Connection& catalog, const Channel& channel,
                           const std::optional<format::GitId>& there);

// A grant that a remote lacks.
struct PendingGrant {
    std::int64_t place = 0;
    format::GitId commit;  // behind all earlier ones
    base::Bytes sealed;
};

enum class GrantsFor : std::uint8_t { kOthers, kSelf };

// `remote_name` is empty for files. Writes commits for channels, in the order of calls, and moves
// the refs in that order when enough has come together or at the end. Throws what the remote and
// the vault's storage throw; what was pushed before then stays, on both sides.
class Outgoing {
public:
    // An interruption loses little, and no host must take gigabytes at once.
    static constexpr std::uint64_t kPushBytes = std::uint64_t{128} << 20;

    // Refs move when so many bytes have come together.
    Outgoing(store::Store& store, Repository& remote, const std::string& remote_name,
             Progress& progress, std::uint64_t push_bytes = kPushBytes);
    // Returns how many entries went; 0 if there is nothing to send.
    std::uint64_t send(const Channel& channel, const std::optional<format::GitId>& there);
    // Grants of this vault behind the commit `there` (nothing: all). If that is none of its own,
    // the newest one of every case goes behind it.
    void send_grants(const std::string& ref, const std::optional<format::GitId>& there,
                     GrantsFor whom);
    // Those for others, in that order.
    void send_grants(const std::string& ref, const std::optional<format::GitId>& there,
                     const std::vector<PendingGrant>& grants);
    void finish();

    std::uint64_t bundles() const noexcept { return bundles_; }
    std::uint64_t bytes() const noexcept { return bytes_; }
    std::uint64_t grants() const noexcept { return grants_; }  // for others

private:
    struct Moving {
        RefUpdate update;
        std::vector<ChainCommit> commits;  // to be recorded, each behind the one before
    };
    // Returns its last commit.
    std::optional<format::GitId> send_bundle(const Channel& channel, const PendingBundle& bundle,
                                             const Moving& moving);
    void note_commits();
    void push();

    store::Store& store_;
    Repository& remote_;
    const std::string& remote_name_;
    Progress& progress_;
    std::uint64_t push_bytes_;
    bool goes_at_once_ = false;  // the channel at hand
    std::vector<Moving> moving_;
    std::vector<KnownCommit> known_;
    std::uint64_t bundles_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t grants_ = 0;
};

// The refs that grants of this vault go to.
std::vector<std::string> list_outboxes(store::Connection& catalog);
// Which grant of this vault the commit `commit` of an inbox ref brings, counted from 1, or up to
// which those carried for another member are there; nothing if that isn't known.
std::optional<std::int64_t> place_of_grant(store::Connection& catalog, const std::string& ref,
                                           const format::GitId& commit);

// Whether `tip`, where a fetched ref of `remote` is, is a commit that this vault would make behind
// the known commit `from` (nothing: as the first); then it and those before it are known from now
// on. So a crash after a push makes nobody a stranger to what they wrote, also if they can't read
// it. Ends with the first commit that is another one. Throws what the remote and the vault's
// storage throw, and kInterrupted.
[[nodiscard]] bool recall_commits(store::Store& store, Repository& remote, const Channel& channel,
                                  const format::GitId& tip,
                                  const std::optional<format::GitId>& from,
                                  const Progress& progress);

// The content of a commit that this vault knows, made anew from what it holds; nothing if it was
// made from a bundle that somebody sealed once more, or lies behind such a one.
std::optional<KnownCommit> remake_commit(store::Store& store, const Channel& channel,
                                         const ChainCommit& commit);

// What to tell a remote of a channel that is known here: where `shown` is what it showed before,
// the names alone; of the newest commit, for a file. Of a bundle whose end isn't known none of its
// commits is named: all of it must come again, to be taken as a whole.
std::vector<KnownCommit> known_contents(store::Store& store, const Channel& channel);
std::vector<KnownCommit> known_names(store::Connection& catalog, const Channel& channel,
                                     const std::optional<format::GitId>& shown);

}  // namespace kua::exchange
