// A testimony as it goes into the journal: what its text says, as facts, beside the item that the
// text itself becomes. docs/formats.md, "Texts that people write".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kua/casework.h"
#include "kua/testimony.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/evidence/testimony/written_text.h"
#include "vault/journal/entry.h"
#include "vault/store/store.h"

namespace kua::evidence {

struct TestimonyDraft {
    std::string source;
    std::string kind;                  // first_account, ...
    GivenFacts recording_facts;        // of the item that the recording becomes
    GivenFacts item_facts;             // of the one that the text becomes
    std::vector<journal::Fact> facts;  // of testimony.recorded, but for `item` and `recording`
    std::string recording;             // as the text names it; may be empty
    std::optional<ConsentRequest> consent;
    std::size_t turns = 0;
};

// Reads a testimony and checks it against the case. kFailed, naming the line, for what doesn't fit;
// kNotFound for pseudonyms that an open case doesn't have. `given` goes before what the text says.
TestimonyDraft draft_testimony(store::Connection& catalog, const Identity& identity,
                               const CaseKeys& keys, const WrittenText& text,
                               const GivenFacts& given, const base::Clock& clock);

// The testimony.recorded about the text, whose item `item` is. `recording` is the item of the
// recording or what the text calls it.
std::vector<journal::EntryDraft> testimony_entries(const TestimonyDraft& draft,
                                                   const std::string& item,
                                                   const std::string& recording);
// Of bytes that came in before as something else: what has to be known of them before they go out.
journal::EntryDraft describe_as_testimony(const TestimonyDraft& draft, const std::string& item);
// The consent that the text tells of, with where it stands.
ConsentRequest consent_with_evidence(ConsentRequest consent, const std::string& item);

// Whether the item was ever put in as a testimony. Of an open case.
bool was_testimony(store::Connection& catalog, const std::string& case_id, const std::string& item);

// Whether exactly these facts were recorded of that item before. Of an open case.
bool is_recorded(store::Connection& catalog, const std::string& case_id,
                 const journal::EntryDraft& testimony, const std::string& item);

}  // namespace kua::evidence
