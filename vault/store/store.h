// An open vault directory, below the meaning of what it holds: header, catalog, objects, lock.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "kua/access.h"
#include "kua/finding.h"
#include "vault/store/catalog.h"
#include "vault/store/key_slots.h"
#include "vault/store/objects.h"

namespace kua::store {

struct StoreOptions {
    // Schemas of the layers above, after store_migrations(). What they refer to must live as long
    // as the process.
    std::span<const MigrationSet> migrations = {};
    std::uint64_t segment_limit_bytes = kSegmentLimitBytes;
    // Tables of the catalog that are kept twice in full (core_pages.h); the rest of them in part.
    std::span<const std::string_view> core_tables = {};
};

class Store {
public:
    // Makes a vault in `dir`, which is made if missing (its parent must exist) and may else hold
    // nothing but the rest of an interrupted create(), which is removed. `fill` writes what the
    // vault holds from its first moment. The header gets its name last, so what a crash leaves is
    // never taken for a vault; an Error removes what was made. kExists if there is a vault or
    // anything else in `dir`, which then stays as it is.
    static Store create(const base::Environment& environment, const fs::path& dir,
                        const crypto::Argon2Cost& cost, const NewSlot& first,
                        const StoreOptions& options,
                        const std::function<void(Store&)>& fill = nullptr);

    // kNotVault, kNewerFormat, kWrongKey, kDamaged; for writing also kBusy. Readers take no lock.
    // An older schema is migrated, also for a reader if nobody writes.
    static Store open(const base::Environment& environment, const fs::path& dir,
                      const crypto::SecretBytes& passphrase, Access access,
                      const StoreOptions& options);
    static Store open(const base::Environment& environment, const fs::path& dir,
                      const crypto::PassphraseKey& passphrase_key, Access access,
                      const StoreOptions& options);
    static Store open(const base::Environment& environment, const fs::path& dir,
                      const crypto::VaultKey& vault_key, Access access,
                      const StoreOptions& options);

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    Access access() const noexcept;
    const fs::path& dir() const noexcept;
    const base::Environment& environment() const noexcept;

    KeySlots& key_slots() noexcept;
    // The connection of the thread that owns the store.
    Connection& catalog() noexcept;
    // One more connection for reading, for another thread.
    Connection connect_catalog() const;
    // The same without the second copies of damaged pages: what verification looks at.
    Connection connect_bare_catalog() const;
    // What is wrong with those copies.
    std::vector<Finding> check_core() const;
    // How many pages of the catalog were damaged at the opening and had a good copy: a reader reads
    // the copies, for a writer they were put in place of the pages.
    std::size_t core_copies_used() const noexcept;
    // Before something is removed from the catalog for good. The copies come back with the end of
    // the store.
    void remove_core();
    ObjectStore& objects() noexcept;
    // What opening for writing swept away.
    const SweepReport& sweep_report() const noexcept;

private:
    struct State;
    explicit Store(std::unique_ptr<State> state) noexcept;
    static Store open_unlocked(const base::Environment& environment, const fs::path& dir,
                               KeySlots slots, std::unique_ptr<WriterLock> lock, Access access,
                               const StoreOptions& options);

    std::unique_ptr<State> state_;
};

}  // namespace kua::store
