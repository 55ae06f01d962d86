// Who a source is, as it lies in the identity compartment: lines of `name: value`, bound to one
// case and one pseudonym, padded so that its size tells nothing. Texts stay in locked memory.
// Source: docs/formats.md, "The identity compartment".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::evidence {

struct IdentityLine {
    std::string_view name;   // one of the glossary's
    std::string_view value;  // as it was written
};

// The lines that somebody typed, checked, behind those that bind them, and padded. kUsage, naming
// the line and nothing that stands in it, for what is no fact of the compartment.
crypto::SecretBytes compose_identity(std::string_view case_id, std::string_view pseudonym,
                                     base::ByteView typed);

// The lines of what compose_identity() made; they point into `plain`. kDamaged if it is malformed,
// or about another source: then somebody moved it.
std::vector<IdentityLine> read_identity(base::ByteView plain, std::string_view case_id,
                                        std::string_view pseudonym);

}  // namespace kua::evidence
