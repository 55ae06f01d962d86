// Handing originals out: decrypted, checked to the last byte, and only then given a name.
//
// Per batch: every object into a file of a temporary name; all contents read back and durable; the
// custody entries of the batch durable in the journal; then the final names, which never replace
// anything, and the directory durable. A crash leaves at most temporary files, or entries for files
// that got no name, but never a file out of the vault that the journal doesn't know. Batches go
// through this side by side; what ends the export leaves those that were written before it, whole.
// One exception: where the catalog is too damaged to append to the journal, the files get their
// names all the same and a finding says so.
#pragma once

#include "kua/item.h"
#include "kua/progress.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/store/store.h"

namespace kua::evidence {

// Exports items of one open case. `store` is open for writing. What is wrong
// with one item (damaged, name taken) stands in the report; throws what stops the whole run.
ExportReport export_files(store::Store& store, const Identity& identity, const CaseKeys& keys,
                          std::vector<ItemSummary> items, const ExportRequest& request,
                          Progress& progress);

}  // namespace kua::evidence
