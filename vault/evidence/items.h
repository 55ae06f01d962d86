// Looking at items: which one is meant, what is known of it, what happened to it. Open cases only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kua/item.h"
#include "vault/evidence/search/item_filter.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// In the order they came in.
std::vector<ItemSummary> list_items(store::Connection& catalog, const std::string& case_id,
                                    const ItemFilter& filter);

// The full ids of the items that `name` may mean, in order; a few, if there are many: one by its
// whole id, else all that an id or the front of one, the front of a digest (at least 4 digits) and
// a whole original name fit. What is meant may be destroyed or handed out, so nothing stands behind
// anything else, and no front of a name is taken for it.
std::vector<std::string> items_called(store::Connection& catalog, const std::string& case_id,
                                      const std::string& name);

// The full id of the item that `name` means. kNotFound if none or several fit; the message lists
// their ids.
std::string resolve_item(store::Connection& catalog, const std::string& case_id,
                         const std::string& name);

// What to add to a message that there is no item `name`: which ids have names that begin so. Empty
// if none has.
std::string hint_at_names(store::Connection& catalog, const std::string& case_id,
                          const std::string& name);

// kNotFound. `item` is a full id.
ItemSummary load_item(store::Connection& catalog, const std::string& case_id,
                      const std::string& item);

// Full ids of those whose bytes were destroyed in this vault, sorted; most vaults have none.
std::vector<std::string> list_shredded_here(store::Connection& catalog, const std::string& case_id);

// The facts as they stand now.
std::vector<FactValue> load_item_facts(store::Connection& catalog, const std::string& case_id,
                                       const std::string& item);

// The id as people type it: cut to what is unique in its case, at least 5 characters after "i-".
std::string shorten_item(store::Connection& catalog, const std::string& case_id,
                         const std::string& item);

// The same for many ids of one case, in any order: what each of `items` is cut to.
std::vector<std::string> shorten_items(store::Connection& catalog, const std::string& case_id,
                                       const std::vector<std::string_view>& items);

}  // namespace kua::evidence
