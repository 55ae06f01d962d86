#include "vault/evidence/casework/custody_view.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/journal/going_on.h"
#include "vault/journal/known_seen.h"

namespace kua::evidence {
namespace {

constexpr std::array<std::string_view, 7> kMoves = {
    "custody.exported", "custody.handed_over", "custody.received", "custody.returned",
    "custody.viewed",   "custody.lost",        "custody.shredded"};
constexpr std::array<std::string_view, 3> kChecks = {"custody.verified", "custody.damaged",
                                                     "custody.quarantined"};

// As people read it; empty if it isn't there.
std::string said(const journal::Entry& entry, std::string_view name) {
    const base::Json* value = journal::find_fact(entry, name);
    return value == nullptr ? std::string{} : text_of_value(*value);
}

std::string first_said(const journal::Entry& entry, std::string_view name,
                       std::string_view otherwise) {
    std::string text = said(entry, name);
    return text.empty() ? said(entry, otherwise) : text;
}

CustodyStep step_of(const journal::Entry& entry) {
    CustodyStep step;
    step.type = entry.header.type;
    step.author = entry.header.author;
    step.seq = entry.header.seq;
    step.time = entry.header.time;
    step.at = first_said(entry, "at", "acquired");
    step.from = said(entry, "from");
    step.to = first_said(entry, "to", "acquired_by");
    step.purpose = said(entry, "purpose");
    step.method = first_said(entry, "method", "acquired_method");
    step.source = said(entry, "source");
    // The place of an arrival is where the item was made, not where it was taken over.
    step.place = step.source.empty() ? said(entry, "place") : said(entry, "acquired_place");
    step.result = said(entry, "result");
    step.depth = said(entry, "depth");
    step.reason = said(entry, "reason");
    return step;
}

CustodyDerivative derivative_of(store::Connection& catalog, const journal::Entry& entry) {
    CustodyDerivative made;
    made.step = step_of(entry);
    made.item = said(entry, "derivative");
    made.short_item =
        made.item.empty() ? std::string{} : shorten_item(catalog, entry.header.case_id, made.item);
    made.recipe = said(entry, "recipe");
    made.tool = said(entry, "tool");
    made.removed = said(entry, "attributes_removed");
    made.digest = said(entry, "digest_out");
    made.repeatable = said(entry, "repeatable");
    return made;
}

bool is_one_of(const auto& types, std::string_view type) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

Holders holders_of(store::Connection& catalog, const std::string& case_id, const std::string& own,
                   const std::string& item) {
    constexpr std::array<std::string_view, 2> kTypes = {"item.added", "custody.shredded"};
    std::optional<journal::EntryLine> added;
    std::set<std::string> shredders;
    for (const journal::Entry& entry : entries_of_item(catalog, case_id, item, kTypes)) {
        if (entry.header.type != kTypes.front()) {
            shredders.insert(entry.header.author);
        } else if (!added) {
            added = entry.header;
        }
    }
    Holders holders;
    for (const Member& member : list_members(catalog, case_id)) {
        const std::string& who = member.card.fingerprint;
        const bool has_entry =
            added && (who == added->author ||
                      journal::known_seen(catalog, case_id, who, added->author) >= added->seq);
        if (who == own || member.removed != 0 || !has_entry ||
            journal::is_stopped(catalog, case_id, who)) {
            continue;
        }
        // Once its author has destroyed it, the entry may have come without it.
        const bool may_lack_it = shredders.contains(who) || shredders.contains(added->author);
        (may_lack_it ? holders.doubtful : holders.known).push_back(who);
    }
    return holders;
}

CustodyAccount view_custody(store::Connection& catalog, const std::string& case_id,
                            const std::string& own, const std::string& item) {
    CustodyAccount account;
    account.item = load_item(catalog, case_id, item);
    account.facts = load_item_facts(catalog, case_id, item);
    for (const FactValue& fact : account.facts) {
        if (fact.name == "derived_from") {
            account.made_from = shorten_item(catalog, case_id, fact.text);
        }
    }
    for (const journal::Entry& entry : entries_of_item(catalog, case_id, item)) {
        const std::string& type = entry.header.type;
        const bool is_first = type == "item.added" && account.arrivals.empty();
        if (is_first) {
            account.seq = entry.header.seq;
            account.holders = holders_of(catalog, case_id, own, item).known;
        }
        if (type == "item.added" || is_arrival_of_bytes(entry)) {
            account.arrivals.push_back(step_of(entry));
        } else if (is_one_of(kMoves, type)) {
            account.moves.push_back(step_of(entry));
        } else if (is_one_of(kChecks, type)) {
            account.checks.push_back(step_of(entry));
        } else if (type == "custody.derived") {
            account.derivatives.push_back(derivative_of(catalog, entry));
        }
    }
    return account;
}

}  // namespace kua::evidence
