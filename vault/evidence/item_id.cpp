#include "vault/evidence/item_id.h"

#include <algorithm>
#include <optional>
#include <span>

#include "vault/base/hex.h"
#include "vault/base/short_id.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/projection_rows.h"
#include "vault/format/padme.h"
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

bool is_item_id(std::string_view text) {
    return is_thing_id(text, "i-");
}

std::string new_thing_id(std::string_view prefix, base::Random& random) {
    std::array<std::byte, kIdBytes> bytes{};
    random.fill(bytes);
    return std::string{prefix} + base::encode_id(bytes);
}

bool is_thing_id(std::string_view text, std::string_view prefix) {
    constexpr std::size_t kCharacters = 16;
    return text.size() == prefix.size() + kCharacters && text.starts_with(prefix) &&
           base::normalize_id(text.substr(prefix.size())) == text.substr(prefix.size());
}

bool has_own_item_id(const journal::Entry& entry) {
    const std::optional<ItemRow> row = item_row(std::span{&entry, 1}, {});
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

bool has_possible_size(const journal::Entry& entry,
                       std::span<const journal::BundleObject> objects) {
    constexpr std::uint64_t kMaxOriginalBytes = std::uint64_t{1} << 50;
    const base::Json* size = journal::find_fact(entry, "bytes");
    if (entry.header.type != "item.added" || size == nullptr) {
        return true;
    }
    if (!size->is_number_unsigned() || size->get<std::uint64_t>() > kMaxOriginalBytes) {
        return false;
    }
    const std::string named = journal::fact_text(entry, "object");
    const auto object = std::ranges::find_if(
        objects, [&named](const auto& one) { return base::encode_hex(one.digest.bytes) == named; });
    return object == objects.end() ||
           format::padded_object_size(size->get<std::uint64_t>()) <= object->size_bytes;
}

}  // namespace kua::evidence
