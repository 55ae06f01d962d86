// Entries: the lines of a journal, and the facts that travel beside them. A line commits to salted
// digests of its facts and tells none; it is stored, hashed and passed on as the bytes that were
// written and never serialised again. Source: docs/formats.md, "Journal line".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/json.h"
#include "vault/base/random.h"
#include "vault/format/merkle.h"

namespace kua::journal {

// Caps on what is read from others (docs/formats.md).
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFactsPerLine = 20'000;
constexpr std::size_t kMaxDisclosuresLineBytes = std::size_t{16} << 20;

// So many are worth a thread of their own when they are written, read or compared.
constexpr std::size_t kEntriesWorthAThread = 200;

struct Fact {
    std::string name;
    base::Json value;
};

// Something that is to be recorded; the journal doesn't know what the type means.
struct EntryDraft {
    std::string type;  // "item.added"
    std::vector<Fact> facts;
};

// What a line says. `facts` are base64url SHA-256 digests, sorted, none twice.
struct EntryLine {
    std::string case_id;        // 32 hex digits
    std::string author;         // fingerprint, 64 hex digits
    std::uint64_t seq = 0;      // from 1, without gaps
    std::uint64_t lamport = 0;  // from 1
    std::string time;           // claimed by the author's device
    std::string type;
    std::vector<std::string> facts;
};

// A line with what it commits to.
struct Entry {
    EntryLine header;
    std::string line;                      // the bytes, without the line feed
    std::vector<std::string> disclosures;  // base64url texts, in the order they were written
    std::vector<Fact> facts;               // what the disclosures say, in the same order
};

// Writes a new entry. `header.facts` is ignored; a draft without facts gets a decoy, so that no
// leaf hash can be guessed from type, author and time. Names of facts must differ (kBug). Throws
// kFailed if the line or its disclosures would be longer than anybody reads.
Entry write_entry(EntryLine header, const EntryDraft& draft, base::Random& random);

// Reads a line strictly: exactly the known keys, version 1, digests sorted and single, at least
// one. Unknown types are fine: they are kept and carried. Throws kDamaged.
EntryLine parse_line(std::string_view line);

// Puts a received line and its disclosures together. Every disclosure must belong to exactly one
// digest of the line and no fact name may come twice; digests without a disclosure are withheld
// facts and no error here. Throws kDamaged.
Entry join_entry(std::string line, std::vector<std::string> disclosures);

// The leaf of an entry in its author's log.
format::MerkleHash leaf_of(std::string_view line);

// The value of the fact `name`, or nothing.
const base::Json* find_fact(const Entry& entry, std::string_view name);

// The text of the fact `name`; empty if it is missing or no text.
std::string fact_text(const Entry& entry, std::string_view name);

}  // namespace kua::journal
