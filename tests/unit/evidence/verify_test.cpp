#include "vault/evidence/verify.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/findings.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/items.h"
#include "vault/evidence/projection.h"
#include "vault/journal/ids.h"
#include "vault/store/object_table.h"

namespace kua::evidence {
namespace {

using testing::Codes;
using testing::codes_of;
using testing::has_finding;
using testing::TestVault;

// Some items, one of them large enough for several pieces, and an export.
struct FullVault : TestVault {
    FullVault() {
        small = add("a.txt", "small");
        large = add("b.mp4", std::string(2'500'000, 'b'));
        add("c.txt", "third");
        export_to("/out", {small});
    }
    std::string small;
    std::string large;
};

TEST_CASE("a vault that nobody touched has no finding at either depth", "[threads][evidence]") {
    FullVault vault;
    const VerificationReport full = vault.verify();
    CHECK(full.ok());
    CHECK(full.items_checked == 3);
    CHECK(full.objects_checked == 3);
    CHECK(full.entries_checked == 5);
    CHECK(full.bundles_checked == 5);
    CHECK(vault.verify(VerifyDepth::kSealed).ok());
}

TEST_CASE("a missing object is named by its item", "[threads][evidence]") {
    FullVault vault;
    vault.write(
        "DELETE FROM extent WHERE sealed_digest ="
        " (SELECT sealed_digest FROM item WHERE item = ?1)",
        vault.small);
    vault.write(
        "DELETE FROM object WHERE sealed_digest ="
        " (SELECT sealed_digest FROM item WHERE item = ?1)",
        vault.small);
    const VerificationReport report = vault.verify();
    CHECK(has_finding(report.findings, FindingCode::kMissing, vault.small));
    CHECK(report.objects_checked == 2);
}

TEST_CASE("an object that no entry names is said to be there and is kept", "[threads][evidence]") {
    FullVault vault;
    vault.write(
        "INSERT INTO object SELECT zeroblob(32), case_id, header, payload_bytes, 0"
        " FROM object LIMIT 1");
    const VerificationReport report = vault.verify();
    CHECK(has_finding(report.findings, FindingCode::kSurplus, "no entry names it; it is kept"));
    CHECK(vault.number("SELECT COUNT(*) FROM object") == 4);
}

TEST_CASE("pieces of two objects that changed places are found", "[threads][evidence][T12]") {
    FullVault vault;
    vault.write(
        "UPDATE extent SET first_piece = CASE first_piece WHEN 1 THEN"
        " (SELECT MAX(first_piece) FROM extent) ELSE 1 END"
        " WHERE first_piece IN (1, (SELECT MAX(first_piece) FROM extent))");
    const VerificationReport report = vault.verify();
    CHECK(has_finding(report.findings, FindingCode::kDamaged, vault.small));
    CHECK(report.findings.size() >= 2);
    const VerificationReport sealed = vault.verify(VerifyDepth::kSealed);
    CHECK(has_finding(sealed.findings, FindingCode::kDamaged, vault.small));
}

TEST_CASE("a case whose keys are gone is missed", "[threads][evidence][T22]") {
    FullVault vault;
    CaseDraft draft;
    draft.title = "Second";
    const std::string second = vault->create_case(draft).id;
    vault.write("DELETE FROM case_key WHERE case_id = ?1", journal::blob_of(vault.case_id));
    const VerificationReport report = vault.verify();
    CHECK(
        has_finding(report.findings, FindingCode::kMissing, "case " + vault.case_id.substr(0, 8)));
}

TEST_CASE("a journal whose head is gone is missed", "[threads][evidence][T22]") {
    FullVault vault;
    vault.write("DELETE FROM log");
    const VerificationReport report = vault.verify();
    CHECK(has_finding(report.findings, FindingCode::kMissing, "its head is missing"));
}

TEST_CASE("a journal whose head was put back is a rollback, and nothing is appended to it",
          "[threads][evidence][T22]") {
    FullVault vault;
    vault.write("CREATE TABLE older AS SELECT * FROM log");
    vault.add("later.txt", "later");
    vault.write("DELETE FROM log");
    vault.write("INSERT INTO log SELECT * FROM older");
    vault.write("DROP TABLE older");
    const VerificationReport report = vault.verify();
    CHECK(has_finding(report.findings, FindingCode::kRollback, "its head ends with entry 5"));
    CHECK(testing::code_of([&] { return vault.add("x.txt", "x"); }) == ErrorCode::kDamaged);
    CHECK(vault.number("SELECT COUNT(*) FROM bundle") == 6);
}

TEST_CASE("single items are checked without the others, journal included", "[threads][evidence]") {
    FullVault vault;
    const auto verify = [&](const std::string& item) {
        VerifyRequest request;
        request.items = {item};
        return vault->verify(request, no_progress());
    };
    CHECK(verify("a.txt").objects_checked == 1);
    vault.write(
        "DELETE FROM object WHERE sealed_digest ="
        " (SELECT sealed_digest FROM item WHERE item = ?1)",
        vault.large);
    CHECK(verify("a.txt").ok());
    CHECK(codes_of(verify("b.mp4").findings) == Codes{FindingCode::kMissing});
}

TEST_CASE("items of other cases are no surplus of this one", "[threads][evidence]") {
    FullVault vault;
    CaseDraft draft;
    draft.title = "Second";
    vault->create_case(draft);
    vault->use_case("Second");
    vault.add("other.txt", "small");  // the same bytes as in the first case
    CHECK(vault->status().objects == 4);
    CHECK(vault.verify().ok());
    VerifyRequest request;
    request.case_name = "Second";
    const VerificationReport report = vault->verify(request, no_progress());
    CHECK(report.ok());
    CHECK(report.objects_checked == 1);
}

TEST_CASE("entries that add an item and don't say which bytes are named",
          "[threads][evidence][T13]") {
    FullVault vault;
    vault.with_store([&](store::Store& store) {
        const Identity identity = load_identity(store.catalog());
        const CaseKeys keys = load_case_keys(store.catalog(), vault.case_id);
        store::Transaction write{store.catalog()};
        const journal::Appended appended = journal::append(
            write, identity.author(), keys.channel(),
            {{"item.added", {{"item", "i-000000000001"}}},
             {"item.added",
              {{"item", "i-000000000002"}, {"digest", "x"}, {"object", "y"}, {"bytes", -1}}}},
            {}, store.environment());
        project(write, appended.entries, appended.seen);
        write.commit();
    });
    const VerificationReport report = vault.verify();
    CHECK(codes_of(report.findings) ==
          Codes{FindingCode::kFactMismatch, FindingCode::kFactMismatch});
    CHECK(vault->rebuild(no_progress()).same);
}

TEST_CASE("an item whose sealed bytes another one names is checked by either name", "[evidence]") {
    FullVault vault;
    const std::string second = "i-000000000000000z";
    vault.with_store([&](store::Store& store) {
        const Identity identity = load_identity(store.catalog());
        const CaseKeys keys = load_case_keys(store.catalog(), vault.case_id);
        const ItemSummary small = load_item(store.catalog(), vault.case_id, vault.small);
        store::SealedDigest digest;
        std::ranges::copy(journal::blob_of(small.sealed_digest), digest.bytes.begin());
        const auto object = store::find_object(store.catalog(), digest);
        store::Transaction write{store.catalog()};
        const journal::Appended appended = journal::append(
            write, identity.author(), keys.channel(),
            {{"item.added",
              {{"item", second},
               {"name", "the same"},
               {"kind", "text"},
               {"digest", small.digest},
               {"object", small.sealed_digest},
               {"bytes", small.bytes}}}},
            {{digest, object->header.size() + object->payload_bytes}}, store.environment());
        project(write, appended.entries, appended.seen);
        write.commit();
    });
    for (const std::string& item : {vault.small, second}) {
        VerifyRequest request;
        request.items = {item};
        CAPTURE(item);
        CHECK(vault->verify(request, no_progress()).objects_checked == 1);
    }
}

TEST_CASE("an item that was added under another one's id is named", "[threads][evidence][T13]") {
    FullVault vault;
    vault.with_store([&](store::Store& store) {
        const Identity identity = load_identity(store.catalog());
        const CaseKeys keys = load_case_keys(store.catalog(), vault.case_id);
        store::Transaction write{store.catalog()};
        const journal::Appended appended = journal::append(
            write, identity.author(), keys.channel(),
            {{"item.added", {{"item", vault.small}, {"name", "other"}}}}, {}, store.environment());
        project(write, std::span{appended.entries}.first(1), appended.seen);
        write.commit();
    });
    const VerificationReport report = vault.verify();
    CHECK(has_finding(report.findings, FindingCode::kFactMismatch,
                      "it adds an item under the id of another one"));
    CHECK(vault->show(vault.small, "").summary.name == "a.txt");
}

}  // namespace
}  // namespace kua::evidence
