// Logs: one append-only journal per author and case, in the catalog. Appending signs a checkpoint
// and seals a bundle. No knowledge of what entries mean. docs/formats.md, "Catalog", has the
// tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vault/base/environment.h"
#include "vault/crypto/ed25519.h"
#include "vault/format/age_keys.h"
#include "vault/journal/entry.h"
#include "vault/journal/manifest.h"
#include "vault/store/migrations.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::journal {

// The tables of this layer.
store::MigrationSet journal_migrations();

// What the device's clock claims, to the second and in UTC: lines are shown to outsiders, whom the
// author's time zone is none of their business.
std::string claimed_time(const base::Clock& clock);

// Who appends. `signer` is the caller's and must outlive the call it is given to.
struct Author {
    std::string fingerprint;  // SHA-256 of the card, hex
    const crypto::Ed25519Signer& signer;
};

// What appending to a case needs; the case's secret half isn't among it.
struct CaseChannel {
    std::string case_id;
    format::AgeRecipient recipient;
    std::uint64_t epoch = 1;
    std::uint64_t roster = 1;
};

// The head of one author's journal in one case, as the catalog has it.
struct LogHead {
    std::string case_id;
    std::string author;
    std::uint64_t size = 0;
    std::uint64_t lamport = 0;  // of its newest entry
    format::MerkleFrontier frontier;
    std::optional<ContentDigest> last_bundle;
    std::string checkpoint;  // text and signature of the newest one
    std::string checkpoint_signature;
};

struct Appended {
    std::string case_id;
    std::string author;
    std::vector<Entry> entries;
    std::vector<SeenLog> seen;  // of others, by then
    store::SealedDigest bundle;
    std::uint64_t bundle_bytes = 0;
};

// Appends `drafts` (at least one, at most kMaxEntriesPerBundle) as one bundle within the caller's
// transaction, which makes it durable together with what the entries mean. Works in a sealed case
// as in an open one. kDamaged if the log's head is older than its bundles, kRefused if it must not
// go on (going_on.h).
Appended append(store::Transaction& write, const Author& author, const CaseChannel& channel,
                const std::vector<EntryDraft>& drafts, const std::vector<BundleObject>& objects,
                const base::Environment& environment);

// Reads the bundle that append() wrote back from the catalog. kDamaged if its bytes don't have its
// digest any more.
void read_back(store::Connection& catalog, const Appended& appended);

// All logs of a case, by author; all logs of the vault if `case_id` is empty.
std::vector<LogHead> list_logs(store::Connection& catalog, const std::string& case_id);

}  // namespace kua::journal
