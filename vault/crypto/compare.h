// Comparison in constant time.
#pragma once

#include "vault/base/bytes.h"

namespace kua::crypto {

// Whether both hold the same bytes. The time depends on the sizes alone, which are not secret.
[[nodiscard]] bool equal(base::ByteView a, base::ByteView b) noexcept;

}  // namespace kua::crypto
