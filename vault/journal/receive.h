// Taking bundles of other authors, and one's own after a restore, into their logs. A bundle comes
// here once its signatures, lines and digests hold (bundle.h); here it is decided whether it
// continues the log that is known. docs/formats.md, "Bundle", has the rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vault/journal/bundle.h"
#include "vault/journal/log.h"

namespace kua::journal {

enum class Position : std::uint8_t {
    kNext,     // continues the log
    kKnown,    // the same bundle is there already, whoever sealed it
    kLater,    // bundles between the log and this one are missing
    kAnother,  // something else is there in its place: the author signed two histories
};

// Where a bundle that was checked stands in its author's log. `head` is of that log, with size 0 if
// there is none yet.
[[nodiscard]] Position position_of(store::Connection& catalog, const LogHead& head,
                                   const VerifiedBundle& bundle);

// Whether the lamport numbers of the entries can be: they grow, and no faster than there are
// entries that the author can have known of.
enum class LamportOutcome : std::uint8_t { kGood, kNotGrowing, kAhead };
[[nodiscard]] LamportOutcome check_lamports(const LogHead& head, const VerifiedBundle& bundle);

// Whether the entries of a bundle whose position is kNext lead from `head` to the root that was
// signed.
[[nodiscard]] bool leads_to_signed_root(const LogHead& head, const VerifiedBundle& bundle);

// Appends a bundle whose position is kNext, as received, within the caller's transaction. Throws
// kDamaged if its entries don't lead to the root that was signed; then nothing was written.
void append_received(store::Transaction& write, LogHead head, const VerifiedBundle& bundle,
                     base::ByteView sealed, const store::SealedDigest& sealed_digest);

// The root that the log had when it held `size` entries, a size that some bundle of it ended with.
// Nothing if the log is shorter, or no bundle ended there.
std::optional<format::MerkleHash> root_at(store::Connection& catalog, const std::string& case_id,
                                          const std::string& author, std::uint64_t size);

// The objects that the bundle from entry `first` on brings, in the order of its manifest.
std::vector<BundleObject> list_bundle_objects(store::Connection& catalog,
                                              const std::string& case_id, const std::string& author,
                                              std::uint64_t first);

// The head of one log; of size 0 if there is none.
LogHead find_log(store::Connection& catalog, const std::string& case_id, const std::string& author);

}  // namespace kua::journal
