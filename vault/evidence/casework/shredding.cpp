#include "vault/evidence/casework/shredding.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/utf8.h"
#include "vault/evidence/casework/custody_view.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/casework/sources.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/items.h"
#include "vault/evidence/pseudonym.h"
#include "vault/journal/announced_erasures.h"
#include "vault/journal/ids.h"
#include "vault/store/erased_objects.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kShredded = "custody.shredded";
constexpr std::size_t kMaxReasonBytes = std::size_t{4} << 10;

store::SealedDigest object_of(const ItemSummary& item) {
    store::SealedDigest digest;
    const base::Bytes bytes = journal::blob_of(item.sealed_digest);
    KUA_CHECK(bytes.size() == digest.bytes.size());
    std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
    return digest;
}

void check_request(const ShredRequest& request) {
    if (request.items.empty() == request.withdrawn.empty()) {
        throw Error{ErrorCode::kUsage,
                    "say which items, or whose: --withdrawn P-07 for what a source no longer"
                    " allows to keep"};
    }
    if (request.withdrawn.empty() && request.reason.empty()) {
        throw Error{ErrorCode::kUsage, "say why: --reason TEXT"};
    }
    if (request.reason.size() > kMaxReasonBytes || !base::is_valid_utf8(request.reason)) {
        throw Error{ErrorCode::kUsage, "--reason: at most 4 KiB of UTF-8 text"};
    }
}

std::vector<ItemSummary> items_meant(store::Connection& catalog, const CaseKeys& keys,
                                     Consents& consents, const ShredRequest& request) {
    std::vector<ItemSummary> items;
    if (request.withdrawn.empty()) {
        for (const std::string& name : request.items) {
            ItemSummary item =
                load_item(catalog, keys.case_id, resolve_item(catalog, keys.case_id, name));
            if (std::ranges::find(items, item.id, &ItemSummary::id) == items.end()) {
                items.push_back(std::move(item));
            }
        }
        return items;
    }
    require_source(catalog, keys, request.withdrawn, SourceMeant::kKnown);
    for (ItemSummary& item : list_items(catalog, keys.case_id, {})) {
        if (!store::is_erased(catalog, object_of(item)) &&
            consents.may_not_keep(request.withdrawn, item.id)) {
            items.push_back(std::move(item));
        }
    }
    if (items.empty()) {
        throw Error{ErrorCode::kNotFound,
                    "nothing is here that " + request.withdrawn + " doesn't allow to keep"};
    }
    return items;
}

// Somebody with bad intentions can name the object of another's item as that of an own one.
bool is_needed_elsewhere(store::Connection& catalog, const ItemSummary& item) {
    const store::SealedDigest object = object_of(item);
    const bool is_of_two =
        catalog.query_integer("SELECT COUNT(*) FROM item WHERE sealed_digest = ?1", object.bytes)
            .value_or(0) > 1;
    store::Rows rows = catalog.query("SELECT author FROM item WHERE case_id = ?1 AND item = ?2",
                                     journal::blob_of(item.case_id), item.id);
    return is_of_two || !rows.next() ||
           journal::is_named_by_others(catalog, item.case_id, base::encode_hex(rows.blob(0)),
                                       object);
}

// Nothing, or why it may not be.
std::optional<FailedInput> obstacle(store::Connection& catalog, Consents& consents,
                                    const ItemSummary& item) {
    if (store::is_erased(catalog, object_of(item))) {
        return FailedInput{item.short_id, ErrorCode::kNotFound, "it was shredded here before"};
    }
    if (is_needed_elsewhere(catalog, item)) {
        return FailedInput{item.short_id, ErrorCode::kRefused,
                           "its bytes belong to another item, too, that somebody else added"};
    }
    const ConsentSubject subject = consents.subject(item.id);
    if (!subject.hold.empty() && subject.hold != "none") {
        return FailedInput{item.short_id, ErrorCode::kRefused,
                           "it is on hold, so it must be kept; whoever put it there lifts that:"
                           " kua describe " +
                               item.short_id + " --hold none --comment WHY"};
    }
    return std::nullopt;
}

journal::EntryDraft draft_of(const ItemToShred& item, const store::SealedDigest& object,
                             const std::string& reason) {
    return {std::string{kShredded},
            {{"item", item.id},
             {"object", base::encode_hex(object.bytes)},
             {"reason", reason},
             {"result", "ok"}}};
}

}  // namespace

ShredReport plan_shredding(store::Store& store, const Identity& identity, const CaseKeys& keys,
                           const ShredRequest& request) {
    if (keys.sealed()) {
        refuse_sealed(keys.case_id);
    }
    check_request(request);
    require_may_write(store.catalog(), identity, keys, {{std::string{kShredded}, {}}});
    Consents consents{store.catalog(), keys.case_id};
    ShredReport plan;
    plan.case_id = keys.case_id;
    for (const ItemSummary& item : items_meant(store.catalog(), keys, consents, request)) {
        if (auto failed = obstacle(store.catalog(), consents, item)) {
            plan.failed.push_back(*std::move(failed));
            continue;
        }
        plan.items.push_back(
            {item.id, item.short_id, item.bytes,
             holders_of(store.catalog(), keys.case_id, identity.card.fingerprint, item.id).known});
    }
    return plan;
}

void shred(store::Store& store, const Identity& identity, const CaseKeys& keys,
           const std::string& reason, ShredReport& plan) {
    std::vector<journal::EntryDraft> drafts;
    std::vector<store::SealedDigest> objects;
    for (const ItemToShred& item : plan.items) {
        objects.push_back(object_of(load_item(store.catalog(), keys.case_id, item.id)));
        drafts.push_back(draft_of(item, objects.back(), reason));
    }
    if (drafts.empty()) {
        return;
    }
    store.remove_core();  // it may hold their headers
    record(store, identity, keys, drafts,
           [&](store::Transaction& write, const journal::Appended& appended) {
               for (const store::SealedDigest& object : objects) {
                   store::erase_object(write, object, journal::blob_of(keys.case_id));
               }
               heed_shredding(write, keys.epoch, appended.entries);
           });
    plan.pieces_left = store.objects().finish_erasing(store.catalog());
}

std::optional<store::SealedDigest> object_shredded(const journal::Entry& entry) {
    const auto bytes = entry.header.type == kShredded
                           ? base::decode_hex(journal::fact_text(entry, "object"))
                           : std::nullopt;
    store::SealedDigest digest;
    if (!bytes || bytes->size() != digest.bytes.size()) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
    return digest;
}

void heed_shredding(store::Transaction& write, std::uint64_t epoch,
                    std::span<const journal::Entry> entries) {
    for (const journal::Entry& entry : entries) {
        if (const std::optional<store::SealedDigest> object = object_shredded(entry)) {
            journal::note_announced_erasure(write, entry.header.case_id, entry.header.author,
                                            *object, {entry.header.seq, epoch});
        }
    }
}

}  // namespace kua::evidence
