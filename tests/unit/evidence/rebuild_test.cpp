#include "vault/evidence/rebuild.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/findings.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/schema.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using testing::has_finding;
using testing::TestVault;

// A vault in which every table of the projection has rows of every sort.
struct RichVault : TestVault {
    RichVault() {
        add("clip.mp4", "frames", {{"source", {"P-12"}}, {"note", {"near the fountain"}}});
        add("copy.mp4", "frames");
        add("photo.jpg", "pixels",
            {{"captured", {"2017-11-23?"}}, {"language", {"kk", "ru"}}, {"accuracy_m", {"30"}}});
        add("empty.txt", "");
        export_to("/out", {});
        (*this)->give_consent(
            {"P-12", "", {}, {{"level", {"2"}}, {"how_informed", {"message"}}}, ""});
        (*this)->describe({"photo.jpg", "", {{"place", {"Ken square"}}}, "as told"});
        CaseDraft draft;
        draft.title = "Second";
        draft.description = "with a text";
        draft.questions = {"who"};
        draft.classic = true;
        (*this)->create_case(draft);
        (*this)->use_case("Second");
        add("other.jpg", "other");
        (*this)->use_case(case_id);
    }

    // All rows of all tables of the projection, column by column.
    std::vector<std::string> rows() {
        return with_store([](store::Store& store) {
            std::vector<std::string> all;
            store::Rows cases = store.catalog().query("SELECT DISTINCT case_id FROM case_key");
            std::vector<base::Bytes> ids;
            while (cases.next()) {
                ids.push_back(base::copy_of(cases.blob(0)));
            }
            for (const ProjectionTable& table : projection_tables()) {
                for (const base::Bytes& id : ids) {
                    append_rows(store.catalog(), table, id, all);
                }
            }
            return all;
        });
    }
    static void append_rows(store::Connection& catalog, const ProjectionTable& table,
                            const base::Bytes& case_id, std::vector<std::string>& all) {
        store::Rows rows = catalog.query(table.dump_sql, case_id);
        while (rows.next()) {
            std::string row{table.name};
            for (int column = 0; column < table.columns; ++column) {
                row += "|" + std::string{rows.text(column)};
            }
            all.push_back(std::move(row));
        }
    }
};

TEST_CASE("a projection that is made anew is the same, row for row", "[evidence]") {
    RichVault vault;
    const std::vector<std::string> before = vault.rows();
    const RebuildReport report = vault->rebuild(no_progress());
    CHECK(report.same);
    CHECK(report.findings.empty());
    CHECK(report.cases == 2);
    CHECK(report.rows == before.size());
    CHECK(vault.rows() == before);
    CHECK(before.size() == 54);
}

TEST_CASE("every table and column of the projection is part of the comparison", "[evidence]") {
    RichVault vault;
    vault.with_store([](store::Store& store) {
        std::size_t tables = 0;
        for (const ProjectionTable& table : projection_tables()) {
            // Passages are numbered as they come, for the index; the number tells nothing.
            const auto columns = store.catalog().query_integer(
                "SELECT COUNT(*) FROM pragma_table_info(?1) WHERE name <> 'number'", table.name);
            CHECK(columns == table.columns);
            ++tables;
        }
        // Those that hold what isn't in bundles: keys, settings, objects, journals, contacts,
        // versions.
        CHECK(store.catalog().query_integer(
                  "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN"
                  " ('object', 'extent', 'segment', 'erased', 'erasure', 'announced_erasure', "
                  "'log', 'bundle', "
                  "'identity', 'case_key',"
                  " 'case_author', 'log_root', 'seen_log', 'seen_ahead', 'own_ahead', "
                  "'bundle_object', 'contact', "
                  "'contact_event',"
                  " 'remote', 'remote_ref', 'chain_commit', 'invitation',"
                  " 'grant_out', 'grant_commit', 'carried_commit', 'receipt_due', "
                  "'other_inbox', 'grant_for_other', "
                  "'stopped_author', 'doubted_author', 'quarantine', "
                  "'setting', 'schema_version', 'case_to_show', 'search', 'search_word', "
                  "'search_data', 'search_idx', 'search_docsize', 'search_config', "
                  "'search_content')") == static_cast<std::int64_t>(tables));
    });
}

// One change to what the catalog shows, which nobody signed.
struct Contradiction {
    const char* what;
    std::string_view sql;
};

const std::vector<Contradiction> kContradictions = {
    {"the title of a case", "UPDATE case_info SET title = 'x' WHERE title = 'Second'"},
    {"its description", "UPDATE case_info SET description = '' WHERE title = 'Second'"},
    {"its reference code", "UPDATE case_info SET reference_code = 'x' WHERE title = 'Second'"},
    {"when it was made", "UPDATE case_info SET created = '1999' WHERE title = 'Second'"},
    {"its facts", "UPDATE case_info SET facts = '{}' WHERE title = 'Second'"},
    {"a case without its row", "DELETE FROM case_info WHERE title = 'Second'"},
    {"when an entry was written", "UPDATE entry SET time = '1999' WHERE seq = 3"},
    {"an entry's type", "UPDATE entry SET type = 'item.described' WHERE seq = 3"},
    {"an entry's item", "UPDATE entry SET item = 'i-000000000000' WHERE seq = 3"},
    {"an entry's place in the order", "UPDATE entry SET lamport = 1000 WHERE seq = 3"},
    {"an entry that isn't shown", "DELETE FROM entry WHERE seq = 3"},
    {"an entry that nobody wrote",
     "INSERT INTO entry SELECT case_id, 1000, author, 1000, time, type, item FROM entry"
     " WHERE seq = 3"},
    {"an entry's line", "UPDATE entry_text SET line = line || ' ' WHERE seq = 3"},
    {"an entry's disclosures", "UPDATE entry_text SET disclosures = '' WHERE seq = 3"},
    {"a disclosure too many",
     "UPDATE entry_text SET disclosures = disclosures || 'x' || char(10) WHERE seq = 3"},
    {"an entry without its text", "DELETE FROM entry_text WHERE seq = 3"},
    {"a text that nobody wrote",
     "INSERT INTO entry_text SELECT case_id, author, 1000, line, disclosures FROM entry_text"
     " WHERE seq = 3"},
    {"a member's role", "UPDATE member SET role = 'reader'"},
    {"a member that isn't shown", "DELETE FROM member WHERE roster = 1"},
    {"a member who was removed", "UPDATE member SET removed = 2, last_seq = 1"},
    {"an item's name", "UPDATE item SET name = 'x' WHERE name = 'clip.mp4'"},
    {"an item's kind", "UPDATE item SET kind = 'photo' WHERE name = 'clip.mp4'"},
    {"an item's media type", "UPDATE item SET media_type = 'x/y' WHERE name = 'clip.mp4'"},
    {"an item's digest", "UPDATE item SET digest = zeroblob(32) WHERE name = 'clip.mp4'"},
    {"an item's object", "UPDATE item SET sealed_digest = zeroblob(32) WHERE name = 'clip.mp4'"},
    {"an item's size", "UPDATE item SET bytes = bytes + 1 WHERE name = 'clip.mp4'"},
    {"an item's source", "UPDATE item SET source = 'P-99' WHERE name = 'clip.mp4'"},
    {"when an item was captured", "UPDATE item SET captured = '' WHERE name = 'clip.mp4'"},
    {"how that is known", "UPDATE item SET captured_basis = 'x' WHERE name = 'clip.mp4'"},
    {"when an item was added", "UPDATE item SET added = '1999' WHERE name = 'clip.mp4'"},
    {"an item's place in the order", "UPDATE item SET lamport = 1000 WHERE name = 'clip.mp4'"},
    {"who added an item", "UPDATE item SET author = zeroblob(32) WHERE name = 'clip.mp4'"},
    {"how often an item arrived", "UPDATE item SET arrivals = 1 WHERE name = 'clip.mp4'"},
    {"an item's id", "UPDATE item SET item = 'i-000000000000' WHERE name = 'clip.mp4'"},
    {"an item that isn't shown", "DELETE FROM item WHERE name = 'clip.mp4'"},
    {"an item that nobody added",
     "INSERT INTO item SELECT case_id, 'i-000000000000', lamport, author, added, name, kind,"
     " media_type, digest, sealed_digest, bytes, source, captured, captured_basis, arrivals"
     " FROM item WHERE name = 'clip.mp4'"},
    {"what a description changed",
     "UPDATE item_facts SET facts = replace(facts, 'Ken square', 'elsewhere')"},
    {"a source's facts", "UPDATE thing SET facts = '{}'"},
    {"a source's kind", "UPDATE thing SET kind = 'place'"},
    {"when a source was added", "UPDATE thing SET lamport = 1000"},
    {"who added a source", "UPDATE thing SET author = zeroblob(32)"},
    {"a source that isn't shown", "DELETE FROM thing"},
    {"a source that nobody added",
     "INSERT INTO thing SELECT case_id, 'P-99', kind, lamport, author, facts FROM thing"},
    {"what a source allows",
     "UPDATE consent SET facts = replace(facts, '\"level\":2', '\"level\":5')"},
    {"whose consent it is", "UPDATE consent SET source = 'P-99'"},
    {"whether it was taken back", "UPDATE consent SET type = 'consent.withdrawn'"},
    {"what its author had seen", "UPDATE consent SET seen = '{\"x\":1}'"},
    {"whether all of it is here", "UPDATE consent SET is_whole = 0"},
    {"consent in another place of the order", "UPDATE consent SET lamport = 1000"},
    {"consent that isn't shown", "DELETE FROM consent"},
    {"consent that nobody gave",
     "INSERT INTO consent SELECT case_id, source, lamport + 100, author, seq + 100, type, is_whole,"
     " seen, facts FROM consent"},
    {"an item's facts",
     "UPDATE item_facts SET facts = replace(facts, 'fountain', 'station')"
     " WHERE facts LIKE '%fountain%'"},
    {"an item without facts", "DELETE FROM item_facts WHERE facts LIKE '%fountain%'"},
    {"facts of no item",
     "INSERT INTO item_facts SELECT case_id, 'i-000000000000', facts FROM item_facts"
     " WHERE facts LIKE '%fountain%'"},
};

TEST_CASE("a catalog that shows something else than was signed is found, and mended when asked",
          "[evidence][T22]") {
    RichVault vault;
    const std::vector<std::string> before = vault.rows();
    vault.close();
    const testing::MemoryTree tree = vault.files.tree();
    for (const Contradiction& one : kContradictions) {
        CAPTURE(one.what);
        vault.files = testing::MemoryFileSystem{tree};
        vault.write(one.sql);
        REQUIRE(vault.rows() != before);
        const VerificationReport verified = vault.verify(VerifyDepth::kSealed);
        CHECK(has_finding(verified.findings, FindingCode::kFactMismatch, ""));
        for (const Finding& finding : verified.findings) {
            CHECK(finding.code == FindingCode::kFactMismatch);
        }
        const RebuildReport rebuilt = vault->rebuild(no_progress());
        CHECK_FALSE(rebuilt.same);
        CHECK(has_finding(rebuilt.findings, FindingCode::kFactMismatch, "case "));
        CHECK(vault.rows() == before);
        CHECK(vault.verify(VerifyDepth::kSealed).ok());
        vault.close();
    }
}

TEST_CASE("a journal that can't be read leaves what is shown as it is", "[evidence]") {
    RichVault vault;
    const std::vector<std::string> before = vault.rows();
    vault.write("UPDATE bundle SET sealed = zeroblob(length(sealed)) WHERE first = 2");
    const RebuildReport report = vault->rebuild(no_progress());
    CHECK_FALSE(report.findings.empty());
    CHECK_FALSE(report.same);
    CHECK(vault.rows() == before);
}

TEST_CASE("entries of unknown types and with withheld facts are kept and change nothing else",
          "[evidence]") {
    TestVault vault;
    const std::string item = vault.add("clip.mp4", "frames");
    vault.with_store([&](store::Store& store) {
        const Identity identity = load_identity(store.catalog());
        const CaseKeys keys = load_case_keys(store.catalog(), vault.case_id);
        store::Transaction write{store.catalog()};
        const journal::Appended appended =
            journal::append(write, identity.author(), keys.channel(),
                            {{"weather.observed", {{"sky", "clear"}}},
                             {"item.described", {{"item", item}, {"note", "later"}}},
                             {"custody.received", {{"item", "i-000000000000"}}},
                             {"custody.viewed", {}}},
                            {}, store.environment());
        project(write, appended.entries, appended.seen);
        write.commit();
    });
    CHECK(vault->log({}).size() == 6);
    CHECK(vault->show(item, "").history.size() == 2);
    CHECK(vault->list({}).size() == 1);
    CHECK(vault->rebuild(no_progress()).same);
    CHECK(vault.verify().ok());
}

}  // namespace
}  // namespace kua::evidence
