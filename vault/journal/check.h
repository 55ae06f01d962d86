// Checking a whole log from its bundles, and reading it on the way. What is found is data.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/crypto/ed25519.h"
#include "vault/format/age_keys.h"
#include "vault/journal/bundle.h"
#include "vault/journal/log.h"

namespace kua::journal {

// Whose signatures are accepted.
struct KnownAuthor {
    std::string fingerprint;
    crypto::Ed25519PublicKey key;
};

struct LogReport {
    std::vector<Finding> findings;
    std::uint64_t entries = 0;  // under a good checkpoint; in a sealed case: leaves under it
    std::uint64_t bundles = 0;
};

// Checks the log from its first bundle to `head`: digests, chain, signatures, lines, disclosures,
// lamport numbers, leaves and roots. A bad or missing bundle is one finding; those after it are
// checked as far as they can be without it. `identities` are those of all epochs; none means the
// case is sealed: then the bundles' sealed bytes, the leaves and the newest checkpoint are checked.
// `on_bundle` gets each good bundle in order and may be empty; what it throws ends the check.
// Entries appended after `head` was read are left out.
LogReport check_log(store::Connection& catalog, const LogHead& head,
                    const std::vector<KnownAuthor>& authors,
                    std::span<const format::AgeIdentity> identities,
                    const std::function<void(const VerifiedBundle&)>& on_bundle);

// Logs whose bundles are there and whose head is not: list_logs() doesn't know of them.
std::vector<Finding> find_lost_logs(store::Connection& catalog);

// How findings and messages name a log: ids shortened, no names.
std::string log_subject(const std::string& case_id, const std::string& author);
// The same for one entry: "entry 17 of 3f9c01ab".
std::string entry_subject(const Entry& entry);

}  // namespace kua::journal
