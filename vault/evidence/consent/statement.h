// What a source allowed or took back, as one entry of a journal says it: consent.given or
// consent.withdrawn. Source: docs/consent.md, docs/formats.md "Facts".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vault/base/json.h"
#include "vault/evidence/consent/terms.h"

namespace kua::evidence {

// Who gave something: its source, but for `self` together with whose entry says so.
std::string name_of_giver(const std::string& source, const std::string& author);
// The other way round, for people: "self".
std::string source_of_giver(const std::string& giver);

// Where an entry stands among those of all authors, and what its author had seen of theirs.
struct EntryPlace {
    std::uint64_t lamport = 0;
    std::string author;  // fingerprint
    std::uint64_t seq = 0;
    std::map<std::string, std::uint64_t> seen;  // sizes of other authors' journals

    // Whether whoever wrote this knew `other`: it comes later in the same journal, or its bundle
    // says to have seen that much of the other one.
    [[nodiscard]] bool knows(const EntryPlace& other) const;
    // How many entries of that author it knew, which are numbered from 1.
    [[nodiscard]] std::uint64_t known_of(const std::string& of_author) const;
};

struct ConsentStatement {
    EntryPlace place;
    std::string source;
    bool is_withdrawal = false;
    // The cells that this says anything about, and its answers to them.
    ConsentGrid covered;
    ConsentGrid allowed;
    std::optional<unsigned> level;
    // False if it says that nobody was asked, or if nobody allowed what it allows: it takes back
    // what was allowed, and lifts no refusal.
    bool is_answer = true;
    std::vector<std::string> items;       // full ids; empty: all of the source
    std::vector<std::string> recipients;  // empty: any
    std::string conditions;
    std::string not_before;
    std::string expires;
    // When the source said so, at the earliest: in seconds since 1970 UTC, as far as it is told. A
    // consent that rests on a text and has no date was said before all else.
    std::optional<std::int64_t> said_s;
    // The same of what it refuses, at the latest: nobody knows that it wasn't said on the last day
    // of that month. Without a date that is when it was entered, less a day.
    std::optional<std::int64_t> refused_s;
    std::optional<std::int64_t> entered_s;  // less a day; claimed
    bool is_dated = true;                   // else refused_s comes from entered_s

    [[nodiscard]] bool covers(const std::string& item, Purpose purpose, Attribute attribute) const;
    // It says no by itself, without a level: a withdrawal, or a refusal.
    [[nodiscard]] bool takes_back() const {
        return is_withdrawal || (!level && is_answer && allowed == ConsentGrid{});
    }
    // A person has to say whether what the source asked for holds.
    [[nodiscard]] bool asks_a_person() const {
        return !conditions.empty() || !not_before.empty() || !expires.empty();
    }
};

// Who wrote it and when, and whether all that the line commits to is here: a fact that was withheld
// could have been what narrows the rest.
struct StatementContext {
    bool is_by_owner = false;
    bool is_whole = true;
    std::string entered;  // claimed
};

// Why what such facts allow was allowed by nobody: not of free will, not understood, or in the name
// of somebody who could not be told; or one of these is said in a word that isn't known here.
// Empty: it was. For people; begins lower case.
std::string why_nobody_allowed(const base::Json& facts);

// A clock may have been behind: what refuses and has no date was said no earlier than what its
// author knew of then, of the same source. `all` are those of one, those of each
// author in their order; `self` is of each author another one.
void date_by_what_was_known(std::vector<ConsentStatement>& all);

// Reads the facts of an entry of that type. Nothing if it says nothing that could be obeyed: no
// source, no cells. What can't be read in it only ever refuses: unknown words allow nothing; an
// unreadable level, or one that unknown material can't have, counts as `not asked`; items,
// recipients or conditions of another shape, or facts that are missing, make all of it a refusal.
// What nobody allowed is kept as if nobody had been asked.
std::optional<ConsentStatement> read_statement(std::string_view entry_type, const base::Json& facts,
                                               const StatementContext& context);

}  // namespace kua::evidence
