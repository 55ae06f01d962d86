// What accounts tell of (places, events, acts, persons), how it hangs together, and labels of
// items. Fact names are those of docs/glossary.md. Implemented in vault/vault_relations.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/item.h"

namespace kua {

// A place, event, act or person. The first fact of each names it: place_name, event_title,
// act_kind, label.
struct ThingSummary {
    std::string kind;      // "place", "event", "act" or "person"
    std::string id;        // "pl-", "ev-", "ac-" or "pe-" and 16 characters
    std::string short_id;  // as many of them as are unique in the case, at least 5
    std::string name;      // untrusted, escape before showing
    std::vector<FactValue> facts;
    std::string added;     // claimed time
    std::string added_by;  // fingerprint
    std::string added_by_name;
};

struct ThingRequest {
    std::string kind;
    std::string case_name;
    GivenFacts facts;
};

// One end of a link: an item, source, event, act, person or place.
struct LinkEnd {
    std::string kind;
    std::string id;
    std::string short_id;
    std::string name;  // empty if it isn't here (yet)
};

struct LinkSummary {
    LinkEnd subject;
    std::string relation;
    LinkEnd target;
    std::vector<FactValue> facts;  // certainty, degree, basis, comment
    std::string author;            // fingerprint, of the newest entry that links the two so
    std::string author_name;
};

struct LinkRequest {
    std::string subject;  // an item, pseudonym or thing, as people name them
    std::string relation;
    std::string target;
    std::string case_name;
    GivenFacts facts;
};

struct LabelSummary {
    std::string item;
    std::string short_item;
    std::string tag;
    std::vector<FactValue> facts;  // tag_state, strength, basis, comment
    std::string author;            // fingerprint, of the newest entry about it
    std::string author_name;
};

struct TagRequest {
    std::vector<std::string> items;
    std::string tag;
    std::string case_name;
    GivenFacts facts;
};

// How a thing or an item hangs together with others.
struct Relations {
    std::vector<LinkSummary> links;    // from it and to it
    std::vector<LabelSummary> labels;  // of an item; removed ones are left out
};

struct ThingDetails {
    ThingSummary thing;
    std::vector<LinkSummary> links;
    std::vector<ThingSummary> parts;  // places within it, events and acts that are part of it
    std::vector<ItemSummary> items;   // taken there, if it is a place
    std::vector<CustodyEvent> history;
};

}  // namespace kua
