#include "kua/vault.h"

#include <array>
#include <utility>

#include "vault/base/utf8.h"
#include "vault/crypto/argon2.h"
#include "vault/evidence/case_seal.h"
#include "vault/evidence/new_case.h"
#include "vault/evidence/rebuild.h"
#include "vault/evidence/schema.h"
#include "vault/evidence/verify.h"
#include "vault/exchange/remotes.h"
#include "vault/exchange/schema.h"
#include "vault/format/card.h"
#include "vault/journal/log.h"
#include "vault/passphrase.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

constexpr std::uint64_t kDefaultMemoryBytes = std::uint64_t{256} << 20;
constexpr std::uint32_t kDefaultPasses = 3;

// Where there is no room for it now, adding goes on; what makes room must not be refused.
void finish_sealing(Vault::State& state) {
    try {
        evidence::finish_sealing(state.store);
    } catch (const Error& error) {
        const bool is_for_later = error.code() == ErrorCode::kStorage ||
                                  error.code() == ErrorCode::kDamaged ||
                                  error.code() == ErrorCode::kFailed;  // no memory for it
        if (!is_for_later) {
            throw;
        }
        state.opening_findings.push_back(
            {FindingCode::kSurplus, "catalog",
             std::string{"what was sealed away could not be removed for good yet: "} +
                 error.what()});
    }
}

// A disk that has lost one page may lose others, which have no second copy.
void tell_of_damaged_pages(Vault::State& state) {
    const std::size_t count = state.store.core_copies_used();
    if (count > 0) {
        const std::string pages = count == 1 ? "a page of it was" : "some pages of it were";
        const std::string copies =
            state.store.access() == Access::kWrite ? "mended from" : "read from";
        state.opening_findings.push_back(
            {FindingCode::kDamaged, "catalog",
             pages + " damaged and " + copies +
                 " a second copy; the disk may be failing: copy the whole vault to another one"});
    }
}

std::unique_ptr<Vault::State> make_state(store::Store store) {
    evidence::Identity identity = evidence::load_identity(store.catalog());
    auto state = std::make_unique<Vault::State>(std::move(store), std::move(identity));
    state->opening_findings = evidence::check_header(state->store);
    tell_of_damaged_pages(*state);
    if (state->store.access() != Access::kWrite &&
        evidence::is_sealing_unfinished(state->catalog())) {
        state->opening_findings.push_back(
            {FindingCode::kSurplus, "catalog",
             "what was sealed away is not removed for good yet: `kua add` or another command that"
             " writes does it, once there is room"});
    }
    if (state->store.access() == Access::kWrite) {
        finish_sealing(*state);
        exchange::sweep_unfinished(state->store);
        evidence::show_what_older_kua_did_not(state->store);
    }
    return state;
}

// A reader that is the first after an older kua has the rest shown, if that can be done now: else
// it reads what is there.
template <class Key>
std::unique_ptr<Vault::State> open_with(const base::Environment& environment,
                                        const base::fs::path& dir, const Key& key, Access access) {
    const auto open = [&](Access how) {
        return make_state(store::Store::open(environment, dir, key, how, store_options()));
    };
    auto state = open(access);
    if (access == Access::kRead && evidence::has_what_older_kua_did_not_show(state->store)) {
        state.reset();
        try {
            open(Access::kWrite);
        } catch (const Error&) {
            return open(access);  // somebody else writes, or there is no room
        }
        state = open(access);
    }
    return state;
}

crypto::Argon2Cost choose_cost(const base::Environment& environment, const CreateOptions& options) {
    if (options.kdf_memory_bytes || options.kdf_passes) {
        const crypto::Argon2Cost cost{options.kdf_memory_bytes.value_or(kDefaultMemoryBytes),
                                      options.kdf_passes.value_or(kDefaultPasses)};
        if (!crypto::within_caps(cost)) {
            throw Error{ErrorCode::kUsage, "Argon2id takes 8 KiB to 2 GiB and 1 to 16 passes"};
        }
        return cost;
    }
    return crypto::calibrate_argon2(environment.clock, options.low_memory
                                                           ? crypto::MemoryUse::kLow
                                                           : crypto::MemoryUse::kNormal);
}

}  // namespace

store::StoreOptions store_options() {
    static const std::array<store::MigrationSet, 3> sets = {journal::journal_migrations(),
                                                            evidence::evidence_migrations(),
                                                            exchange::exchange_migrations()};
    store::StoreOptions options;
    options.migrations = sets;
    static constexpr std::array<std::string_view, 8> kCoreTables = {
        "case_author", "case_info", "case_key", "contact", "identity", "log", "segment", "setting"};
    options.core_tables = kCoreTables;
    return options;
}

const base::Environment& system_environment() {
    static const base::Environment system{base::posix_filesystem(), base::system_clock(),
                                          base::system_random()};
    return system;
}

Vault create_vault(const base::Environment& environment, const base::fs::path& dir,
                   const Passphrase& passphrase, const CreateOptions& options,
                   const store::StoreOptions& store_options) {
    format::check_card_name(options.name);
    evidence::check_case_draft(options.first_case);
    const crypto::SecretBytes secret = secret_of(passphrase);
    const store::NewSlot slot{secret, store::SlotKind::kPassphrase, "first"};
    store::Store store = store::Store::create(
        environment, dir, choose_cost(environment, options), slot, store_options,
        [&](store::Store& made) {
            store::Transaction write{made.catalog()};
            evidence::create_identity(write, options.name, environment.random);
            const evidence::Identity identity = evidence::load_identity(made.catalog());
            evidence::write_new_case(write, identity, options.first_case, environment);
            write.commit();
        });
    return Vault{make_state(std::move(store))};
}

std::unique_ptr<Vault::State> open_state(const base::Environment& environment,
                                         const base::fs::path& dir, const Passphrase& passphrase,
                                         Access access) {
    return open_with(environment, dir, secret_of(passphrase), access);
}

Vault open_vault(const base::Environment& environment, const base::fs::path& dir,
                 const Passphrase& passphrase, Access access) {
    return Vault{open_state(environment, dir, passphrase, access)};
}

struct UnlockKey::State {
    crypto::PassphraseKey key;
};

UnlockKey::UnlockKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
UnlockKey::UnlockKey(UnlockKey&&) noexcept = default;
UnlockKey& UnlockKey::operator=(UnlockKey&&) noexcept = default;
UnlockKey::~UnlockKey() = default;

UnlockKey unlock_vault(const base::Environment& environment, const base::fs::path& dir,
                       const Passphrase& passphrase) try {
    auto state = std::make_unique<UnlockKey::State>(
        UnlockKey::State{store::KeySlots::derive_key(environment, dir, secret_of(passphrase))});
    store::KeySlots::unlock(environment, dir, state->key);  // whether it fits
    return UnlockKey{std::move(state)};
} catch (const Error& error) {
    throw error.during("open vault " + base::quoted(dir.string()));
}

Vault open_vault(const base::Environment& environment, const base::fs::path& dir,
                 const UnlockKey& key, Access access) {
    return Vault{open_with(environment, dir, key.state().key, access)};
}

Vault open_vault(const base::Environment& environment, const base::fs::path& dir,
                 const crypto::VaultKey& vault_key, Access access) {
    return Vault{open_with(environment, dir, vault_key, access)};
}

Vault Vault::create(const std::filesystem::path& dir, const Passphrase& passphrase,
                    const CreateOptions& options) {
    return create_vault(system_environment(), dir, passphrase, options, store_options());
}

Vault Vault::open(const std::filesystem::path& dir, const Passphrase& passphrase, Access access) {
    return open_vault(system_environment(), dir, passphrase, access);
}

UnlockKey Vault::unlock(const std::filesystem::path& dir, const Passphrase& passphrase) {
    return unlock_vault(system_environment(), dir, passphrase);
}

Vault Vault::open(const std::filesystem::path& dir, const UnlockKey& key, Access access) {
    return open_vault(system_environment(), dir, key, access);
}

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;

const std::vector<Finding>& Vault::opening_findings() const noexcept {
    return state_->opening_findings;
}

}  // namespace kua
