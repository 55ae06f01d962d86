// One exchange with one remote: grants, then what others wrote, then what goes there. Nothing is
// sent to a ref that shows something wrong. Running it again changes nothing.
#pragma once

#include "kua/exchange.h"
#include "kua/progress.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/repository.h"
#include "vault/store/store.h"

namespace kua::exchange {

enum class SyncDepth : std::uint8_t { kDryRun, kWhole };

// Throws what the remote and the vault's storage throw; what was taken in or pushed by then stays.
// `report` is filled as far as it got.
void sync_with(store::Store& store, const evidence::Identity& identity, Repository& remote,
               const std::string& remote_name, SyncDepth depth, Progress& progress,
               RemoteReport& report);

// The taking half of it, from a bundle file.
void take_file(store::Store& store, const evidence::Identity& identity, Repository& file,
               const std::string& file_name, Progress& progress, RemoteReport& report);

}  // namespace kua::exchange
