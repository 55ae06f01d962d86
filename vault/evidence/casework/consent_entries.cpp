#include "vault/evidence/casework/consent_entries.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/evidence/casework/description.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/consent/statement.h"
#include "vault/evidence/consent/terms.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/items.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/format/edtf.h"

namespace kua::evidence {
namespace {

using journal::Fact;

const base::Json* find_in(const std::vector<Fact>& facts, std::string_view name) {
    const auto found = std::find_if(facts.begin(), facts.end(),
                                    [name](const Fact& fact) { return fact.name == name; });
    return found == facts.end() ? nullptr : &found->value;
}

void check_who(store::Connection& catalog, const CaseKeys& keys, const std::string& source,
               SourceMeant meant) {
    if (!is_source_name(source)) {
        throw Error{ErrorCode::kUsage, "that is no source; write P-07, self or unknown"};
    }
    if (source == "public") {
        throw Error{ErrorCode::kUsage, "for what is openly available consent isn't asked"};
    }
    require_source(catalog, keys, source, meant);
}

std::vector<std::string> full_ids(store::Connection& catalog, const CaseKeys& keys,
                                  const std::vector<std::string>& items) {
    std::vector<std::string> ids;
    for (const std::string& item : items) {
        if (keys.sealed() && !is_item_id(item)) {
            throw Error{ErrorCode::kUsage,
                        "in a sealed case an item is named by its whole id, as kua add said it"};
        }
        ids.push_back(keys.sealed() ? item : resolve_item(catalog, keys.case_id, item));
    }
    return ids;
}

base::Json grants_of(unsigned level, const AttributeSet& ticked) {
    const ConsentGrid grid = grid_of_level(level, ticked);
    base::Json grants = base::Json::object();
    for (const Purpose purpose : kAllPurposes) {
        base::Json words = base::Json::array();
        for (const Attribute attribute : kAllAttributes) {
            if (grid.allows(purpose, attribute)) {
                words.push_back(std::string{name_of(attribute)});
            }
        }
        grants[std::string{name_of(purpose)}] = std::move(words);
    }
    return grants;
}

AttributeSet ticked_in(const std::vector<Fact>& facts) {
    AttributeSet ticked;
    if (const base::Json* words = find_in(facts, "ticked")) {
        for (const base::Json& word : *words) {
            ticked.set(index_of(*parse_attribute(word.get<std::string>())));
        }
    }
    return ticked;
}

void require_shape(const std::vector<Fact>& facts) {
    const bool has_level = find_in(facts, "level") != nullptr;
    const bool has_cells = find_in(facts, "decision") != nullptr &&
                           find_in(facts, "purposes") != nullptr &&
                           find_in(facts, "attributes") != nullptr;
    const bool has_part = find_in(facts, "decision") != nullptr ||
                          find_in(facts, "purposes") != nullptr ||
                          find_in(facts, "attributes") != nullptr;
    if (has_level == has_cells || (has_level && has_part)) {
        throw Error{ErrorCode::kUsage,
                    "say what was allowed: either --level 0 to 5, or --decision with --purpose and"
                    " --attribute"};
    }
    if (find_in(facts, "how_informed") == nullptr) {
        throw Error{ErrorCode::kUsage,
                    "say how the source was told what it is about: --how-informed explained_orally,"
                    " read_aloud, interpreted, signed_form, recorded, message or not_possible"};
    }
    if (find_in(facts, "ticked") != nullptr && *find_in(facts, "level") != kMaxLevel) {
        throw Error{ErrorCode::kUsage, "--ticked goes with --level 5 only"};
    }
}

// Such an entry would stand there as an answer, and free nothing.
void require_giver(const std::vector<Fact>& facts, const std::string& source) {
    base::Json said = {{"source", source}};
    for (const Fact& fact : facts) {
        said[fact.name] = fact.value;
    }
    const base::Json* level = find_in(facts, "level");
    const bool allows =
        level != nullptr ? *level != kLevelNotAsked : *find_in(facts, "decision") == "allow";
    const std::string why = allows ? why_nobody_allowed(said) : "";
    if (!why.empty()) {
        throw Error{ErrorCode::kUsage, "that allows nothing: " + why +
                                           "; enter --level 0 until they can be asked, or what"
                                           " they refuse"};
    }
}

// Nobody can have asked: an owner says what is right all the same, and why.
void require_right_over_unknown(store::Connection& catalog, const Identity& identity,
                                const CaseKeys& keys, const std::vector<Fact>& facts,
                                const std::string& comment) {
    const base::Json* level = find_in(facts, "level");
    const bool fits = level != nullptr && *level <= kMaxLevelOfUnknown &&
                      *find_in(facts, "how_informed") == "not_possible";
    if (owner_of(catalog, keys.case_id) != identity.card.fingerprint || !fits) {
        throw Error{ErrorCode::kRefused,
                    "for material of unknown source the owner of the case alone decides, and up to"
                    " level 2: --level 2 --how-informed not_possible --comment WHY"};
    }
    if (comment.empty()) {
        throw Error{ErrorCode::kUsage, "say why: --comment"};
    }
}

// What is said for an item of somebody else's would be kept and have no effect.
void require_concerned(store::Connection& catalog, const CaseKeys& keys, const std::string& source,
                       const std::string& item) {
    Consents consents{catalog, keys.case_id};
    const ConsentSubject subject = consents.subject(item);
    // Whose it is may be said later.
    const auto may_be_meant = [&source](const std::string& giver) {
        return source_of_giver(giver) == source || giver == "unknown";
    };
    if (subject.givers.empty() ||
        std::any_of(subject.givers.begin(), subject.givers.end(), may_be_meant) ||
        std::find(subject.shown.begin(), subject.shown.end(), source) != subject.shown.end()) {
        return;
    }
    std::string givers;
    for (const std::string& giver : subject.givers) {
        givers += (givers.empty() ? "" : ", ") + source_of_giver(giver);
    }
    throw Error{ErrorCode::kUsage, shorten_item(catalog, keys.case_id, item) + " came from " +
                                       (givers.empty() ? "nobody known" : givers) + ", not from " +
                                       source +
                                       "; nothing was entered (whoever is seen in it: kua link " +
                                       source + " appeared ITEM)"};
}

// Dates that no day lies between would never be met, or be confirmed unread.
void require_order(const std::vector<Fact>& facts) {
    const base::Json* first = find_in(facts, "not_before");
    const base::Json* last = find_in(facts, "expires");
    if (first != nullptr && last != nullptr && first->is_string() && last->is_string() &&
        format::parse_edtf(first->get<std::string>()).span.earliest_s >
            format::parse_edtf(last->get<std::string>()).span.latest_s) {
        throw Error{ErrorCode::kUsage, "--not-before is after --expires"};
    }
}

void finish(std::vector<Fact>& facts, store::Connection& catalog, const CaseKeys& keys,
            const ConsentRequest& request) {
    facts.insert(facts.begin(), {"source", request.source});
    if (!request.items.empty()) {
        const std::vector<std::string> items = full_ids(catalog, keys, request.items);
        for (const std::string& item : items) {
            if (!keys.sealed()) {
                require_concerned(catalog, keys, request.source, item);
            }
        }
        facts.push_back({"items", items});
    }
    check_comment(request.comment);
    if (!request.comment.empty()) {
        facts.push_back({"comment", request.comment});
    }
}

}  // namespace

journal::EntryDraft draft_consent(store::Connection& catalog, const Identity& identity,
                                  const CaseKeys& keys, const ConsentRequest& request) {
    std::vector<Fact> facts = check_given_facts(request.facts, consent_fact_rules());
    check_who(catalog, keys, request.source, SourceMeant::kPerhapsNew);
    require_shape(facts);
    require_giver(facts, request.source);
    require_order(facts);
    if (request.source == "unknown") {
        require_right_over_unknown(catalog, identity, keys, facts, request.comment);
    }
    if (const base::Json* level = find_in(facts, "level")) {
        facts.push_back({"grants", grants_of(level->get<unsigned>(), ticked_in(facts))});
    }
    finish(facts, catalog, keys, request);
    return {"consent.given", std::move(facts)};
}

void give_consent(store::Store& store, const Identity& identity, const CaseKeys& keys,
                  const ConsentRequest& request) {
    record(store, identity, keys, {draft_consent(store.catalog(), identity, keys, request)});
}

void withdraw_consent(store::Store& store, const Identity& identity, const CaseKeys& keys,
                      const ConsentRequest& request) {
    std::vector<Fact> facts = check_given_facts(request.facts, withdrawal_fact_rules());
    check_who(store.catalog(), keys, request.source, SourceMeant::kKnown);
    if (find_in(facts, "purposes") == nullptr) {
        throw Error{ErrorCode::kUsage, "say what is taken back: --purpose publish, ..."};
    }
    if (find_in(facts, "attributes") == nullptr) {
        base::Json all = base::Json::array();
        for (const Attribute attribute : kAllAttributes) {
            all.push_back(std::string{name_of(attribute)});
        }
        facts.push_back({"attributes", std::move(all)});
    }
    finish(facts, store.catalog(), keys, request);
    record(store, identity, keys, {{"consent.withdrawn", std::move(facts)}});
}

}  // namespace kua::evidence
