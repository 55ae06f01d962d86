#include "vault/evidence/casework/custody_entries.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/base/utf8.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/outgoing/consent_gate.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxWhoBytes = 1024;

bool is_said_missing(const std::vector<journal::Fact>& facts) {
    return std::any_of(facts.begin(), facts.end(), [](const journal::Fact& fact) {
        return fact.name == "result" && fact.value == "missing";
    });
}

const char* type_of(HandChange change, bool is_missing) {
    switch (change) {
        case HandChange::kHandedOver:
            return "custody.handed_over";
        case HandChange::kReceived:
            return is_missing ? "custody.lost" : "custody.received";
        case HandChange::kReturned:
            return is_missing ? "custody.lost" : "custody.returned";
    }
    return "";
}

void check_who(const HandChangeRequest& request) {
    const bool is_out = request.change == HandChange::kHandedOver;
    if (request.who.empty() || request.who.size() > kMaxWhoBytes ||
        !base::is_valid_utf8(request.who)) {
        throw Error{ErrorCode::kUsage,
                    is_out ? "say to whom: --to NAME" : "say from whom: --from NAME"};
    }
}

std::vector<std::string> resolve_all(store::Connection& catalog, const std::string& case_id,
                                     const std::vector<std::string>& names) {
    std::vector<std::string> items;
    items.reserve(names.size());
    for (const std::string& name : names) {
        std::string item = resolve_item(catalog, case_id, name);
        if (std::find(items.begin(), items.end(), item) == items.end()) {
            items.push_back(std::move(item));
        }
    }
    if (items.empty()) {
        throw Error{ErrorCode::kUsage, "say which items"};
    }
    return items;
}

// What holds for all items of one command.
std::vector<journal::Fact> common_facts(const Identity& identity,
                                        const HandChangeRequest& request) {
    const bool is_out = request.change == HandChange::kHandedOver;
    std::vector<journal::Fact> facts =
        check_given_facts(request.facts, is_out ? hand_over_fact_rules() : receipt_fact_rules());
    facts.push_back({"from", is_out ? identity.card.name : request.who});
    facts.push_back({"to", is_out ? request.who : identity.card.name});
    if (is_out) {
        facts.push_back({"purpose", request.purpose});
    }
    check_comment(request.comment);
    if (!request.comment.empty()) {
        facts.push_back({"comment", request.comment});
    }
    return facts;
}

}  // namespace

HandChangeReport enter_hand_change(store::Store& store, const Identity& identity,
                                   const CaseKeys& keys, const HandChangeRequest& request) {
    const bool is_out = request.change == HandChange::kHandedOver;
    check_who(request);
    const WayOut way{"custody hand-over", request.purpose, request.who, request.condition_met};
    if (is_out) {
        check_way_out(keys, way);
    } else if (keys.sealed()) {
        refuse_sealed(keys.case_id);
    }
    const std::vector<journal::Fact> common = common_facts(identity, request);
    ConsentGate gate{store.catalog(), keys.case_id, way};
    HandChangeReport report;
    report.change = request.change;
    report.who = request.who;
    report.missing = !is_out && is_said_missing(common);
    std::vector<journal::EntryDraft> drafts;
    for (const std::string& item : resolve_all(store.catalog(), keys.case_id, request.items)) {
        const std::string short_id = shorten_item(store.catalog(), keys.case_id, item);
        std::vector<journal::Fact> facts = common;
        facts.insert(facts.begin(), {"item", item});
        try {
            if (is_out) {
                gate.add_facts(gate.require(item), facts);
            }
            drafts.push_back({type_of(request.change, report.missing), std::move(facts)});
            report.entered.push_back({item, short_id});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kRefused) {
                throw;
            }
            report.failed.push_back({short_id, error.code(), error.what()});
        }
    }
    if (!drafts.empty()) {
        record(store, identity, keys, drafts);
    }
    return report;
}

}  // namespace kua::evidence
