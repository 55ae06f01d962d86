// Pages that are read instead of those in the database file.
#pragma once

#include <cstdint>
#include <map>

#include "vault/base/bytes.h"

namespace kua::store {

using PageOverlay = std::map<std::uint64_t, base::Bytes>;  // by number, from 1; encrypted

}  // namespace kua::store
