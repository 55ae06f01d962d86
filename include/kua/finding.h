// What a check found. The outcome of a check is a value in a report, never an exception.
#pragma once

#include <string>
#include <vector>

namespace kua {

// In `--json` the name without k, in snake_case: "damaged", "fact_mismatch". Only ever added to.
enum class FindingCode {
    kDamaged,        // bytes that don't authenticate or don't fit their digest
    kMissing,        // something an entry or the catalog names is not there
    kChanged,        // an item's content is not what its entry says
    kSurplus,        // something is there that nothing names
    kFactMismatch,   // a fact doesn't match the journal's digest of it
    kForged,         // a signature is wrong
    kUnknownAuthor,  // signed by nobody this vault knows
    kRollback,       // a journal is shorter than a signed state seen before
    kFork,           // two signed journals of one author contradict each other
    kGap,            // entries between two known ones are missing
    kFastForward,    // an author's entries claim to come after more than there can have been
};

const char* name_of(FindingCode code) noexcept;

struct Finding {
    FindingCode code = FindingCode::kDamaged;
    std::string subject;  // "i-7k2m9", "catalog", "header copy 2", "segment 3", "journal of ..."
    std::string text;     // one sentence for a person; ids only, no names of items or people
};

}  // namespace kua
