// Casework: what is said of items, sources and cases after they came in, and what sources allow.
// Fact names are those of docs/glossary.md. Implemented in vault/vault_casework.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kua/item.h"

namespace kua {

// One fact that an entry changed; texts for people, "" where nothing was said.
struct FactChange {
    std::string name;
    std::string before;
    std::string after;
};

struct DescribeRequest {
    std::string thing;  // an item, as people name them, or the pseudonym of a source
    std::string case_name;
    GivenFacts facts;
    std::string comment;  // why; required
};

struct DescribeReport {
    std::string kind;  // "item", "source" or "case"
    std::string id;    // full id; of a case, its id
    std::string short_id;
    std::vector<FactChange> changes;  // empty: it was said before, and nothing was entered
};

struct SourceRequest {
    std::string pseudonym;  // empty: the next one that is free
    std::string case_name;
    GivenFacts facts;
};

struct SourceSummary {
    std::string pseudonym;
    std::vector<FactValue> facts;  // as they stand now
    std::string added;             // claimed time
    std::string added_by;          // fingerprint
    std::string added_by_name;
    std::uint64_t items = 0;        // that came from this source at first
    std::optional<unsigned> level;  // of the newest statement that has one; nothing: not asked
    std::uint64_t statements = 0;   // about consent
    bool withdrawn = false;         // the newest statement is a withdrawal
    std::uint64_t identities = 0;   // kept about who it is, in the identity compartment
    bool contested = false;  // two people who were apart gave this pseudonym: nothing goes out
};

// What a source allows now: for each purpose the attributes. Purposes that allow none are left out.
using AllowedByPurpose = std::map<std::string, std::vector<std::string>>;

struct ConsentRequest {
    std::string source;  // a pseudonym, self or unknown
    std::string case_name;
    std::vector<std::string> items;  // empty: all of the source
    GivenFacts facts;
    std::string comment;
};

struct PastExport {
    std::string item;
    std::string short_item;
    std::string time;  // claimed
    std::string to;
    std::string purpose;
    std::string by_name;
    bool handed_over = false;  // by hand, outside of kua
    bool as_original = false;  // as a file with the original's bytes: not sealed, not by hand
    // The attributes that aren't allowed for that purpose any more; none if they are again.
    std::vector<std::string> taken_back;
};

// What was written for somebody who was given something before that.
struct WithdrawalNotice {
    std::string recipient;
    std::filesystem::path file;
    std::uint64_t items = 0;
};

struct ConsentOverview {
    SourceSummary source;
    AllowedByPurpose allowed;  // for items that no statement names
    // What such a purpose is bound to: "until 2020", "only to Memory Commission", in the source's
    // words.
    std::map<std::string, std::vector<std::string>> terms;
    std::vector<CustodyEvent> history;  // what was given and withdrawn, oldest first
    // Purposes that the newest of them allows and that stay taken back, which was said later.
    std::vector<std::string> stays_taken_back;
    // What went out and would be refused now, or was taken back since; and then which members are
    // known to have the news (`told`) or not yet.
    std::vector<PastExport> exports;
    std::vector<std::string> told;
    std::vector<std::string> untold;
    // Of a source who refuses the team: members who read the case all the same, and keep its key.
    std::vector<std::string> readers;
    std::vector<WithdrawalNotice> notices;  // of write_notices()
};

}  // namespace kua
