// Cases: what is shared together. Implemented in vault/vault_cases.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "kua/item.h"
#include "kua/passphrase.h"

namespace kua {

struct CaseDraft {
    std::string title = "First case";
    std::optional<std::string> description;
    std::optional<std::string> reference_code;
    std::vector<std::string> languages;  // BCP 47, main one first
    std::vector<std::string> questions;  // tags the case must answer
    bool classic = false;  // X25519 instead of the post-quantum hybrid, for colleagues' old tools
};

struct CaseSummary {
    std::string id;             // 32 hex digits; the first 8 are enough on the command line
    bool sealed = false;        // the case's secret half isn't in this vault
    bool current = false;       // what commands without --case use
    std::string recipient;      // age recipient, public
    std::uint64_t entries = 0;  // in all journals of this case held here
    // Nothing about a sealed case is readable, so these are empty then.
    std::string title;
    std::string description;
    std::string reference_code;
    std::string created;  // claimed time
    std::uint64_t items = 0;
    std::uint64_t bytes = 0;  // of originals
};

// How many items have the tag of a question that the case must answer.
struct QuestionStanding {
    std::string tag;
    std::uint64_t unverified = 0;  // a source says that it speaks to it
    std::uint64_t verified = 0;    // somebody saw it in the item
};

struct CaseDetails {
    CaseSummary summary;
    // Both are empty for a sealed case.
    std::vector<FactValue> facts;  // all that stands of what was said of it
    std::vector<QuestionStanding> questions;
};

// Where the case identity goes when a case is sealed: to a file, for exactly one of those below.
// Without any it goes nowhere, which is refused unless another member is known to have it.
struct SealCaseOptions {
    std::optional<std::filesystem::path> secret_to;  // new file; never overwritten
    std::optional<std::string> recipient;            // age1... or age1pq1...
    std::optional<Passphrase> secret_passphrase;     // scrypt, as `age -p` makes it
    std::optional<std::string> contact;              // a contact's own key, by name
    bool unverified = false;                         // also one whose card was never compared
};

// What is known before a case is sealed.
struct SealingOutlook {
    // Names of members who had the key and all of the case when last heard of. Whether they sealed
    // theirs since, nobody is told.
    std::vector<std::string> holders;
    // Whoever doesn't own the case was invited, and the invitation opens it again. It was seen on
    // these remotes, by name; it may lie elsewhere, too.
    bool invited = false;
    std::vector<std::string> inviting_remotes;
};

struct SealCaseReport {
    std::string case_id;
    std::uint64_t items = 0;           // no longer readable here
    std::filesystem::path secret_to;   // written, synced, read back, and tried; empty: no file
    bool tried_by_opening = false;     // false for somebody else's recipient: compared only
    std::vector<std::string> holders;  // as in SealingOutlook
    std::vector<std::string> inviting_remotes;
};

// Where the key of a sealed case comes from: from what seal_case() or write_case_key() wrote, from
// what the owner left for this vault at a remote, or from both. A file opens with one of the two
// below, or with this vault's own key if neither is given.
struct UnsealOptions {
    std::optional<std::filesystem::path> secret_from;
    std::optional<std::filesystem::path> identity_file;  // age identity file
    std::optional<Passphrase> secret_passphrase;
    std::string remote;     // its name; empty: a file alone
    std::string case_name;  // needed without a file
};

struct UnsealCaseReport {
    CaseSummary now;
    // Parts of its journal that can't be read, so aren't shown, and what was refused of what had
    // been carried.
    std::vector<Finding> findings;
};

}  // namespace kua
