// The identity compartment: who sources are, sealed once more to a key that isn't in the vault.
// Implemented in vault/vault_compartment.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "kua/passphrase.h"
#include "kua/secret_text.h"

namespace kua {

struct IdentityKeyRequest {
    std::string case_name;
    std::filesystem::path to;  // new file; never overwritten
    Passphrase passphrase;     // of that file
    bool replace = false;      // although the case has one
};

// The public half that a case seals identities to.
struct IdentityKeySummary {
    std::string case_id;
    std::string recipient;     // age1...; empty: there is none
    std::filesystem::path to;  // of a new one, where its secret half went
    bool replaced = false;     // another one stood there before
};

struct IdentityRequest {
    std::string pseudonym;
    std::string case_name;
    SecretText text;  // `name: value`, one per line; docs/formats.md
    // A file with the recipient, for a case that is sealed here and so can't say it itself.
    std::optional<std::filesystem::path> recipient_file;
};

struct IdentityAdded {
    std::string pseudonym;
    std::string case_id;
    bool sealed_case = false;
};

struct IdentityFact {
    std::string name;
    SecretText value;  // untrusted, escape before showing
};

// What one member kept there at one time.
struct IdentityRecord {
    std::string author;  // fingerprint
    std::string author_name;
    std::uint64_t seq = 0;
    std::string time;  // claimed
    std::vector<IdentityFact> facts;
};

struct IdentityReport {
    std::string pseudonym;
    std::vector<IdentityRecord> records;  // oldest first
    std::uint64_t others = 0;             // sealed to another identity key
    std::vector<Finding> findings;        // what this key should open and doesn't
};

}  // namespace kua
