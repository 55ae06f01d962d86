// The catalog's tables of contacts. docs/formats.md, "Catalog".
#pragma once

#include "vault/store/migrations.h"

namespace kua::exchange {

store::MigrationSet exchange_migrations();

}  // namespace kua::exchange
