// Items: pieces of evidence, what is known about them, and how they go in and out. Fact names are
// those of docs/glossary.md. Implemented in vault/vault_items.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kua/error.h"
#include "kua/finding.h"
#include "kua/inspection.h"

namespace kua {

// A fact's value: a JSON text ("\"P-12\"", "7839", "[\"kk\",\"ru\"]"), exactly as disclosed.
struct FactValue {
    std::string name;
    std::string json;
    std::string text;  // the same for people: strings without quotes, lists joined by ", "
};

struct ItemSummary {
    std::string id;        // full id: "i-" and 12 characters
    std::string short_id;  // "i-" and as many characters as are unique in its case, at least 5
    std::string case_id;
    std::string name;  // UTF-8; untrusted, escape before showing
    std::string kind;  // photo, video, ...
    std::string media_type;
    std::string digest;         // SHA-256 of the original, hex
    std::string sealed_digest;  // SHA-256 of the sealed object, hex
    std::uint64_t bytes = 0;    // of the original
    std::string source;         // pseudonym, self, public or unknown
    std::string captured;       // EDTF, claimed; may be empty
    std::string captured_basis;
    std::string added;           // claimed time of the entry
    std::uint64_t arrivals = 1;  // how often the same bytes came in
    bool shredded = false;       // its bytes were destroyed here
};

// One journal entry about an item, in the order (lamport, author).
struct CustodyEvent {
    std::string type;    // "item.added", "custody.received", "custody.exported", ...
    std::string author;  // fingerprint, hex
    std::string author_name;
    std::uint64_t seq = 0;
    std::string time;  // claimed
    std::vector<FactValue> facts;
};

struct ItemDetails {
    ItemSummary summary;
    std::vector<FactValue> facts;  // as they stand now, sorted as in docs/glossary.md
    std::vector<CustodyEvent> history;
    // Seal state
    std::string recipient_type;  // "mlkem768x25519" or "X25519"
    std::uint64_t sealed_bytes = 0;
    std::uint64_t padded_bytes = 0;
    std::vector<std::uint32_t> segments;  // files in objects/ that hold it
    std::vector<std::string> holders;     // other members who are known to have it
    bool in_signed_checkpoint = false;    // its entry is covered by a checkpoint of its author
};

// Facts given by the person, by their name ("captured", "place", "language"); each value is the
// text as typed. Checked against the vocabularies; kUsage says what would be understood.
using GivenFacts = std::map<std::string, std::vector<std::string>>;

// An item here that has the same bytes by its entry, but whose stored copy doesn't give them.
struct DamagedCopy {
    std::string id;
    std::string short_id;
    FindingCode code = FindingCode::kDamaged;  // or kMissing, kChanged, as verification says it
};

struct AddedItem {
    std::string path;  // as found; untrusted
    std::string id;
    std::string short_id;
    std::string kind;  // photo, video, ...
    std::string digest;
    std::uint64_t bytes = 0;
    // Why it was stored although the bytes are known; none if they weren't. These items stay.
    std::vector<DamagedCopy> damaged_copies;
};

struct KnownItem {  // the same bytes were here already, whole: that was read just now
    std::string path;
    std::string id;
    std::string short_id;
    bool arrival_recorded = false;  // false if exactly this arrival is in the journal already
};

struct FailedInput {
    std::string path;
    ErrorCode code = ErrorCode::kFailed;
    std::string reason;
};

// A media file that is in, but nothing is known of what it says about itself.
struct NotInspected {
    std::string path;
    InspectionEnd why = InspectionEnd::kNoProgram;  // never kAnswered
};

struct AddRequest {
    std::vector<std::filesystem::path> paths;  // files and folders
    std::string case_name;                     // empty: the current case
    GivenFacts facts;
    unsigned threads = 0;  // 0: one producer and one writer per core
    // So many files, at most, before they are committed and reported. 0: thousands, which is the
    // fastest; less is lost to an interruption with fewer.
    std::uint64_t commit_every = 0;
    // Asked what each photo, clip and recording says about itself; outlives the call. Without one
    // nothing is asked.
    MediaInspector* inspector = nullptr;
    // Called as soon as an item is durable and read back, from the calling thread.
    std::function<void(const AddedItem&)> on_added;
    std::function<void(const KnownItem&)> on_known;
    std::function<void(const FailedInput&)> on_failed;
};

struct AddReport {
    std::string case_id;
    bool sealed_case = false;
    std::vector<AddedItem> added;
    std::vector<KnownItem> known;
    std::vector<FailedInput> failed;          // unreadable, changed while being read
    std::vector<FailedInput> skipped;         // symbolic links and special files
    std::vector<NotInspected> not_inspected;  // of those added
    std::uint64_t bytes = 0;                  // of originals added
    std::string not_asked;  // the source that was given, if nothing is known of its consent
    // What that source took back: purposes, of all they gave, and short ids of single items of
    // which they did. The same in another form may have come in again.
    std::vector<std::string> taken_back;
    std::vector<std::string> taken_back_of;
};

// Which items are meant; all that is given must fit. kUsage if no item can have such a kind, source
// or date; kNotFound for a place that is none.
struct ItemFilters {
    std::optional<std::string> kind;
    std::optional<std::string> source;    // of any arrival
    std::optional<std::string> place;     // a place with all places within, or a text
    std::optional<std::string> date;      // EDTF; what may have been taken then
    bool undated = false;                 // only what has no date that kua reads
    std::optional<std::string> consent;   // the level of its source, now
    std::optional<std::string> language;  // of the item, or of what was written of it
    std::optional<std::string> tag;       // TAG or TAG=STATE
    bool any() const noexcept {
        return kind || source || place || date || undated || consent || language || tag;
    }
};

struct ListRequest {
    std::string case_name;  // empty: the current case
    bool all_cases = false;
    ItemFilters filters;
};

struct ExportRequest {
    std::vector<std::string> items;
    bool all = false;  // all of the case
    std::string case_name;
    std::filesystem::path to;  // a directory; made if missing
    std::string purpose = "keep";
    std::optional<std::string> recipient;  // who gets it, as recorded
    bool sealed = false;                   // the age file as stored instead of the original
    unsigned threads = 0;
    // What a person says to have seen to, where a source asks for something; kept in the journal.
    std::string condition_met;
};

struct ExportedItem {
    std::string id;
    std::string short_id;
    std::filesystem::path path;
    std::string digest;
    std::uint64_t bytes = 0;
};

struct ExportReport {
    std::vector<ExportedItem> exported;
    std::vector<FailedInput> failed;  // `path` holds the item's id
    std::uint64_t shredded = 0;       // of --all: left out, their bytes were destroyed here
    // Damage that did not keep items from being exported: a list of items that could only be read
    // from the journal, exports that could not be entered in it.
    std::vector<Finding> findings;
};

struct LogRequest {
    std::string case_name;
    std::optional<std::string> item;      // or another thing, as Vault::find_end() takes it
    std::optional<std::uint64_t> newest;  // at most so many, the newest
    bool with_facts = false;              // always filled in for one item
};

struct LogEntry {
    std::string case_id;
    std::string author;
    std::string author_name;
    std::uint64_t seq = 0;
    std::uint64_t lamport = 0;
    std::string time;  // claimed
    std::string type;
    std::string item;  // id if the entry is about one
    std::string short_item;
    std::vector<FactValue> facts;
};

}  // namespace kua
