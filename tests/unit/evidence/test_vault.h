// A whole vault in memory, for tests of what happens to evidence: cheap to open, and every file of
// it may be looked into.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "tests/support/test_vault.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/evidence/schema.h"
#include "vault/journal/ids.h"
#include "vault/vault_state.h"

namespace kua::testing {

struct VaultWorld {
    explicit VaultWorld(std::uint64_t seed = 11) : random(seed) {}

    Vault create(const CaseDraft& first_case = {}, const store::StoreOptions& options = {}) {
        store::StoreOptions with_tables = options;
        with_tables.migrations = store_options().migrations;
        CreateOptions create_options;
        create_options.name = "Rosa";
        create_options.first_case = first_case;
        create_options.kdf_memory_bytes = 8 * 1024;
        create_options.kdf_passes = 1;
        return create_vault(environment, dir, passphrase_of("correct horse"), create_options,
                            with_tables);
    }
    Vault open(Access access) {
        return open_vault(environment, dir, passphrase_of("correct horse"), access);
    }
    Vault open_with_key(base::FileSystem& on, const crypto::VaultKey& key, Access access) {
        environments.push_back(
            std::make_unique<base::Environment>(base::Environment{on, clock, random}));
        return open_vault(*environments.back(), dir, key, access);
    }
    store::Store open_store(Access access) {
        return store::Store::open(environment, dir,
                                  crypto::SecretBytes::copy_of(base::bytes_of("correct horse")),
                                  access, store_options());
    }
    crypto::VaultKey vault_key() {
        store::Store store = open_store(Access::kRead);
        return crypto::VaultKey::copy_of(store.key_slots().vault_key().expose());
    }

    // Every row that shows `case_id`: "table|column|column...", in a fixed order.
    std::vector<std::string> projection_rows(const std::string& case_id) {
        store::Store store = open_store(Access::kRead);
        std::vector<std::string> all;
        for (const evidence::ProjectionTable& table : evidence::projection_tables()) {
            store::Rows rows = store.catalog().query(table.dump_sql, journal::blob_of(case_id));
            while (rows.next()) {
                std::string row{table.name};
                for (int column = 0; column < table.columns; ++column) {
                    row += '|';
                    row += rows.is_null(column) ? std::string_view{"-"} : rows.text(column);
                }
                all.push_back(std::move(row));
            }
        }
        return all;
    }

    MemoryFileSystem files;
    FakeClock clock;
    SeededRandom random;
    base::Environment environment{files, clock, random};
    std::vector<std::unique_ptr<base::Environment>> environments;  // of other file systems
    base::fs::path dir = "/vault";
};

}  // namespace kua::testing
