// What a passphrase is worth once its key derivation is paid. Implemented in vault/vault.cpp.
#pragma once

#include <memory>

namespace kua {

// Opens one vault for as long as its passphrase does: once that is changed or removed, by whomever,
// this opens nothing any more. Move-only and unprintable; the key lies in memory that is locked,
// guarded and wiped. Whoever has it and the vault's files can read the vault. From Vault::unlock().
class UnlockKey {
public:
    UnlockKey(UnlockKey&&) noexcept;
    UnlockKey& operator=(UnlockKey&&) noexcept;
    ~UnlockKey();

    struct State;  // internal; see vault/vault_state.h
    explicit UnlockKey(std::unique_ptr<State> state);
    const State& state() const noexcept { return *state_; }

private:
    std::unique_ptr<State> state_;
};

}  // namespace kua
