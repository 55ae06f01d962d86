// What was refused, kept aside with its reason: listed by `status`, never opened or passed on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/base/clock.h"
#include "vault/journal/bundle.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::exchange {

struct Quarantined {
    std::uint64_t number = 0;
    std::string at;      // claimed time
    std::string remote;  // by which it came
    std::string code;    // name_of(FindingCode)
    std::string subject;
    std::string text;
    std::uint64_t evidence_bytes = 0;
};

// Keeps one; again for the same `mark` from the same remote changes nothing.
void quarantine(store::Transaction& write, const std::string& remote, const Finding& finding,
                base::ByteView mark, base::ByteView evidence, const base::Clock& clock);

// Whether something of that code and subject ever was.
[[nodiscard]] bool is_quarantined(store::Connection& catalog, FindingCode code,
                                  const std::string& subject);
std::vector<Quarantined> list_quarantined(store::Connection& catalog);
// kNotFound.
base::Bytes load_evidence(store::Connection& catalog, std::uint64_t number);

// The texts that show to anybody, with ssh-keygen, that an author signed two histories: what is in
// the two bundles that begin with the same entry.
struct ForkEvidence {
    std::string case_id;
    std::string author;
    crypto::Ed25519PublicKey key{};
    journal::BundleContent here;
    journal::BundleContent there;
};
base::Bytes write_fork_evidence(const ForkEvidence& evidence);
// The files of a folder for third parties: name and content, with README.txt. Throws kDamaged.
struct EvidenceFile {
    std::string name;
    std::string content;
};
std::vector<EvidenceFile> unpack_fork_evidence(base::ByteView evidence);

}  // namespace kua::exchange
