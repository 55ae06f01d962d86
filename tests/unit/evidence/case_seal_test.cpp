#include "vault/evidence/case_seal.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/findings.h"
#include "tests/support/impatient.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/schema.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::passphrase_of;
using testing::TestVault;

const std::filesystem::path kKeyFile = "/stick/case.key";

CaseDraft small_case(bool classic = true) {
    CaseDraft draft;
    draft.title = "Canary title";
    draft.description = "Canary description";
    draft.reference_code = "Canary-17";
    draft.classic = classic;
    return draft;
}

// A vault with one case of some history, and an age identity that its key can be sealed to.
// Sealing to a passphrase takes a second of scrypt each time, so most tests don't.
struct SealWorld {
    explicit SealWorld(bool classic = true) : vault(testing::cheap_vault(small_case(classic))) {
        vault.files.add_directory("/stick");
        add_identity_file();
        first = vault.add("canary-name.jpg", "canary content",
                          {{"note", {"canary note"}}, {"captured", {"2017-11-23"}}});
        vault.add("canary-copy.jpg", "canary content");
        vault.add("canary-other.txt", "other");
        vault.export_to("/out", {first});
    }

    SealCaseReport seal() {
        SealCaseOptions options;
        options.secret_to = kKeyFile;
        options.recipient = recipient;
        return vault->seal_case("", options);
    }
    UnsealCaseReport unseal(const std::filesystem::path& from = kKeyFile) {
        UnsealOptions options;
        options.secret_from = from;
        options.identity_file = "/stick/identity";
        return vault->unseal_case(options);
    }
    ProjectionDigest projection() {
        return vault.with_store(
            [&](store::Store& store) { return digest_projection(store.catalog(), vault.case_id); });
    }

    void add_identity_file() {
        const auto identity =
            format::AgeIdentity::generate(format::AgeKeyKind::kX25519, vault.random);
        recipient = identity.recipient().text();
        const crypto::SecretBytes text = identity.reveal();
        vault.files.add_file("/stick/identity", text.expose());
    }

    TestVault vault;
    std::string recipient;
    std::string first;
};

TEST_CASE("a case that is sealed and unsealed shows what it showed before", "[evidence]") {
    SealWorld world{GENERATE(true, false)};
    const ProjectionDigest before = world.projection();
    const SealCaseReport report = world.seal();
    CHECK(report.items == 2);
    CHECK(world.vault->find_case(world.vault.case_id).sealed);
    const UnsealCaseReport open = world.unseal();
    CHECK_FALSE(open.now.sealed);
    CHECK(open.now.items == 2);
    CHECK(open.findings.empty());
    CHECK(world.projection() == before);
    CHECK(world.vault.verify().ok());
}

TEST_CASE("what came in while the case was sealed is there after unsealing", "[evidence]") {
    SealWorld world;
    world.seal();
    world.vault.files.add_file("/card/late.jpg", base::bytes_of("late"));
    world.vault.files.add_file("/card/again.jpg", base::bytes_of("canary content"));
    const AddReport report = world.vault->add(
        TestVault::request_of({"/card/late.jpg", "/card/again.jpg"}), no_progress());
    CHECK(report.sealed_case);
    CHECK(report.added.size() == 2);  // what is there already can't be known
    CHECK(world.vault.verify().ok());
    world.unseal();
    CHECK(world.vault->list({}).size() == 4);
    CHECK(world.vault.verify().ok());
    CHECK(world.vault->rebuild(no_progress()).same);
}

TEST_CASE("everything that reads a sealed case is refused", "[evidence]") {
    SealWorld world;
    world.seal();
    Vault& vault = *world.vault.operator->();
    CHECK(code_of([&] { return vault.list({}); }) == ErrorCode::kRefused);
    ListRequest all;
    all.all_cases = true;
    CHECK(code_of([&] { return vault.list(all); }) == ErrorCode::kRefused);
    CHECK(vault.sealed_cases() == std::vector<std::string>{world.vault.case_id});
    CHECK(vault.rebuild(no_progress()).sealed_cases == 1);
    CHECK(code_of([&] { return vault.show(world.first, ""); }) == ErrorCode::kRefused);
    CHECK(code_of([&] { return vault.log({}); }) == ErrorCode::kRefused);
    CHECK(code_of([&] { return world.vault.export_to("/out", {}); }) == ErrorCode::kRefused);
    CHECK(code_of([&] { return vault.reveal_keys(world.vault.case_id); }) == ErrorCode::kRefused);
    CHECK(code_of([&] {
              return vault.verify({.items = {world.first}, .case_name = {}}, no_progress());
          }) == ErrorCode::kRefused);
    CHECK(vault.find_case("").title.empty());
    CHECK(code_of([&] { return vault.find_case("Canary title"); }) == ErrorCode::kNotFound);
}

TEST_CASE("a sealed case leaves no row of its projection and no key", "[evidence]") {
    SealWorld world;
    world.seal();
    world.vault.with_store([&](store::Store& store) {
        for (const ProjectionTable& table : projection_tables()) {
            const std::string sql = "SELECT COUNT(*) FROM " + std::string{table.name};
            CHECK(store.catalog().query_integer(sql) == 0);
        }
        CHECK(store.catalog().query_integer(
                  "SELECT COUNT(*) FROM case_key WHERE identity IS NOT NULL") == 0);
    });
}

TEST_CASE("without room to remove what was sealed, that is said, and the vault still opens to add",
          "[evidence][T05]") {
    bool was_cut_off = false;
    for (std::uint64_t room = 0; room <= 1'200'000 && !was_cut_off; room += 20'000) {
        SealWorld world;
        world.vault.close();
        CAPTURE(room);
        world.vault.files.set_capacity_bytes(world.vault.files.used_bytes() + room);
        std::string said;
        try {
            world.seal();
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::kStorage);
            said = error.what();
        }
        world.vault.close();
        if (said.find("the case is sealed, and its key is in") == std::string::npos) {
            continue;  // nothing was sealed, or all of it done
        }
        was_cut_off = true;
        CHECK(world.vault->sealed_cases().size() == 1);  // no room yet
        CHECK(world.vault->opening_findings().size() == 1);
        world.vault.close();
        CHECK(world.vault.open(Access::kRead).opening_findings().size() == 1);
        world.vault.files.set_capacity_bytes(std::nullopt);
        CHECK(world.vault->opening_findings().empty());
        world.vault.close();
        CHECK(world.vault.number("SELECT COUNT(*) FROM setting WHERE name = 'vacuum_pending'") ==
              0);
        world.unseal();
        CHECK(world.vault->list({}).size() == 2);
    }
    CHECK(was_cut_off);
}

TEST_CASE("sealing that somebody stops seals nothing and leaves no file", "[evidence]") {
    SealWorld world;
    const ProjectionDigest before = world.projection();
    testing::Impatient progress{0};
    SealCaseOptions options;
    options.secret_to = kKeyFile;
    options.recipient = world.recipient;
    CHECK(code_of([&] { return world.vault->seal_case("", options, progress); }) ==
          ErrorCode::kInterrupted);
    CHECK_FALSE(world.vault.files.status(kKeyFile));
    CHECK(world.vault->sealed_cases().empty());
    CHECK(world.projection() == before);
    CHECK(world.seal().items == 2);
}

TEST_CASE("sealing changes nothing if the key can't be written away", "[evidence]") {
    SealWorld world;
    const ProjectionDigest before = world.projection();
    SECTION("a file is there") {
        world.vault.files.add_file(kKeyFile, base::bytes_of("somebody's"));
        CHECK(code_of([&] { return world.seal(); }) == ErrorCode::kExists);
        CHECK(world.vault.text(kKeyFile) == "somebody's");
    }
    SECTION("a link that leads nowhere is there") {
        world.vault.files.add_symlink(kKeyFile, "/nowhere");
        CHECK(code_of([&] { return world.seal(); }) == ErrorCode::kExists);
        CHECK_FALSE(world.vault.files.status("/nowhere"));
    }
    SECTION("the stick is full") {
        world.vault.files.set_capacity_bytes(world.vault.files.used_bytes() + 10);
        CHECK(code_of([&] { return world.seal(); }) == ErrorCode::kStorage);
        world.vault.files.set_capacity_bytes(std::nullopt);
        CHECK_FALSE(world.vault.files.status(kKeyFile));
    }
    CHECK_FALSE(world.vault->find_case("").sealed);
    CHECK(world.projection() == before);
}

TEST_CASE("only the key of a sealed case opens it", "[evidence]") {
    SealWorld world;
    CaseDraft other = small_case();
    other.title = "Other";
    other.reference_code.reset();
    world.vault->create_case(other);
    world.vault->use_case(world.vault.case_id);
    world.seal();
    SECTION("a flipped bit") {
        world.vault.files.flip_bit(kKeyFile, 8 * 200);  // behind the header
        CHECK(code_of([&] { return world.unseal(); }) == ErrorCode::kFileDamaged);
    }
    SECTION("another identity") {
        world.add_identity_file();
        CHECK(code_of([&] { return world.unseal(); }) == ErrorCode::kWrongKey);
    }
    SECTION("the key of a case that isn't in this vault") {
        SealWorld elsewhere;
        elsewhere.vault.random.next();
        elsewhere.recipient = world.recipient;
        elsewhere.seal();
        world.vault.files.add_file("/stick/foreign.key", elsewhere.vault.files.content(kKeyFile));
        // Both worlds begin from one seed, so only their ids and keys may be alike by accident.
        if (elsewhere.vault.case_id != world.vault.case_id) {
            CHECK(code_of([&] { return world.unseal("/stick/foreign.key"); }) ==
                  ErrorCode::kNotFound);
        }
    }
    SECTION("something else") {
        world.vault.files.add_file("/stick/x", base::bytes_of("no key at all"));
        CHECK(code_of([&] { return world.unseal("/stick/x"); }) == ErrorCode::kFailed);
        CHECK(code_of([&] { return world.unseal("/stick/identity"); }) == ErrorCode::kFailed);
        CHECK(code_of([&] { return world.unseal("/stick/none"); }) == ErrorCode::kNoFile);
    }
    CHECK(world.vault->find_case(world.vault.case_id).sealed);
}

TEST_CASE("sealing twice and opening what is open are refused", "[evidence]") {
    SealWorld world;
    world.seal();
    const base::Bytes key = world.vault.files.content(kKeyFile);
    CHECK(code_of([&] { return world.seal(); }) == ErrorCode::kRefused);
    CHECK(world.vault.files.content(kKeyFile) == key);
    world.unseal();
    CHECK(code_of([&] { return world.unseal(); }) == ErrorCode::kRefused);
}

TEST_CASE("a case key sealed to a passphrase opens with it and with no other", "[evidence]") {
    SealWorld world;
    SealCaseOptions options;
    options.secret_to = kKeyFile;
    options.secret_passphrase = passphrase_of("on paper");
    CHECK(world.vault->seal_case("", options).tried_by_opening);
    UnsealOptions unseal;
    unseal.secret_from = kKeyFile;
    unseal.secret_passphrase = passphrase_of("in a book");
    CHECK(code_of([&] { return world.vault->unseal_case(unseal); }) == ErrorCode::kWrongKey);
    unseal.secret_passphrase = passphrase_of("on paper");
    CHECK_FALSE(world.vault->unseal_case(unseal).now.sealed);
}

TEST_CASE("a case with a damaged bundle opens as far as it can be read, and that is said",
          "[evidence]") {
    SealWorld world;
    world.seal();
    world.vault.write("UPDATE bundle SET sealed = zeroblob(length(sealed)) WHERE first = 4");
    const UnsealCaseReport open = world.unseal();
    CHECK(open.now.items == 1);
    CHECK(testing::has_finding(open.findings, FindingCode::kDamaged, "bundle from entry 4"));
    const VerificationReport report = world.vault.verify();
    CHECK(testing::has_finding(report.findings, FindingCode::kDamaged, "bundle from entry 4"));
    CHECK(testing::has_finding(report.findings, FindingCode::kFactMismatch, "more or less"));
}

}  // namespace
}  // namespace kua::evidence
