#include "vault/evidence/journal_items.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "vault/evidence/members.h"
#include "vault/journal/check.h"

namespace kua::evidence {
namespace {

using journal::Entry;
using journal::fact_text;

ItemSummary summary_of(const Entry& entry) {
    ItemSummary item;
    item.id = fact_text(entry, "item");
    item.short_id = item.id;
    item.case_id = entry.header.case_id;
    item.name = fact_text(entry, "name");
    item.kind = fact_text(entry, "kind");
    item.media_type = fact_text(entry, "media_type");
    item.digest = fact_text(entry, "digest");
    item.sealed_digest = fact_text(entry, "object");
    const base::Json* bytes = journal::find_fact(entry, "bytes");
    item.bytes = bytes != nullptr && bytes->is_number_unsigned() ? bytes->get<std::uint64_t>() : 0;
    item.source = fact_text(entry, "source");
    item.captured = fact_text(entry, "captured");
    item.captured_basis = fact_text(entry, "captured_basis");
    item.added = entry.header.time;
    return item;
}

}  // namespace

std::vector<ItemSummary> items_of_bundles(store::Connection& catalog, const CaseKeys& keys) {
    std::vector<Entry> added;
    const auto authors = load_authors(catalog, keys.case_id);
    for (const journal::LogHead& head : journal::list_logs(catalog, keys.case_id)) {
        // Findings are verification's to report.
        static_cast<void>(journal::check_log(catalog, head, authors, keys.identities,
                                             [&added](const journal::VerifiedBundle& bundle) {
                                                 std::ranges::copy_if(
                                                     bundle.entries, std::back_inserter(added),
                                                     [](const Entry& entry) {
                                                         return entry.header.type == "item.added";
                                                     });
                                             }));
    }
    std::ranges::stable_sort(added, {}, [](const Entry& entry) {
        return std::tie(entry.header.lamport, entry.header.author);
    });
    std::vector<ItemSummary> items;
    std::set<std::string> seen;
    for (const Entry& entry : added) {
        ItemSummary item = summary_of(entry);
        // As in the projection: an id belongs to the first entry that names it.
        if (!item.id.empty() && seen.insert(item.id).second) {
            items.push_back(std::move(item));
        }
    }
    return items;
}

}  // namespace kua::evidence
