// The facts of an arrival: how some bytes came in, as the journal keeps it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/base/environment.h"
#include "vault/evidence/intake/device_claims.h"
#include "vault/evidence/intake/file_sealer.h"
#include "vault/journal/entry.h"

namespace kua::evidence {

// What holds for all files of one `add`.
struct ArrivalDefaults {
    std::vector<journal::Fact> given;  // checked
    std::string acquired_by;           // name on the author's card
};

// The file's own time as a (claimed) EDTF date; nothing if that can't be written as one.
std::optional<std::string> file_time(const base::FileStatus& status, const base::Clock& clock);

// What is known of one arrival: name and path, what the person said, and where that leaves gaps
// what the device claims (if there are `claims`), what the file's ending and its own (claimed) time
// say.
std::vector<journal::Fact> arrival_facts(const ArrivalDefaults& defaults, const InputFile& input,
                                         const base::FileStatus& status, const DeviceClaims* claims,
                                         const base::Clock& clock);

// By the person's word, else by the ending of the file's name.
std::string media_type_of(const ArrivalDefaults& defaults, const InputFile& input);

// The entry of a new item.
journal::EntryDraft item_added(const std::string& item, const SealedInput& sealed,
                               std::vector<journal::Fact> arrival);

// The entry about the original of a derivative, whose own entry `added` is: how it was made.
// Nothing for other items.
std::optional<journal::EntryDraft> custody_derived(const journal::EntryDraft& added);

// The entry of a further arrival of bytes that are here as `item`.
journal::EntryDraft custody_received(const std::string& item, std::vector<journal::Fact> arrival);

// Whether the entry tells of an arrival: item.added or custody.received.
bool is_arrival(const journal::Entry& entry);

// One text for one arrival of given bytes, whatever the order of its facts; `facts` are those of
// the arrival alone or of an entry that tells of it.
std::string arrival_key(const std::vector<journal::Fact>& facts);

}  // namespace kua::evidence
