// Case ids and fingerprints are hexadecimal texts everywhere but in the catalog's columns, where
// they are blobs half as long.
#pragma once

#include <optional>
#include <string_view>

#include "vault/base/bytes.h"
#include "vault/base/check.h"
#include "vault/base/hex.h"

namespace kua::journal {

// The bytes of an id that has been checked to be hexadecimal before.
inline base::Bytes blob_of(std::string_view id) {
    std::optional<base::Bytes> bytes = base::decode_hex(id);
    KUA_CHECK(bytes.has_value());
    return *std::move(bytes);
}

}  // namespace kua::journal
