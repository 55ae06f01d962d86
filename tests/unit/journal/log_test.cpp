#include "vault/journal/log.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/journal/test_log.h"
#include "vault/base/base64.h"
#include "vault/format/sshsig.h"

namespace kua::journal {
namespace {

using testing::code_of;
using testing::JournalWorld;

VerifiedBundle open(JournalWorld& world, std::uint64_t first, const testing::TestAuthor& author) {
    return verify_bundle(open_bundle(world.sealed_bundle(first), world.identity),
                         author.signer.public_key());
}

TEST_CASE("entries are numbered on from bundle to bundle, and each bundle names the one before",
          "[journal]") {
    JournalWorld world;
    const Appended one = world.append(3);
    const Appended two = world.append(1);
    CHECK(one.entries.back().header.seq == 3);
    CHECK(two.entries.front().header.seq == 4);
    CHECK(two.entries.front().header.lamport == 4);
    CHECK(open(world, 1, world.rosa).manifest.previous == std::nullopt);
    CHECK(open(world, 4, world.rosa).manifest.previous ==
          content_digest_of(open(world, 1, world.rosa).content));
    CHECK(world.head().size == 4);
    CHECK(world.head().last_bundle == content_digest_of(open(world, 4, world.rosa).content));
}

TEST_CASE("the head is signed and has the root of all lines", "[journal]") {
    JournalWorld world;
    std::vector<std::string> lines;
    for (const std::size_t count : {1U, 2U, 5U}) {
        for (const Entry& entry : world.append(count).entries) {
            lines.push_back(entry.line);
        }
    }
    const LogHead head = world.head();
    const format::Checkpoint checkpoint = format::parse_checkpoint(head.checkpoint);
    CHECK(checkpoint.case_id == world.case_id);
    CHECK(checkpoint.author == world.rosa.fingerprint);
    CHECK(checkpoint.head.size == 8);
    CHECK(checkpoint.head.root ==
          format::merkle_root([&](std::uint64_t i) { return leaf_of(lines.at(i)); }, 8));
    CHECK(format::is_signed_by(world.rosa.signer.public_key(),
                               format::SignatureNamespace::kCheckpoint,
                               base::bytes_of(head.checkpoint), head.checkpoint_signature));
}

TEST_CASE("an entry comes after all that its author knows, and says what that is", "[journal]") {
    JournalWorld world;
    world.append(world.rosa, {3, JournalWorld::note("rosa")});
    const Appended maras = world.append(world.mara, {2, JournalWorld::note("mara")});
    CHECK(maras.entries.front().header.seq == 1);
    CHECK(maras.entries.front().header.lamport == 4);
    const VerifiedBundle bundle = open(world, 1, world.rosa);
    CHECK(bundle.manifest.seen.empty());
    const Appended rosas = world.append(world.rosa, {JournalWorld::note("after")});
    CHECK(rosas.entries.front().header.lamport == 6);
    const Manifest manifest = open(world, 4, world.rosa).manifest;
    REQUIRE(manifest.seen.size() == 1);
    CHECK(manifest.seen[0].author == world.mara.fingerprint);
    CHECK(manifest.seen[0].size == 2);
    const std::vector<LogHead> heads = list_logs(world.store.catalog(), world.case_id);
    REQUIRE(heads.size() == 2);
    CHECK(manifest.seen[0].root ==
          base::encode_base64(heads[1].frontier.root(), base::Base64::kPadded));
}

TEST_CASE("many entries at once are those that one thread alone would write",
          "[threads][journal]") {
    JournalWorld world;
    std::vector<EntryDraft> drafts;
    for (std::size_t i = 0; i < 1000; ++i) {
        drafts.push_back(JournalWorld::note("clip " + std::to_string(i)));
        drafts.back().facts.resize(i % 3 == 0 ? 0 : 1);
    }
    JournalWorld other;  // where the same is drawn
    const Appended appended = world.append(world.rosa, drafts);
    REQUIRE(appended.entries.size() == drafts.size());
    EntryLine line = appended.entries.front().header;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        line.seq = i + 1;
        line.lamport = i + 1;
        const Entry alone = write_entry(line, drafts[i], other.random);
        CHECK(appended.entries[i].line == alone.line);
        CHECK(appended.entries[i].disclosures == alone.disclosures);
    }
}

TEST_CASE("logs of several cases have nothing to do with each other", "[journal]") {
    JournalWorld world;
    world.append(2);
    const std::string other(format::kCaseIdDigits, 'd');
    {
        store::Transaction write{world.store.catalog()};
        const Appended appended =
            append(write, world.rosa.author(), {other, world.identity.recipient()},
                   {JournalWorld::note("x")}, {}, world.environment);
        CHECK(appended.entries.front().header.seq == 1);
        CHECK(appended.entries.front().header.lamport == 1);
        write.commit();
    }
    CHECK(list_logs(world.store.catalog(), world.case_id).size() == 1);
    CHECK(list_logs(world.store.catalog(), other).at(0).size == 1);
    CHECK(list_logs(world.store.catalog(), "").size() == 2);
}

TEST_CASE("what is not committed was never appended", "[journal]") {
    JournalWorld world;
    world.append(2);
    const std::string before = world.head().checkpoint;
    {
        store::Transaction write{world.store.catalog()};
        append(write, world.rosa.author(), world.channel(), {JournalWorld::note("x")}, {},
               world.environment);
    }
    CHECK(world.head().checkpoint == before);
    CHECK(world.append(1).entries.front().header.seq == 3);
    CHECK(world.check().findings.empty());
}

TEST_CASE("appending needs no secret of the case and reads no older bundle", "[journal]") {
    JournalWorld world;
    world.append(5);
    // Were the leaves or the bundle looked at, this would be noticed.
    world.write("UPDATE bundle SET leaves = x'00', sealed = x'00'");
    const Appended appended = world.append(1);
    CHECK(appended.entries.front().header.seq == 6);
    CHECK(world.head().size == 6);
}

TEST_CASE("nothing is appended to a head that is older than its log", "[journal][T22]") {
    JournalWorld world;
    world.append(2);
    world.write("CREATE TABLE older AS SELECT * FROM log");
    world.append(1);
    world.write("DELETE FROM log");
    SECTION("put back") {
        world.write("INSERT INTO log SELECT * FROM older");
    }
    SECTION("gone") {}
    CHECK(code_of([&] { return world.append(1); }) == ErrorCode::kDamaged);
    CHECK(world.store.catalog().query_integer("SELECT COUNT(*) FROM bundle") == 2);
}

TEST_CASE("a bundle that reads back differently is found at once", "[journal]") {
    JournalWorld world;
    const Appended appended = world.append(2);
    CHECK(!code_of([&] { return read_back(world.store.catalog(), appended), 0; }));
    world.write("UPDATE bundle SET sealed = zeroblob(length(sealed))");
    CHECK(code_of([&] { return read_back(world.store.catalog(), appended), 0; }) ==
          ErrorCode::kDamaged);
    world.write("DELETE FROM bundle");
    CHECK(code_of([&] { return read_back(world.store.catalog(), appended), 0; }) ==
          ErrorCode::kDamaged);
}

TEST_CASE("times in lines are in UTC, whatever the device's zone is", "[journal][T24]") {
    JournalWorld world;
    world.clock.set_utc_offset_minutes(-9 * 60);
    CHECK(world.append(1).entries.front().header.time == "2017-11-23T09:12:00Z");
}

TEST_CASE("a journal goes on whatever the clock says", "[journal][T24]") {
    constexpr std::int64_t kSecond = 1'000'000'000;
    constexpr std::int64_t kYear = 31'556'952 * kSecond;
    JournalWorld world;
    struct Claim {
        std::int64_t time_ns;
        const char* shown;
    };
    const std::vector<Claim> claims = {
        {testing::kFakeNow - 30 * kYear, "1987-11-24"},
        {testing::kFakeNow + 30 * kYear, "2047-11-23"},
        {(std::int64_t{1} << 31) * kSecond, "2038-01-19T03:14:08Z"},
        {(std::int64_t{1} << 32) * kSecond, "2106-02-07T06:28:16Z"},
        {-kSecond, "1969-12-31T23:59:59Z"},
        {0, "1970-01-01T00:00:00Z"},
        {std::numeric_limits<std::int64_t>::max(), "2262-04-11"},
        {std::numeric_limits<std::int64_t>::min(), "1677-09-21"},
    };
    for (const Claim& claim : claims) {
        world.clock.set_unix_time_ns(claim.time_ns);
        const Entry entry = world.append(1).entries.front();
        CHECK(entry.header.time.substr(0, std::string_view{claim.shown}.size()) == claim.shown);
    }
    const LogReport report = world.check();
    CHECK(report.findings.empty());
    CHECK(report.entries == claims.size());
    // The order is that of writing, not that of the clock.
    CHECK(world.head().lamport == claims.size());
}

TEST_CASE("more than a bundle may hold is a mistake of the caller", "[journal]") {
    JournalWorld world;
    const std::vector<EntryDraft> many(kMaxEntriesPerBundle + 1, {"item.described", {}});
    CHECK(code_of([&] { return world.append(world.rosa, many); }) == ErrorCode::kBug);
    CHECK(code_of([&] { return world.append(world.rosa, {}); }) == ErrorCode::kBug);
    CHECK(list_logs(world.store.catalog(), world.case_id).empty());
}

}  // namespace
}  // namespace kua::journal
