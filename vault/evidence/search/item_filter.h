// Which items of an open case are meant by what somebody asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kua/item.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// ItemFilters, checked and looked up once. Nothing is asked where a member is empty; lists that are
// written as JSON arrays are empty arrays where nothing fits.
struct ItemFilter {
    std::optional<std::string> kind;
    std::optional<std::string> source;
    std::optional<std::string> places;  // facets, as JSON
    bool by_date = false;
    std::optional<std::int64_t> earliest_s;
    std::optional<std::int64_t> latest_s;
    std::optional<std::int64_t> utc_offset_minutes;
    bool undated = false;
    std::optional<std::string> consent_sources;      // as JSON; those that have the level
    std::optional<std::string> not_consent_sources;  // likewise; those that have another
    std::optional<std::string> language;
    std::optional<std::string> tags;  // facets, as JSON

    bool any() const noexcept {
        return kind || source || places || by_date || undated || consent_sources ||
               not_consent_sources || language || tags;
    }
};

// kUsage for what no item can be; kNotFound for a place that nothing is called by.
ItemFilter make_item_filter(store::Connection& catalog, const std::string& case_id,
                            const ItemFilters& asked);

// The rows of `columns` of the items that fit, in the order they came or in any.
enum class ItemOrder : std::uint8_t { kAsTheyCame, kAny };
store::Rows query_items(store::Connection& catalog, std::string_view columns,
                        const std::string& case_id, const ItemFilter& filter, ItemOrder order);

}  // namespace kua::evidence
