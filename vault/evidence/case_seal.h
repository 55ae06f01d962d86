// Sealing a case: its secret half leaves this vault, and with it everything that could be read
// here. Adding goes on; reading comes back with the file that took the secret away.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kua/case.h"
#include "vault/evidence/case_secret.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/evidence/key_file.h"
#include "vault/store/store.h"

namespace kua::evidence {

// kRefused if the case is sealed already.
void require_open(const CaseKeys& keys);

// Writes the case identity to the file, reads it back and tries it; only then removes it and the
// whole projection of the case from the catalog, free pages included. Without a file the caller
// knows that the identity is elsewhere. Throws kRefused if the case is sealed already, kExists if
// the file is there; nothing is removed then. Of the members only the role of `own` (a fingerprint)
// is kept, so that nothing is added that the others won't take. kInterrupted if somebody stops it
// while the file is being written and tried.
SealCaseReport seal_case(store::Store& store, const CaseKeys& keys,
                         const std::optional<KeyFile>& file, const std::string& own,
                         Progress& progress);

// Writes the file and changes nothing. As above.
SealCaseReport write_case_key(store::Store& store, const CaseKeys& keys, const KeyFile& file);

// Takes free pages with remains of a sealed case out of the catalog, if an interrupted seal_case()
// left any. Cheap if not.
void finish_sealing(store::Store& store);
// Whether it left any.
bool is_sealing_unfinished(store::Connection& catalog);

struct UnsealedCase {
    std::string case_id;
    std::vector<Finding> findings;  // bundles that could not be used
};

// The case here that one of these identities, at least one, belongs to. kNotFound if there is none;
// `source` is where they came from, for messages.
std::string find_case_of(store::Connection& catalog,
                         const std::vector<format::AgeIdentity>& identities,
                         const std::string& source);

// Brings the case back: puts the identities into the catalog and makes the projection from the
// bundles, as far as they can be read. kRefused if it is open here, or an identity is missing;
// nothing is changed then.
UnsealedCase unseal_case(store::Store& store, const std::string& case_id,
                         const std::vector<format::AgeIdentity>& identities);

}  // namespace kua::evidence
