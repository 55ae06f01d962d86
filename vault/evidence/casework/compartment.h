// The identity compartment of a case. Its public half is a fact of the case, `identity_recipient`;
// its secret half goes into a file and nowhere else, so that neither a vault that is open nor
// anybody who has the key of the case learns who a source is. docs/decisions/0035.
#pragma once

#include <optional>
#include <string>

#include "kua/compartment.h"
#include "vault/evidence/casework/recording.h"

namespace kua::evidence {

// What the case seals identities to; nothing if it has no identity key yet. Of an open case.
std::optional<format::AgeRecipient> find_identity_recipient(store::Connection& catalog,
                                                            const std::string& case_id);

// Makes an identity key, writes its secret half to a new file, tries that, and only then enters the
// public half. kRefused if this isn't the owner's vault; kExists if the case has one already and it
// isn't to be replaced, or the file is there. Nothing is entered then, and no file left.
IdentityKeySummary create_identity_key(store::Store& store, const Identity& identity,
                                       const CaseKeys& keys, const base::fs::path& to,
                                       const crypto::SecretBytes& passphrase, bool replace);

// Seals what is typed of a source and enters it. kUsage for what isn't `name: value`, kNotFound for
// a source that an open case doesn't have, kRefused without an identity key.
void add_identity(store::Store& store, const Identity& identity, const CaseKeys& keys,
                  const IdentityRequest& request);

// How often something was kept about this source. Of an open case.
std::uint64_t count_identities(store::Connection& catalog, const std::string& case_id,
                               const std::string& pseudonym);

// Opens all that was kept of a source, with the key in `file`. Of an open case; names of authors
// are left empty. kNotFound if nothing was kept, kWrongKey if neither file nor passphrase are right
// or nothing was sealed to that key.
IdentityReport open_identities(store::Store& store, const std::string& case_id,
                               const std::string& pseudonym, const base::fs::path& file,
                               const crypto::SecretBytes& passphrase);

}  // namespace kua::evidence
