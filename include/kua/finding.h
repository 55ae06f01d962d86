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
    kNotMember,      // written by somebody who was no member of the case then, or is none any more
    kNotAllowed,     // an entry of a kind that its author's role doesn't let them write
    kWrongCase,      // a bundle for another case, author or epoch than the place it came by
    kReplay,         // something old that was brought again; harmless
    kUnknownType,    // an entry that only a newer kua understands: kept and passed on, not shown
    kStopped,        // an author who signed two histories: nothing new of theirs is taken
    kNotReadable,    // not checked, for want of a permission; says nothing about the bytes
};

const char* name_of(FindingCode code) noexcept;

struct Finding {
    FindingCode code = FindingCode::kDamaged;
    std::string subject;  // "i-7k2m9", "catalog", "header copy 2", "segment 3", "journal of ..."
    std::string text;     // one sentence for a person; ids only, no names of items or people
};

}  // namespace kua
