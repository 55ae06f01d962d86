// The catalog and the segments in SQLCipher's own shell, as docs/rescue.md uses it.
#include <filesystem>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/run_program.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/store/test_store.h"
#include "vault/base/hex.h"

namespace kua::store {
namespace {

// bootstrap builds the shell next to the library, since Debian's is too old.
const std::filesystem::path kShell = std::filesystem::path{KUA_DEPS} / "bin" / "sqlcipher";

struct ShellWorld {
    ShellWorld() {
        if (!std::filesystem::exists(kShell)) {
            SKIP("SKIPPED interoperation with sqlcipher: not built by scripts/bootstrap");
        }
    }
    testing::ProgramResult run(const fs::path& database, RawKey key, const std::string& sql) {
        const std::string script =
            "PRAGMA key = \"x'" + base::encode_hex(key) + "'\";\n" + sql + "\n";
        return testing::run_program({kShell.string(), "-batch", database.string()}, script);
    }

    testing::TempDir temporary;
    testing::FakeClock clock;
    testing::SeededRandom random{3};
    base::Environment environment{base::posix_filesystem(), clock, random};
    fs::path dir = temporary / "vault";
    crypto::SecretBytes passphrase = testing::secret("interop");
    Store store = Store::create(environment, dir, testing::kCheapCost, {.passphrase = passphrase},
                                {.segment_limit_bytes = kSegmentLimitBytes});
    crypto::CatalogKey catalog_key = crypto::derive_catalog_key(store.key_slots().vault_key());
};

TEST_CASE("the shell of SQLCipher reads the catalog with the raw key alone", "[interop]") {
    ShellWorld world;
    const SealedDigest digest = testing::add_object(world.store, world.random.bytes(5000));
    const auto result = world.run(world.dir / kCatalogName, world.catalog_key.expose(),
                                  "SELECT lower(hex(sealed_digest)), payload_bytes FROM object;\n"
                                  "PRAGMA cipher_integrity_check;\nPRAGMA integrity_check;");
    CAPTURE(result.output);
    CHECK(result.exit_status == 0);
    CHECK(result.output.find(base::encode_hex(digest.bytes) + "|5000\nok\n") != std::string::npos);
}

TEST_CASE("the shell of SQLCipher reads pieces with the key and two settings", "[interop]") {
    ShellWorld world;
    const base::Bytes payload = world.random.bytes(200'000);
    testing::add_object(world.store, payload, 150'000);
    const auto key = crypto::derive_segment_key(world.store.key_slots().vault_key(), 1);
    const std::string settings =
        "PRAGMA cipher_page_size = 65536;\nPRAGMA cipher_hmac_algorithm = HMAC_SHA256;\n";
    const auto result = world.run(world.dir / "objects" / "000001.db", key.expose(),
                                  settings + "SELECT lower(hex(data)) FROM piece ORDER BY id;");
    const base::ByteView all{payload};
    CHECK(result.output.find(base::encode_hex(all.first(150'000)) + "\n" +
                             base::encode_hex(all.subspan(150'000)) + "\n") != std::string::npos);
}

TEST_CASE("the shell of SQLCipher gets nothing with another key", "[interop]") {
    ShellWorld world;
    std::array<std::byte, 32> wrong{};
    const auto result = world.run(world.dir / kCatalogName, wrong, "SELECT count(*) FROM object;");
    CHECK(result.output.find("file is not a database") != std::string::npos);
}

TEST_CASE("the shell of SQLCipher and kua keep out of each other's writes", "[interop]") {
    ShellWorld world;
    const std::string write = "BEGIN IMMEDIATE;\nINSERT INTO segment VALUES(9, 1, 0, 0);\nCOMMIT;";
    {
        Transaction held{world.store.catalog()};
        const auto refused = world.run(world.dir / kCatalogName, world.catalog_key.expose(), write);
        CHECK(refused.output.find("database is locked") != std::string::npos);
    }
    world.run(world.dir / kCatalogName, world.catalog_key.expose(), write);
    CHECK(world.store.catalog().query_integer("SELECT count(*) FROM segment") == 1);
}

}  // namespace
}  // namespace kua::store
