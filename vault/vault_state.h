// What a Vault holds, and how tests and tools inside this repository open one over other files,
// clocks and randomness than the system's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kua/vault.h"
#include "vault/base/environment.h"
#include "vault/crypto/keys.h"
#include "vault/evidence/identity.h"
#include "vault/evidence/intake/intake.h"
#include "vault/store/store.h"

namespace kua {

struct Vault::State {
    State(store::Store opened, evidence::Identity who)
        : store(std::move(opened)), identity(std::move(who)) {}

    store::Store store;
    evidence::Identity identity;
    std::vector<Finding> opening_findings;
    evidence::BatchLimits batch_limits;

    store::Connection& catalog() noexcept { return store.catalog(); }
};

// What open_vault() puts into a Vault, for whoever wants to look below it as well.
std::unique_ptr<Vault::State> open_state(const base::Environment& environment,
                                         const base::fs::path& dir, const Passphrase& passphrase,
                                         Access access);

// As Vault::create() and Vault::open(), in any environment, which must outlive the vault.
Vault create_vault(const base::Environment& environment, const base::fs::path& dir,
                   const Passphrase& passphrase, const CreateOptions& options,
                   const store::StoreOptions& store_options);
Vault open_vault(const base::Environment& environment, const base::fs::path& dir,
                 const Passphrase& passphrase, Access access);
// As Vault::unlock() and Vault::open() with what that gave.
UnlockKey unlock_vault(const base::Environment& environment, const base::fs::path& dir,
                       const Passphrase& passphrase);
Vault open_vault(const base::Environment& environment, const base::fs::path& dir,
                 const UnlockKey& key, Access access);
// With the vault key itself, without any key derivation: for tests.
Vault open_vault(const base::Environment& environment, const base::fs::path& dir,
                 const crypto::VaultKey& vault_key, Access access);

// The schemas of all layers, for store::StoreOptions.
store::StoreOptions store_options();

// The files, clock and randomness of this system.
const base::Environment& system_environment();

}  // namespace kua
