#include "vault/evidence/items.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/base/short_id.h"
#include "vault/base/utf8.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/standing_facts.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kIdPrefix = "i-";
constexpr std::size_t kShortCharacters = 5;  // after the prefix
constexpr std::size_t kMinDigestDigits = 4;
constexpr std::size_t kMostListed = 5;
constexpr std::size_t kFewItems = 500;  // for more a walk past all ids is less than looking up each

constexpr std::string_view kColumns =
    "item, name, kind, media_type, digest, sealed_digest, bytes, source, captured,"
    " captured_basis, added, arrivals, EXISTS (SELECT 1 FROM erased WHERE erased.sealed_digest ="
    " item.sealed_digest AND NOT EXISTS (SELECT 1 FROM object WHERE object.sealed_digest ="
    " item.sealed_digest))";

ItemSummary read_summary(const store::Rows& rows, const std::string& case_id) {
    ItemSummary item;
    item.id = rows.text(0);
    item.case_id = case_id;
    item.name = rows.text(1);
    item.kind = rows.text(2);
    item.media_type = rows.text(3);
    item.digest = base::encode_hex(rows.blob(4));
    item.sealed_digest = base::encode_hex(rows.blob(5));
    item.bytes = static_cast<std::uint64_t>(rows.integer(6));
    item.source = rows.text(7);
    item.captured = rows.text(8);
    item.captured_basis = rows.text(9);
    item.added = rows.text(10);
    item.arrivals = static_cast<std::uint64_t>(rows.integer(11));
    item.shredded = rows.integer(12) != 0;
    return item;
}

std::size_t common_length(std::string_view one, std::string_view other) {
    const auto differs = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    return static_cast<std::size_t>(differs.first - one.begin());
}

std::string cut(std::string_view id, std::size_t longest_common) {
    const std::size_t shortest = kIdPrefix.size() + kShortCharacters;
    return std::string{id.substr(0, std::max(shortest, longest_common + 1))};
}

std::optional<std::string> neighbour(store::Connection& catalog, std::string_view sql,
                                     const std::string& case_id, const std::string& item) {
    store::Rows rows = catalog.query(sql, journal::blob_of(case_id), item);
    return rows.next() ? std::optional{std::string{rows.text(0)}} : std::nullopt;
}

// Ids found by one way of naming, a few more than are needed to say that it isn't unique. The
// queries name their index: left alone, SQLite takes one that saves it from sorting, and reads the
// whole case.
template <class... Arguments>
std::vector<std::string> ids_by(store::Connection& catalog, std::string_view sql,
                                const Arguments&... arguments) {
    std::vector<std::string> ids;
    store::Rows rows = catalog.query(sql, arguments...);
    while (rows.next()) {
        ids.emplace_back(rows.text(0));
    }
    return ids;
}

std::vector<std::string> ids_by_id(store::Connection& catalog, const std::string& case_id,
                                   const std::string& name) {
    if (!base::to_ascii_lower(name).starts_with(kIdPrefix)) {
        return {};
    }
    const std::optional<std::string> typed = base::normalize_id(name.substr(kIdPrefix.size()));
    if (!typed) {
        return {};
    }
    const std::string front = std::string{kIdPrefix} + *typed;
    return ids_by(catalog,
                  "SELECT item FROM item WHERE case_id = ?1 AND item >= ?2 AND item < ?3"
                  " ORDER BY item LIMIT 6",
                  journal::blob_of(case_id), front, front + '~');
}

std::vector<std::string> ids_by_digest(store::Connection& catalog, const std::string& case_id,
                                       const std::string& name) {
    std::string low = base::to_ascii_lower(name);
    if (low.size() < kMinDigestDigits || low.size() > 64) {
        return {};
    }
    std::string high = low;
    low.resize(64, '0');
    high.resize(64, 'f');
    const std::optional<base::Bytes> first = base::decode_hex(low);
    const std::optional<base::Bytes> last = base::decode_hex(high);
    if (!first || !last) {
        return {};
    }
    return ids_by(catalog,
                  "SELECT item FROM item INDEXED BY item_by_digest"
                  " WHERE case_id = ?1 AND digest >= ?2 AND digest <= ?3 ORDER BY item LIMIT 6",
                  journal::blob_of(case_id), *first, *last);
}

std::vector<std::string> ids_by_name(store::Connection& catalog, const std::string& case_id,
                                     const std::string& name) {
    return ids_by(catalog,
                  "SELECT item FROM item INDEXED BY item_by_name WHERE case_id = ?1 AND name = ?2"
                  " ORDER BY item LIMIT 6",
                  journal::blob_of(case_id), base::from_file_name(name));
}

std::string listed(store::Connection& catalog, const std::string& case_id,
                   const std::vector<std::string>& ids) {
    std::string all;
    for (std::size_t i = 0; i < std::min(ids.size(), kMostListed); ++i) {
        all += (all.empty() ? "" : ", ") + shorten_item(catalog, case_id, ids[i]);
    }
    return all + (ids.size() > kMostListed ? ", ..." : "");
}

[[noreturn]] void refuse_ambiguous(store::Connection& catalog, const std::string& case_id,
                                   const std::string& name, const std::vector<std::string>& ids) {
    const bool more = ids.size() > kMostListed;
    const std::string count = more ? "more than 5" : std::to_string(ids.size());
    throw Error{ErrorCode::kNotFound,
                base::quoted(name) + " fits " + count + " items: " + listed(catalog, case_id, ids)};
}

}  // namespace

std::vector<ItemSummary> list_items(store::Connection& catalog, const std::string& case_id,
                                    const ItemFilter& filter) {
    std::vector<ItemSummary> items;
    {
        // That order is a full one, since an author's lamport numbers grow, and the index has it.
        store::Rows rows = query_items(catalog, kColumns, case_id, filter, ItemOrder::kAsTheyCame);
        while (rows.next()) {
            items.push_back(read_summary(rows, case_id));
        }
    }
    std::vector<std::string_view> ids;
    ids.reserve(items.size());
    for (const ItemSummary& item : items) {
        ids.emplace_back(item.id);
    }
    std::vector<std::string> short_ids = shorten_items(catalog, case_id, ids);
    for (std::size_t i = 0; i < items.size(); ++i) {
        items[i].short_id = std::move(short_ids[i]);
    }
    return items;
}

std::vector<std::string> items_called(store::Connection& catalog, const std::string& case_id,
                                      const std::string& name) {
    std::vector<std::string> ids = ids_by_id(catalog, case_id, name);
    if (ids.size() == 1 && ids.front() == name) {
        return ids;  // nobody's file takes a whole id away by being called so
    }
    for (const auto find : {ids_by_digest, ids_by_name}) {
        std::ranges::move(find(catalog, case_id, name), std::back_inserter(ids));
    }
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::string hint_at_names(store::Connection& catalog, const std::string& case_id,
                          const std::string& name) {
    const std::string text = base::from_file_name(name);
    if (text.empty()) {
        return {};
    }
    // By its bytes: every continuation sorts below the front plus 0xff.
    const std::vector<std::string> ids =
        ids_by(catalog,
               "SELECT item FROM item INDEXED BY item_by_name"
               " WHERE case_id = ?1 AND name >= ?2 AND name < ?3 ORDER BY item LIMIT 6",
               journal::blob_of(case_id), text, text + '\xff');
    return ids.empty() ? std::string{}
                       : "; names are given whole, and this is the beginning of that of " +
                             listed(catalog, case_id, ids);
}

std::string resolve_item(store::Connection& catalog, const std::string& case_id,
                         const std::string& name) {
    std::vector<std::string> ids = items_called(catalog, case_id, name);
    if (ids.size() == 1) {
        return std::move(ids.front());
    }
    if (!ids.empty()) {
        refuse_ambiguous(catalog, case_id, name, ids);
    }
    throw Error{ErrorCode::kNotFound, "no item " + base::quoted(name) + " in case " +
                                          case_id.substr(0, 8) +
                                          hint_at_names(catalog, case_id, name)};
}

ItemSummary load_item(store::Connection& catalog, const std::string& case_id,
                      const std::string& item) {
    ItemSummary summary;
    {
        store::Rows rows = catalog.query(
            "SELECT " + std::string{kColumns} + " FROM item WHERE case_id = ?1 AND item = ?2",
            journal::blob_of(case_id), item);
        if (!rows.next()) {
            throw Error{ErrorCode::kNotFound, "no item " + item};
        }
        summary = read_summary(rows, case_id);
    }
    summary.short_id = shorten_item(catalog, case_id, item);
    return summary;
}

std::vector<std::string> list_shredded_here(store::Connection& catalog,
                                            const std::string& case_id) {
    return ids_by(catalog,
                  "SELECT item.item FROM erased CROSS JOIN item INDEXED BY item_by_object"
                  " ON item.sealed_digest = erased.sealed_digest WHERE item.case_id = ?1"
                  " AND NOT EXISTS (SELECT 1 FROM object"
                  " WHERE object.sealed_digest = erased.sealed_digest) ORDER BY item.item",
                  journal::blob_of(case_id));
}

std::vector<FactValue> load_item_facts(store::Connection& catalog, const std::string& case_id,
                                       const std::string& item) {
    std::vector<FactValue> facts;
    if (const std::optional<base::Json> standing = facts_of_item(catalog, case_id, item)) {
        for (const auto& [name, value] : standing->items()) {
            facts.push_back(to_fact_value({name, value}));
        }
    }
    return facts;
}

std::string shorten_item(store::Connection& catalog, const std::string& case_id,
                         const std::string& item) {
    std::size_t common = 0;
    for (const std::string_view sql :
         {"SELECT item FROM item WHERE case_id = ?1 AND item < ?2 ORDER BY item DESC LIMIT 1",
          "SELECT item FROM item WHERE case_id = ?1 AND item > ?2 ORDER BY item LIMIT 1"}) {
        if (const auto other = neighbour(catalog, sql, case_id, item)) {
            common = std::max(common, common_length(item, *other));
        }
    }
    return cut(item, common);
}

namespace {

std::vector<std::string> shorten_each(store::Connection& catalog, const std::string& case_id,
                                      const std::vector<std::string_view>& items) {
    std::vector<std::string> cut_ids;
    cut_ids.reserve(items.size());
    for (const std::string_view item : items) {
        cut_ids.push_back(shorten_item(catalog, case_id, std::string{item}));
    }
    return cut_ids;
}

// In one walk past all ids of the case; `items` are sorted, each once.
std::vector<std::string> shorten_sorted(store::Connection& catalog, const std::string& case_id,
                                        const std::vector<std::string_view>& items) {
    std::vector<std::string> cut_ids;
    cut_ids.reserve(items.size());
    store::Rows rows = catalog.query("SELECT item FROM item WHERE case_id = ?1 ORDER BY item",
                                     journal::blob_of(case_id));
    bool is_there = rows.next();
    std::string before;
    for (const std::string_view item : items) {
        while (is_there && rows.text(0) < item) {
            before = rows.text(0);
            is_there = rows.next();
        }
        std::size_t common = common_length(item, before);
        if (is_there && rows.text(0) == item) {
            before = item;
            is_there = rows.next();
        }
        if (is_there) {
            common = std::max(common, common_length(item, rows.text(0)));
        }
        cut_ids.push_back(cut(item, common));
    }
    return cut_ids;
}

}  // namespace

std::vector<std::string> shorten_items(store::Connection& catalog, const std::string& case_id,
                                       const std::vector<std::string_view>& items) {
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&items](std::size_t i) { return items[i]; });
    std::vector<std::string_view> ids;  // each once
    for (const std::size_t i : order) {
        if (ids.empty() || ids.back() != items[i]) {
            ids.push_back(items[i]);
        }
    }
    const std::vector<std::string> cut_ids = ids.size() < kFewItems
                                                 ? shorten_each(catalog, case_id, ids)
                                                 : shorten_sorted(catalog, case_id, ids);
    std::vector<std::string> all(items.size());
    std::size_t at = 0;
    for (const std::size_t i : order) {
        at += ids[at] == items[i] ? 0U : 1U;
        all[i] = cut_ids[at];
    }
    return all;
}

}  // namespace kua::evidence
