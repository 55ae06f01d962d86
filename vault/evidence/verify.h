// Verification: does everything still say what was signed, down to the last page. What is found is
// data; nothing is repaired.
#pragma once

#include "kua/progress.h"
#include "kua/vault.h"
#include "vault/store/store.h"

namespace kua::evidence {

// The whole vault, or with `case_id` one case, or with `items` (full ids of that case) some items.
// The whole vault includes the header, every page of the catalog and of every segment.
struct VerifyScope {
    std::string case_id;             // empty: all
    std::vector<std::string> items;  // empty: all
};

VerificationReport verify(store::Store& store, const VerifyScope& scope, VerifyDepth depth,
                          unsigned threads, Progress& progress);

// What shows about the header without reading the rest of the vault.
std::vector<Finding> check_header(store::Store& store);

}  // namespace kua::evidence
