#include "vault/evidence/item_id.h"

#include <algorithm>
#include <optional>
#include <span>

#include "vault/base/short_id.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/projection_rows.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kDomain = "kua-item-v1";
constexpr std::size_t kIdBytes = 10;  // 16 characters

}  // namespace

std::string item_id_of(std::string_view author, const store::SealedDigest& object) {
    crypto::Sha256 hash;
    hash.update(base::bytes_of(kDomain));
    hash.update(journal::blob_of(author));
    hash.update(object.bytes);
    const auto digest = hash.finish();
    return "i-" + base::encode_id(std::span{digest}.first<kIdBytes>());
}

bool has_own_item_id(const journal::Entry& entry) {
    const std::optional<ItemRow> row = item_row(std::span{&entry, 1});
    if (!row) {
        return true;
    }
    store::SealedDigest object;
    if (row->sealed_digest.size() != object.bytes.size()) {
        return false;
    }
    std::ranges::copy(row->sealed_digest, object.bytes.begin());
    return row->item == item_id_of(entry.header.author, object);
}

}  // namespace kua::evidence
