// The pages of an encrypted database in the clear, decrypted here and not by SQLCipher: so that a
// search sees every page, also those that no table uses any more. docs/formats.md, "Databases".
#pragma once

#include <span>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/store/sqlite/connection.h"

namespace kua::testing {

// One plaintext per page of `file`, without the bytes that are reserved for IV and MAC; of the
// first page also without the 16 bytes of the salt. Throws std::runtime_error at a file that isn't
// whole pages and at a page whose MAC is wrong.
std::vector<base::Bytes> decrypt_pages(base::ByteView file, store::RawKey key,
                                       const store::CipherProfile& profile);

}  // namespace kua::testing
