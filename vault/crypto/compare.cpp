#include "vault/crypto/compare.h"

#include <sodium.h>

namespace kua::crypto {

bool equal(base::ByteView a, base::ByteView b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kua::crypto
