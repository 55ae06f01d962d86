#include "vault/evidence/casework/description.h"
#include "vault/evidence/casework/relations.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/member_names.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

evidence::CaseKeys open_case_keys(Vault::State& state, const std::string& case_name) {
    return evidence::load_case_keys(state.catalog(),
                                    evidence::resolve_open_case(state.catalog(), case_name));
}

const evidence::ThingKind& kind_called(const std::string& name) {
    const evidence::ThingKind* kind = evidence::thing_kind_called(name);
    if (kind == nullptr || kind->id_prefix.empty() || kind->name == evidence::kItemKind.name) {
        throw Error{ErrorCode::kUsage, "there are places, events, acts and persons"};
    }
    return *kind;
}

void finish(Vault::State& state, const std::string& case_id, const MemberNames& names,
            std::vector<ThingSummary>& things) {
    for (ThingSummary& thing : things) {
        thing.added_by_name = names.label_of(thing.added_by);
        evidence::name_references(state.catalog(), case_id, thing.facts);
    }
}

std::vector<LinkSummary> named_links(Vault::State& state, const std::string& case_id,
                                     const MemberNames& names, const std::string& id) {
    std::vector<LinkSummary> links = evidence::links_of(state.catalog(), case_id, id);
    for (LinkSummary& link : links) {
        link.author_name = names.label_of(link.author);
    }
    return links;
}

}  // namespace

ThingSummary Vault::add_thing(const ThingRequest& request) {
    const evidence::CaseKeys keys = open_case_keys(*state_, request.case_name);
    const std::string id = evidence::add_thing(state_->store, state_->identity, keys,
                                               kind_called(request.kind), request.facts);
    return thing(request.kind, id, keys.case_id).thing;
}

std::vector<ThingSummary> Vault::things(const std::string& kind, const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    std::vector<ThingSummary> all =
        evidence::list_things(state_->catalog(), case_id, kind_called(kind));
    finish(*state_, case_id, MemberNames{*state_, case_id}, all);
    return all;
}

ThingDetails Vault::thing(const std::string& kind, const std::string& name,
                          const std::string& case_name) {
    const evidence::CaseKeys keys = open_case_keys(*state_, case_name);
    const std::string id =
        evidence::resolve_thing_of(state_->catalog(), keys.case_id, kind_called(kind), name);
    const MemberNames names{*state_, keys.case_id};
    std::vector<ThingSummary> itself{evidence::load_thing(state_->catalog(), keys.case_id, id)};
    finish(*state_, keys.case_id, names, itself);
    ThingDetails details;
    details.thing = std::move(itself.front());
    details.links = named_links(*state_, keys.case_id, names, id);
    details.parts = evidence::parts_of(state_->catalog(), keys.case_id, id);
    finish(*state_, keys.case_id, names, details.parts);
    if (details.thing.kind == evidence::kPlaceKind.name) {
        ItemFilters there;
        there.place = id;
        details.items = evidence::list_items(
            state_->catalog(), keys.case_id,
            evidence::make_item_filter(state_->catalog(), keys.case_id, there));
    }
    for (const journal::Entry& entry :
         evidence::entries_of_item(state_->catalog(), keys.case_id, id)) {
        CustodyEvent& event = details.history.emplace_back(evidence::to_custody_event(entry));
        event.author_name = names.label_of(event.author);
    }
    return details;
}

LinkEnd Vault::find_end(const std::string& name, const std::string& case_name) {
    const evidence::CaseKeys keys = open_case_keys(*state_, case_name);
    return evidence::load_end(state_->catalog(), keys.case_id,
                              evidence::resolve_end(state_->catalog(), keys, name));
}

LinkSummary Vault::link(const LinkRequest& request) {
    const evidence::CaseKeys keys = open_case_keys(*state_, request.case_name);
    const evidence::LinkedEnds ends =
        evidence::link_things(state_->store, state_->identity, keys, request);
    for (LinkSummary& link :
         named_links(*state_, keys.case_id, MemberNames{*state_, keys.case_id}, ends.subject)) {
        if (link.relation == request.relation && link.target.id == ends.target) {
            return link;
        }
    }
    throw Error{ErrorCode::kBug, "a link was entered and isn't shown"};
}

std::vector<LabelSummary> Vault::tag(const TagRequest& request) {
    const evidence::CaseKeys keys = open_case_keys(*state_, request.case_name);
    const std::vector<std::string> changed =
        evidence::tag_items(state_->store, state_->identity, keys, request);
    std::vector<LabelSummary> labels;
    for (const std::string& item : changed) {
        LabelSummary label;
        label.item = item;
        label.short_item = evidence::shorten_item(state_->catalog(), keys.case_id, item);
        label.tag = request.tag;
        labels.push_back(std::move(label));
    }
    return labels;
}

Relations Vault::relations(const std::string& item, const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    const std::string id = evidence::resolve_item(state_->catalog(), case_id, item);
    const MemberNames names{*state_, case_id};
    Relations relations;
    relations.links = named_links(*state_, case_id, names, id);
    relations.labels = evidence::labels_of(state_->catalog(), case_id, id);
    for (LabelSummary& label : relations.labels) {
        label.author_name = names.label_of(label.author);
    }
    return relations;
}

}  // namespace kua
