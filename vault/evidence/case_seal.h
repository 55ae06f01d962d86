// Sealing a case: its secret half leaves this vault, and with it everything that could be read
// here. Adding goes on; reading comes back with the file that took the secret away.
#pragma once

#include <string>
#include <vector>

#include "kua/case.h"
#include "vault/evidence/case_secret.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/store/store.h"

namespace kua::evidence {

// Writes the case identity to the new file `secret_to`, reads it back and tries it; only then
// removes it and the whole projection of the case from the catalog, free pages included. Throws
// kRefused if the case is sealed already, kExists if the file is there; nothing is removed then.
SealCaseReport seal_case(store::Store& store, const CaseKeys& keys, const base::fs::path& secret_to,
                         const SecretRecipient& to);

// Takes free pages with remains of a sealed case out of the catalog, if an interrupted seal_case()
// left any. Cheap if not.
void finish_sealing(store::Store& store);

struct UnsealedCase {
    std::string case_id;
    std::vector<Finding> findings;  // bundles that could not be used
};

// Brings the case back whose identity `secret_from` holds: puts the identity into the catalog and
// makes the projection from the bundles, as far as they can be read. kNotFound if no case here has
// that identity, kRefused if it is open here, else as open_case_secret(); nothing is changed then.
UnsealedCase unseal_case(store::Store& store, const base::fs::path& secret_from,
                         const SecretOpener& opener);

}  // namespace kua::evidence
