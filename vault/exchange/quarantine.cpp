#include "vault/exchange/quarantine.h"

#include <array>
#include <utility>

#include "kua/error.h"
#include "vault/base/json.h"
#include "vault/format/sshsig.h"
#include "vault/journal/ids.h"
#include "vault/journal/log.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxEvidenceBytes = std::size_t{64} << 20;

base::Json side_of(const journal::BundleContent& content) {
    return {{"checkpoint", content.checkpoint},
            {"checkpoint.sig", content.checkpoint_signature},
            {"manifest.json", content.manifest},
            {"manifest.sig", content.manifest_signature}};
}

constexpr std::string_view kReadme =
    R"(Two histories signed by one author
==================================

In this folder lie two pairs of texts, in files beginning with 1- and 2-, each with its signature.
Both pairs were signed with the same key. Where both manifests name the same number in "first", the
author's journal has two different continuations from that entry on, and an honest program never
signs both. Where the numbers differ, the second pair claims to continue the first and does not:
its root is not one that the entries of the first lead to. Showing that to others takes the entries
themselves, which only members of the case can open.

To see that both are signed (OpenSSH 8.9 or newer):

    S="ssh-keygen -Y verify -f allowed_signers -I @ -n"
    $S kua-bundle-v1 -s 1-manifest.sig < 1-manifest.json
    $S kua-bundle-v1 -s 2-manifest.sig < 2-manifest.json
    $S kua-checkpoint-v1 -s 1-checkpoint.sig < 1-checkpoint
    $S kua-checkpoint-v1 -s 2-checkpoint.sig < 2-checkpoint

Each prints: Good signature. Then compare the texts: diff 1-manifest.json 2-manifest.json

The key in allowed_signers is that of the card with the fingerprint in its first word. Whose card
that is must be confirmed elsewhere, for instance by people who compared it in person.
)";

std::string readme_for(const std::string& principal) {
    std::string text{kReadme};
    for (std::size_t at = text.find(" @ "); at != std::string::npos; at = text.find(" @ ", at)) {
        text.replace(at + 1, 1, principal);
    }
    return text;
}

}  // namespace

void quarantine(store::Transaction& write, const std::string& remote, const Finding& finding,
                base::ByteView mark, base::ByteView evidence, const base::Clock& clock) {
    write.run(
        "INSERT INTO quarantine (at, remote, code, subject, text, mark, evidence)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        journal::claimed_time(clock), remote, std::string{name_of(finding.code)}, finding.subject,
        finding.text, mark, evidence.size() > kMaxEvidenceBytes ? base::ByteView{} : evidence);
}

bool is_quarantined(store::Connection& catalog, FindingCode code, const std::string& subject) {
    return catalog
        .query_integer("SELECT 1 FROM quarantine WHERE code = ?1 AND subject = ?2 LIMIT 1",
                       std::string{name_of(code)}, subject)
        .has_value();
}

std::vector<Quarantined> list_quarantined(store::Connection& catalog) {
    store::Rows rows = catalog.query(
        "SELECT number, at, remote, code, subject, text, length(evidence) FROM quarantine"
        " ORDER BY number");
    std::vector<Quarantined> all;
    while (rows.next()) {
        all.push_back({static_cast<std::uint64_t>(rows.integer(0)), std::string{rows.text(1)},
                       std::string{rows.text(2)}, std::string{rows.text(3)},
                       std::string{rows.text(4)}, std::string{rows.text(5)},
                       static_cast<std::uint64_t>(rows.integer(6))});
    }
    return all;
}

base::Bytes load_evidence(store::Connection& catalog, std::uint64_t number) {
    store::Rows rows = catalog.query("SELECT evidence FROM quarantine WHERE number = ?1", number);
    if (!rows.next()) {
        throw Error{ErrorCode::kNotFound, "nothing is kept aside under that number"};
    }
    return base::copy_of(rows.blob(0));
}

base::Bytes write_fork_evidence(const ForkEvidence& evidence) {
    constexpr std::array kNamespaces = {format::SignatureNamespace::kCheckpoint,
                                        format::SignatureNamespace::kBundle};
    base::Json json;
    json["case"] = evidence.case_id;
    json["author"] = evidence.author;
    json["allowed_signers"] =
        format::allowed_signers_line(evidence.author, kNamespaces, evidence.key);
    json["here"] = side_of(evidence.here);
    json["there"] = side_of(evidence.there);
    return base::copy_of(base::bytes_of(base::write_json(json)));
}

std::vector<EvidenceFile> unpack_fork_evidence(base::ByteView evidence) {
    const base::Json json =
        base::parse_json(base::text_of(evidence), {.max_bytes = kMaxEvidenceBytes, .max_depth = 2});
    std::vector<EvidenceFile> files = {
        {"README.txt", readme_for(format::signer_principal(base::text_at(json, "author")))},
        {"allowed_signers", base::text_at(json, "allowed_signers")}};
    for (const auto& [side, number] : {std::pair{"here", "1-"}, std::pair{"there", "2-"}}) {
        for (const char* name : {"checkpoint", "checkpoint.sig", "manifest.json", "manifest.sig"}) {
            files.push_back(
                {number + std::string{name}, base::text_at(base::object_at(json, side), name)});
        }
    }
    return files;
}

}  // namespace kua::exchange
