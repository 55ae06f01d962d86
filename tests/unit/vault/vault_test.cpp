#include "kua/vault.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/findings.h"
#include "tests/support/test_vault.h"

namespace kua {
namespace {

using testing::cheap_vault;
using testing::code_of;
using testing::message_of;
using testing::passphrase_of;
using testing::TestVault;

CaseDraft draft_of(const std::string& title, const std::string& reference = {}) {
    CaseDraft draft;
    draft.title = title;
    draft.classic = true;
    if (!reference.empty()) {
        draft.reference_code = reference;
    }
    return draft;
}

bool opens_with(TestVault& vault, const std::string& typed) {
    vault.close();
    const Passphrase passphrase = passphrase_of(typed);
    return !code_of(
        [&] { return open_vault(vault.environment, vault.dir, passphrase, Access::kRead); });
}

TEST_CASE("a new vault has an identity, a first case and nothing else", "[vault]") {
    TestVault vault;
    const StatusReport status = vault->status();
    CHECK(status.identity.name == "Rosa");
    CHECK(status.identity.fingerprint.size() == 64);
    REQUIRE(status.cases.size() == 1);
    CHECK(status.cases[0].title == "First case");
    CHECK(status.cases[0].current);
    CHECK(status.cases[0].entries == 1);
    CHECK(status.objects == 0);
    CHECK(status.findings.empty());
    CHECK(vault->opening_findings().empty());
    CHECK(vault.verify().ok());
}

TEST_CASE("a draft that can't be a vault leaves no vault", "[vault]") {
    TestVault place;  // for its environment
    const auto create = [&](CreateOptions options) {
        return code_of([&] {
            return create_vault(place.environment, "/other", place.passphrase, options,
                                store_options());
        });
    };
    CreateOptions options = cheap_vault();
    SECTION("no name") {
        options.name.clear();
    }
    SECTION("a name with a line feed") {
        options.name = "Rosa\nsign: x";
    }
    SECTION("a name that is too long") {
        options.name = std::string(101, 'r');
    }
    SECTION("no title") {
        options.first_case.title.clear();
    }
    SECTION("a title that is no text") {
        options.first_case.title = "\xff";
    }
    SECTION("a language that is none") {
        options.first_case.languages = {"kazakh language"};
    }
    SECTION("a cost beyond the caps") {
        options.kdf_memory_bytes = std::uint64_t{4} << 30;
    }
    CHECK(create(options) == ErrorCode::kUsage);
    CHECK_FALSE(place.files.status("/other"));
}

TEST_CASE("only the passphrase opens a vault", "[vault]") {
    TestVault vault;
    CHECK(opens_with(vault, "correct horse"));
    for (const char* wrong : {"correct hors", "correct horse ", "Correct horse", "x"}) {
        CHECK_FALSE(opens_with(vault, wrong));
    }
    CHECK(code_of([&] {
              return open_vault(vault.environment, vault.dir, passphrase_of("x"), Access::kRead);
          }) == ErrorCode::kWrongKey);
    CHECK(code_of([&] {
              return open_vault(vault.environment, "/nowhere", passphrase_of("x"), Access::kRead);
          }) == ErrorCode::kNotVault);
}

TEST_CASE("an unlock key opens its vault as long as its passphrase does", "[vault]") {
    TestVault vault;
    vault->add_passphrase(passphrase_of("in the safe"), "safe");
    vault.close();
    const auto key_of = [&](const std::string& typed) {
        return unlock_vault(vault.environment, vault.dir, passphrase_of(typed));
    };
    const UnlockKey key = key_of("in the safe");
    const auto open = [&](Access access) {
        return open_vault(vault.environment, vault.dir, key, access);
    };
    CHECK(open(Access::kRead).passphrases()[1].current);
    CHECK(code_of([&] { return key_of("x"); }) == ErrorCode::kWrongKey);
    {
        Vault changed = open(Access::kWrite);
        changed.change_passphrase(passphrase_of("another safe"));
    }
    CHECK(code_of([&] { return open(Access::kRead); }) == ErrorCode::kWrongKey);
    const UnlockKey fresh = key_of("another safe");
    open_vault(vault.environment, vault.dir, fresh, Access::kWrite).remove_passphrase(2);
    CHECK(code_of([&] { return open_vault(vault.environment, vault.dir, fresh, Access::kRead); }) ==
          ErrorCode::kWrongKey);
    TestVault other;
    CHECK(code_of([&] { return open_vault(other.environment, other.dir, fresh, Access::kRead); }) ==
          ErrorCode::kWrongKey);
}

TEST_CASE("passphrases are added, changed and removed, and one always stays", "[vault]") {
    TestVault vault;
    CHECK(vault->add_passphrase(passphrase_of("in the safe"), "Mara's safe") == 2);
    REQUIRE(vault->passphrases().size() == 2);
    CHECK(vault->passphrases()[1].label == "Mara's safe");
    CHECK(vault->passphrases()[0].current);
    CHECK(opens_with(vault, "in the safe"));
    CHECK(opens_with(vault, "correct horse"));
    vault->change_passphrase(passphrase_of("fresh horse"));
    CHECK_FALSE(opens_with(vault, "correct horse"));
    CHECK(opens_with(vault, "fresh horse"));
    CHECK(opens_with(vault, "in the safe"));
    Vault open =
        open_vault(vault.environment, vault.dir, passphrase_of("in the safe"), Access::kWrite);
    open.remove_passphrase(1);
    CHECK(code_of([&] { return open.remove_passphrase(2), 0; }) == ErrorCode::kRefused);
    CHECK(code_of([&] { return open.remove_passphrase(0), 0; }) == ErrorCode::kNotFound);
    CHECK(code_of([&] { return open.remove_passphrase(9), 0; }) == ErrorCode::kNotFound);
    CHECK(code_of([&] { return open.remove_passphrase(5), 0; }) == ErrorCode::kNotFound);
    CHECK(open.passphrases().size() == 1);
}

TEST_CASE("a case is found by its id, its front, its title and its reference code", "[vault]") {
    TestVault vault{cheap_vault(draft_of("First"))};
    const CaseSummary second = vault->create_case(draft_of("Second", "KT-17"));
    for (const std::string& name : {second.id, second.id.substr(0, 8), second.id.substr(0, 4),
                                    std::string{"Second"}, std::string{"KT-17"}}) {
        CAPTURE(name);
        CHECK(vault->find_case(name).id == second.id);
    }
    for (const std::string& name : {std::string{"Third"}, std::string{"second"},
                                    second.id.substr(0, 3), std::string(32, '0')}) {
        CAPTURE(name);
        CHECK(code_of([&] { return vault->find_case(name); }) == ErrorCode::kNotFound);
    }
}

TEST_CASE("which case is meant is never guessed", "[vault]") {
    TestVault vault{cheap_vault(draft_of("Same"))};
    CHECK(vault->find_case("").id == vault.case_id);
    for (const CaseDraft& again : {draft_of("Same"), draft_of("Other", "Same")}) {
        CHECK(code_of([&] { return vault->create_case(again); }) == ErrorCode::kExists);
    }
    const CaseSummary other = vault->create_case(draft_of("Other"));
    CHECK(code_of([&] { return vault->find_case(""); }) == ErrorCode::kNotFound);
    vault.write("UPDATE case_info SET title = 'Same'");  // as somebody else may call theirs
    CHECK(message_of([&] { return vault->find_case("Same"); }).find("fits several cases") !=
          std::string::npos);
    vault->use_case(other.id);
    CHECK(vault->find_case("").id == other.id);
    vault.close();
    CHECK(vault->find_case("").id == other.id);
}

TEST_CASE("cases keep their items apart, and all of them can be listed", "[vault]") {
    TestVault vault{cheap_vault(draft_of("First"))};
    vault->create_case(draft_of("Second"));
    vault->use_case("First");
    vault.add("a.jpg", "a");
    vault->use_case("Second");
    vault.add("b.jpg", "b");
    CHECK(vault->list({}).size() == 1);
    ListRequest all;
    all.all_cases = true;
    CHECK(vault->list(all).size() == 2);
    ListRequest first;
    first.case_name = "First";
    CHECK(vault->list(first).at(0).name == "a.jpg");
    CHECK(code_of([&] { return vault->show("a.jpg", "Second"); }) == ErrorCode::kNotFound);
    const StatusReport status = vault->status();
    CHECK(status.objects == 2);
    CHECK(status.without_date == 2);
    CHECK(status.without_source == 2);
}

TEST_CASE("a damaged copy of the header is said, used around and mended when asked", "[vault]") {
    TestVault vault;
    vault.close();
    vault.files.flip_bit("/vault/kua.vault", 8 * 200);
    CHECK(testing::codes_of(vault->opening_findings()) == testing::Codes{FindingCode::kDamaged});
    CHECK(testing::has_finding(vault.verify().findings, FindingCode::kDamaged, "header copy 1"));
    CHECK(vault->repair_header() == std::vector<std::string>{"header copy 1"});
    vault.close();
    CHECK(vault->opening_findings().empty());
    CHECK(vault.verify().ok());
}

TEST_CASE("a vault opened for reading changes nothing", "[vault]") {
    TestVault vault;
    vault.add("a.jpg", "a");
    vault.close();
    const base::Bytes catalog = vault.files.content("/vault/catalog.db");
    {
        Vault open = vault.open(Access::kRead);
        open.list({});
        open.show("a.jpg", "");
        open.log({});
        open.status();
        open.verify({}, no_progress());
        CHECK(code_of([&] { return open.create_case(draft_of("x")); }).has_value());
    }
    CHECK(vault.files.content("/vault/catalog.db") == catalog);
}

TEST_CASE("a segment whose file is gone shows at a glance", "[vault]") {
    TestVault vault;
    vault.add("a.jpg", "a");
    vault.close();
    vault.files.remove_file("/vault/objects/000001.db");
    CHECK(testing::has_finding(vault->status().findings, FindingCode::kMissing, "segment 1"));
    const std::vector<Finding> findings = vault.verify().findings;
    CHECK(testing::has_finding(findings, FindingCode::kMissing, "i-"));
    CHECK(testing::has_finding(findings, FindingCode::kMissing, "segment 1"));
    CHECK(findings.size() == 2);
}

TEST_CASE("an emptied segment costs the items that lay there, and keeps nobody from going on",
          "[vault]") {
    TestVault vault;
    const std::string lost = vault.add("a.jpg", "a");
    vault.close();
    vault.files.add_file("/vault/objects/000001.db", {});
    const std::string kept = vault.add("b.jpg", "b");  // in another segment
    vault.close();
    CHECK(testing::has_finding(vault->status().findings, FindingCode::kDamaged, "segment 1"));
    for (const VerifyDepth depth : {VerifyDepth::kSealed, VerifyDepth::kFull}) {
        const std::vector<Finding> findings = vault.verify(depth).findings;
        CHECK(testing::has_finding(findings, FindingCode::kDamaged, lost));
        CHECK(testing::has_finding(findings, FindingCode::kDamaged, "segment 1"));
        CHECK(findings.size() == 2);
    }
    const ExportReport report = vault.export_to("/out", {});
    REQUIRE(report.exported.size() == 1);
    CHECK(report.exported[0].id == kept);
    REQUIRE(report.failed.size() == 1);
    CHECK(lost.starts_with(report.failed[0].path));
}

}  // namespace
}  // namespace kua
