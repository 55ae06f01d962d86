#include "vault/evidence/expected_objects.h"

#include <algorithm>
#include <optional>

#include "vault/base/hex.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using journal::Entry;

std::optional<crypto::Sha256Digest> digest_fact(const Entry& entry, std::string_view name) {
    const std::optional<base::Bytes> bytes = base::decode_hex(journal::fact_text(entry, name));
    crypto::Sha256Digest digest{};
    if (!bytes || bytes->size() != digest.size()) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

std::string entry_subject(const Entry& entry) {
    return "entry " + std::to_string(entry.header.seq) + " of " + entry.header.author.substr(0, 8);
}

bool is_shown_as_written(store::Connection& catalog, const Entry& entry) {
    store::Rows rows = catalog.query(
        "SELECT line, disclosures FROM entry_text"
        " WHERE case_id = ?1 AND author = ?2 AND seq = ?3",
        journal::blob_of(entry.header.case_id), journal::blob_of(entry.header.author),
        entry.header.seq);
    if (!rows.next() || rows.text(0) != entry.line) {
        return false;
    }
    std::string_view shown = rows.text(1);
    for (const std::string& disclosure : entry.disclosures) {
        if (!shown.starts_with(disclosure) || !shown.substr(disclosure.size()).starts_with('\n')) {
            return false;
        }
        shown.remove_prefix(disclosure.size() + 1);
    }
    return shown.empty();
}

bool is_item_as_written(store::Connection& catalog, const Entry& entry, const std::string& item,
                        const store::SealedDigest& object, const ExpectedObject& expected) {
    store::Rows rows = catalog.query(
        "SELECT digest, sealed_digest, bytes, name, source FROM item"
        " WHERE case_id = ?1 AND item = ?2",
        journal::blob_of(entry.header.case_id), item);
    return rows.next() && std::ranges::equal(rows.blob(0), expected.digest) &&
           std::ranges::equal(rows.blob(1), object.bytes) &&
           rows.integer(2) == static_cast<std::int64_t>(expected.size_bytes) &&
           rows.text(3) == journal::fact_text(entry, "name") &&
           rows.text(4) == journal::fact_text(entry, "source");
}

}  // namespace

void ExpectedObjects::add(store::Connection& catalog, const journal::VerifiedBundle& bundle,
                          std::vector<Finding>& findings) {
    std::map<store::SealedDigest, std::uint64_t> sizes;
    for (const journal::BundleObject& object : bundle.manifest.objects) {
        sizes.emplace(object.digest, object.size_bytes);
    }
    for (const Entry& entry : bundle.entries) {
        if (!is_shown_as_written(catalog, entry)) {
            findings.push_back({FindingCode::kFactMismatch, entry_subject(entry),
                                "the catalog shows it differently than it was signed; `kua status"
                                " --rebuild` makes it anew"});
        }
        if (entry.header.type == "item.added") {
            add_item(catalog, entry, sizes, findings);
        }
    }
}

void ExpectedObjects::add_item(store::Connection& catalog, const Entry& entry,
                               const std::map<store::SealedDigest, std::uint64_t>& sizes,
                               std::vector<Finding>& findings) {
    const std::optional<crypto::Sha256Digest> digest = digest_fact(entry, "digest");
    const std::optional<crypto::Sha256Digest> object = digest_fact(entry, "object");
    const base::Json* bytes = journal::find_fact(entry, "bytes");
    const auto size = object ? sizes.find(store::SealedDigest{*object}) : sizes.end();
    if (!digest || size == sizes.end() || bytes == nullptr || !bytes->is_number_unsigned()) {
        findings.push_back({FindingCode::kFactMismatch, entry_subject(entry),
                            "it adds an item but does not say which bytes"});
        return;
    }
    const std::string item = journal::fact_text(entry, "item");
    const ExpectedObject expected{item, *digest, bytes->get<std::uint64_t>(), size->second};
    if (!is_item_as_written(catalog, entry, item, size->first, expected)) {
        findings.push_back({FindingCode::kFactMismatch, item,
                            "the catalog shows it differently than it was signed; `kua status"
                            " --rebuild` makes it anew"});
    }
    objects_.emplace(size->first, expected);
}

}  // namespace kua::evidence
