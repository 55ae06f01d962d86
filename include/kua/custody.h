// Who has had an item: what changes hands outside of kua, and what the journals answer when asked.
// Fact names are those of docs/glossary.md. Implemented in vault/vault_custody.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/item.h"

namespace kua {

enum class HandChange : std::uint8_t {
    kHandedOver,  // to somebody; asks consent as an export does
    kReceived,    // from somebody
    kReturned,    // back from somebody it was handed over to
};

struct HandChangeRequest {
    HandChange change = HandChange::kHandedOver;
    std::vector<std::string> items;  // as people name them
    std::string case_name;
    std::string who;            // to whom, or from whom
    std::string purpose;        // of handing over
    std::string condition_met;  // as for an export
    GivenFacts facts;           // place, at, method, ...; `result` not of handing over
    std::string comment;
};

struct HandChangeReport {
    struct Item {
        std::string id;
        std::string short_id;
    };
    HandChange change = HandChange::kHandedOver;
    std::string who;
    bool missing = false;  // it should have come, and didn't
    std::vector<Item> entered;
    std::vector<FailedInput> failed;  // `path` holds the item's id
};

// One entry in which an item came in, went out or was looked at. Texts are those of whoever entered
// them: empty where nothing was said, escape before showing.
struct CustodyStep {
    std::string type;  // "item.added", "custody.exported", ...
    std::string author;
    std::string by_name;
    std::uint64_t seq = 0;
    std::string time;  // claimed, of the entry
    std::string at;    // when it happened, if that was said
    std::string from;
    std::string to;
    std::string purpose;
    std::string place;
    std::string method;
    std::string source;  // of an arrival
    std::string result;
    std::string depth;
    std::string reason;
};

struct CustodyDerivative {
    CustodyStep step;
    std::string item;
    std::string short_item;
    std::string recipe;
    std::string tool;
    std::string removed;  // of the source's attributes, those that aren't in it any more
    std::string digest;
    std::string repeatable;
};

// What the journals answer about one item. Each kind of step is in the journals' order.
struct CustodyAccount {
    ItemSummary item;
    std::vector<FactValue> facts;  // as they stand now
    std::vector<CustodyStep> arrivals;
    std::vector<CustodyStep> moves;   // exported, handed over, returned, looked at, lost
    std::vector<CustodyStep> checks;  // verified, damaged
    std::vector<CustodyDerivative> derivatives;
    std::string made_from;             // short id, of a derivative
    std::vector<std::string> holders;  // other members who are known to have it
    std::uint64_t seq = 0;             // of the entry that added it, in its author's journal
    bool in_signed_checkpoint = false;
    std::vector<LogEntry> entries;  // all that is in the journals about it
};

}  // namespace kua
