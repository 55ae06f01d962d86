#include "vault/evidence/intake/copy_check.h"

#include <cerrno>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/findings.h"
#include "tests/support/impatient.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::has_finding;
using testing::TestVault;

const std::string kCopyMiddle(300'000, 'm');   // read whole before it is sealed
const std::string kCopyLarge(1'500'000, 'x');  // read twice if its size is known
const std::string kFirstSegment = "/vault/objects/000001.db";

enum class Harm : std::uint8_t { kFlippedByte, kLostSegment, kLostRows };

// A vault that has one clip, whose stored copy is no longer whole.
struct HarmedVault : TestVault {
    explicit HarmedVault(const std::string& content, Harm harm = Harm::kFlippedByte) {
        item = add("clip.mp4", content);
        close();
        switch (harm) {
            case Harm::kFlippedByte:
                files.flip_bit(kFirstSegment, files.content(kFirstSegment).size() / 2 * 8);
                break;
            case Harm::kLostSegment:
                files.remove_file(kFirstSegment);
                break;
            case Harm::kLostRows:
                write("DELETE FROM extent");
                write("DELETE FROM object");
                break;
        }
    }
    AddReport add_again(AddRequest request = request_of({"/card/clip.mp4"})) {
        return (*this)->add(request, no_progress());
    }
    std::string item;
};

TEST_CASE("bytes whose only copy here isn't whole are stored anew, as another item",
          "[threads][evidence]") {
    const std::string content = GENERATE(std::string{"frames"}, kCopyMiddle, kCopyLarge);
    const Harm harm = GENERATE(Harm::kFlippedByte, Harm::kLostSegment, Harm::kLostRows);
    HarmedVault vault{content, harm};
    const AddReport report = vault.add_again();
    CHECK(report.known.empty());
    CHECK(report.failed.empty());
    REQUIRE(report.added.size() == 1);
    const std::string fresh = report.added[0].id;
    CHECK(fresh != vault.item);
    REQUIRE(report.added[0].damaged_copies.size() == 1);
    CHECK(report.added[0].damaged_copies[0].id == vault.item);
    CHECK(vault.item.starts_with(report.added[0].damaged_copies[0].short_id));
    CHECK(report.added[0].damaged_copies[0].code ==
          (harm == Harm::kLostRows ? FindingCode::kMissing : FindingCode::kDamaged));
    // The new one counts from now on, and only the old one is named.
    const AddReport third = vault.add_again();
    CHECK(third.added.empty());
    REQUIRE(third.known.size() == 1);
    CHECK(third.known[0].id == fresh);
    CHECK_FALSE(third.known[0].arrival_recorded);
    CHECK(vault.export_to("/out", {fresh}).exported.size() == 1);
    CHECK(vault.text("/out/clip.mp4") == content);
    const std::vector<Finding> findings = vault.verify().findings;
    CHECK((has_finding(findings, FindingCode::kDamaged, vault.item) ||
           has_finding(findings, FindingCode::kMissing, vault.item)));
    CHECK_FALSE(has_finding(findings, FindingCode::kDamaged, fresh));
    CHECK(vault->rebuild(no_progress()).same);
    CHECK(vault->list({}).size() == 2);
}

TEST_CASE("a whole copy is read, and nothing is stored or entered", "[threads][evidence]") {
    const std::string content = GENERATE(std::string{}, std::string{"frames"}, kCopyLarge);
    TestVault vault;
    const std::string item = vault.add("clip.mp4", content);
    const std::uint64_t entries = vault->status().cases.at(0).entries;
    const AddReport again = vault->add(TestVault::request_of({"/card/clip.mp4"}), no_progress());
    CHECK(again.added.empty());
    REQUIRE(again.known.size() == 1);
    CHECK(again.known[0].id == item);
    CHECK(vault->status().objects == 1);
    CHECK(vault->status().cases.at(0).entries == entries);
}

TEST_CASE("every copy here is tried, and each that isn't whole is named", "[threads][evidence]") {
    HarmedVault vault{kCopyMiddle, Harm::kLostSegment};
    const std::string second = vault.add_again().added.at(0).id;
    vault.close();
    vault.files.remove_file("/vault/objects/000002.db");
    const AddReport report = vault.add_again();
    REQUIRE(report.added.size() == 1);
    REQUIRE(report.added[0].damaged_copies.size() == 2);
    CHECK(report.added[0].damaged_copies[0].id == vault.item);
    CHECK(report.added[0].damaged_copies[1].id == second);
    CHECK(vault.export_to("/out", {report.added[0].id}).exported.size() == 1);
}

TEST_CASE("twins whose copy here isn't whole are stored once", "[threads][evidence]") {
    const std::string content = GENERATE(kCopyMiddle, kCopyLarge);
    HarmedVault vault{content};
    for (const char* name : {"a.mp4", "b.mp4", "c.mp4"}) {
        vault.files.add_file("/inbox/" + std::string{name}, base::bytes_of(content));
    }
    AddRequest request = TestVault::request_of({"/inbox"});
    request.threads = GENERATE(1U, 4U);
    request.commit_every = GENERATE(0U, 1U);
    const AddReport report = vault.add_again(request);
    REQUIRE(report.added.size() == 1);
    CHECK(report.added[0].path == "/inbox/a.mp4");
    CHECK(report.added[0].damaged_copies.size() == 1);
    REQUIRE(report.known.size() == 2);
    CHECK(report.known[0].id == report.added[0].id);
    CHECK(report.known[1].id == report.added[0].id);
    CHECK(vault->status().objects == 2);
    CHECK(vault->rebuild(no_progress()).same);
}

std::uint64_t segment_reads(TestVault& vault, const AddRequest& request, std::size_t known) {
    vault.close();
    testing::FaultFileSystem watched{vault.files};
    std::uint64_t reads = 0;
    watched.before_each_call([&reads](const testing::Call& call) {
        reads += call.kind == testing::CallKind::kRead && call.path == kFirstSegment ? 1U : 0U;
    });
    const AddReport report =
        vault.open_through(watched, Access::kWrite).add(request, no_progress());
    CHECK(report.known.size() == known);
    return reads;
}

TEST_CASE("a copy is read once in a run, however many files have its bytes",
          "[threads][evidence]") {
    TestVault vault;
    vault.add("clip.mp4", kCopyLarge);
    for (const char* name : {"a.mp4", "b.mp4", "c.mp4"}) {
        vault.files.add_file("/inbox/" + std::string{name}, base::bytes_of(kCopyLarge));
    }
    const std::uint64_t for_one = segment_reads(vault, TestVault::request_of({"/inbox/a.mp4"}), 1);
    vault.files.add_directory("/empty");
    CHECK(for_one > segment_reads(vault, TestVault::request_of({"/empty"}), 0));
    AddRequest request = TestVault::request_of({"/inbox"});
    request.commit_every = GENERATE(0U, 1U);
    CHECK(segment_reads(vault, request, 3) == for_one);
}

// In the file of a segment that is being appended to, pages of before and after may stand side by
// side, and its writer keeps everybody else from reading under locks until it commits.
TEST_CASE("a copy in a segment that the same run writes to is judged when it has committed",
          "[threads][evidence]") {
    TestVault vault;
    const std::string note = vault.add("note.txt", "notes");
    const std::string clip = vault.add("clip.mp4", kCopyMiddle);
    vault.close();
    vault.files.flip_bit(kFirstSegment, vault.files.content(kFirstSegment).size() / 2 * 8);
    vault.files.add_file("/card/new.mp4", base::bytes_of(std::string(9'000'000, 'n')));
    vault.files.add_file("/card/copy.mp4", base::bytes_of(kCopyMiddle));
    AddRequest request = TestVault::request_of({"/card"});
    const unsigned threads = GENERATE(1U, 3U);
    request.threads = threads;
    const AddReport report = vault->add(request, no_progress());
    CHECK(report.failed.empty());
    REQUIRE(report.added.size() == 2);
    // With one thread it is what comes last, in a commit of its own.
    const std::size_t anew = report.added[0].path == "/card/clip.mp4" ? 0 : 1;
    CHECK((threads > 1 || anew == 1));
    CHECK(report.added[1 - anew].path == "/card/new.mp4");
    CHECK(report.added[1 - anew].damaged_copies.empty());
    CHECK(report.added[anew].path == "/card/clip.mp4");
    REQUIRE(report.added[anew].damaged_copies.size() == 1);
    CHECK(report.added[anew].damaged_copies[0].id == clip);
    REQUIRE(report.known.size() == 2);
    for (const KnownItem& known : report.known) {
        CHECK(known.id == (known.path == "/card/note.txt" ? note : report.added[anew].id));
    }
    CHECK(vault.export_to("/out", {report.added[anew].id}).exported.size() == 1);
    CHECK(vault->rebuild(no_progress()).same);
}

TEST_CASE("a device that fails while a copy is read is not called damage", "[threads][evidence]") {
    TestVault vault;
    vault.add("clip.mp4", kCopyLarge);
    vault.close();
    testing::FaultFileSystem faulty{vault.files};
    {
        bool is_armed = true;  // also asked while the vault closes
        Vault open = vault.open_through(faulty, Access::kWrite);
        faulty.before_each_call([&](const testing::Call& call) {
            if (is_armed && call.kind == testing::CallKind::kRead && call.path == kFirstSegment) {
                is_armed = false;
                faulty.fail({.at = 1, .error = EIO, .for_ever = true});
            }
        });
        CHECK(code_of([&] {
                  open.add(TestVault::request_of({"/card/clip.mp4"}), no_progress());
              }) == ErrorCode::kStorage);
        CHECK_FALSE(is_armed);
    }
    CHECK(vault->list({}).size() == 1);
    CHECK(vault->add(TestVault::request_of({"/card/clip.mp4"}), no_progress()).known.size() == 1);
    CHECK(vault.verify().ok());
}

TEST_CASE("stopping while a copy is read leaves everything as it was", "[threads][evidence]") {
    HarmedVault vault{kCopyLarge, GENERATE(Harm::kFlippedByte, Harm::kLostSegment)};
    AddReport report;
    int patience = 0;
    for (bool is_through = false; !is_through; ++patience) {
        CHECK(vault->list({}).size() == 1);
        testing::Impatient person{patience};
        const auto code = code_of(
            [&] { report = vault->add(TestVault::request_of({"/card/clip.mp4"}), person); });
        is_through = !code;
        CHECK(code.value_or(ErrorCode::kInterrupted) == ErrorCode::kInterrupted);
    }
    CHECK(patience > 5);
    CHECK(report.added.size() == 1);
    CHECK(vault->list({}).size() == 2);
}

}  // namespace
}  // namespace kua::evidence
