#include "vault/evidence/expected_objects.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/casework/shredding.h"
#include "vault/journal/check.h"

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

}  // namespace

void ExpectedObjects::add(const journal::VerifiedBundle& bundle, std::vector<Finding>& findings) {
    std::map<store::SealedDigest, std::uint64_t> sizes;
    for (const journal::BundleObject& object : bundle.manifest.objects) {
        sizes.emplace(object.digest, object.size_bytes);
    }
    for (const Entry& entry : bundle.entries) {
        if (entry.header.type == "item.added") {
            add_item(entry, sizes, findings);
        } else if (const auto shredded = object_shredded(entry)) {
            shredded_.insert(*shredded);
        }
    }
}

void ExpectedObjects::add_item(const Entry& entry,
                               const std::map<store::SealedDigest, std::uint64_t>& sizes,
                               std::vector<Finding>& findings) {
    const std::optional<crypto::Sha256Digest> digest = digest_fact(entry, "digest");
    const std::optional<crypto::Sha256Digest> object = digest_fact(entry, "object");
    const base::Json* bytes = journal::find_fact(entry, "bytes");
    const auto size = object ? sizes.find(store::SealedDigest{*object}) : sizes.end();
    if (!digest || size == sizes.end() || bytes == nullptr || !bytes->is_number_unsigned()) {
        findings.push_back({FindingCode::kFactMismatch, journal::entry_subject(entry),
                            "it adds an item but does not say which bytes"});
        return;
    }
    std::string item = journal::fact_text(entry, "item");
    const auto [known, is_new] = objects_.try_emplace(
        size->first, ExpectedObject{item, {}, *digest, bytes->get<std::uint64_t>(), size->second});
    if (is_new) {
        return;
    }
    if (known->second.digest != *digest ||
        known->second.size_bytes != bytes->get<std::uint64_t>()) {
        findings.push_back({FindingCode::kFactMismatch, journal::entry_subject(entry),
                            "it names the sealed bytes of " + known->second.item +
                                " and says that they are others; one of the two isn't true"});
    }
    if (known->second.item != item) {
        known->second.more.push_back(std::move(item));
    }
}

}  // namespace kua::evidence
