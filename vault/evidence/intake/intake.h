// Taking evidence in: from paths to sealed objects, journal entries and a report, in an order that
// leaves nothing half-kept whenever it is interrupted.
//
// Per batch: pieces into the segments, durable and every page read back; objects, entries, bundle
// and projection in one catalog transaction, which commits after the segments have, durable and
// every page read back; only then is anything reported as added. Long runs are several batches, so
// that an interrupted one keeps what was reported. docs/decisions has the reasons.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kua/item.h"
#include "kua/progress.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/journal/entry.h"
#include "vault/store/store.h"

namespace kua::evidence {

// A batch ends when it has so many inputs or so many bytes. Tests make them smaller.
struct BatchLimits {
    std::size_t inputs = 4096;
    std::uint64_t bytes = std::uint64_t{4} << 30;
};

// Adds what `request` names to the case of `keys`, open or sealed. `store` is open for writing.
// Throws what stops the whole run (kStorage, kInterrupted, kUsage for a fact); what is wrong with
// one input stands in the report.
// Further entries about an input whose bytes are the item `item`, new or known, in the same
// transaction. May throw, and then nothing of its batch is kept.
struct IntakeInput {
    std::string item;    // full id
    std::string digest;  // of the original, hex
    bool is_new = true;  // false: the bytes were here, or came in another file of this call
};
using FollowUp = std::function<std::vector<journal::EntryDraft>(const IntakeInput&)>;

// A text that was typed, to come in instead of files; never on any disk but sealed.
struct TypedInput {
    std::string name;
    base::ByteView content;  // at most kPlainPieceBytes
    std::int64_t typed_ns = 0;
};

AddReport add_files(store::Store& store, const Identity& identity, const CaseKeys& keys,
                    const AddRequest& request, const BatchLimits& limits, Progress& progress,
                    const FollowUp& follow_up = {}, const TypedInput* typed = nullptr);

}  // namespace kua::evidence
