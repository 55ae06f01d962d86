#include "vault/journal/check.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/journal/test_log.h"

namespace kua::journal {
namespace {

using testing::Codes;
using testing::codes_of;
using testing::has_finding;
using testing::JournalWorld;

using Numbers = std::vector<std::uint64_t>;

TEST_CASE("a log that nobody touched has no finding and gives out every entry", "[journal]") {
    JournalWorld world;
    world.append(2);
    world.append(1);
    world.append(4);
    const LogReport report = world.check();
    CHECK(report.findings.empty());
    CHECK(report.entries == 7);
    CHECK(report.bundles == 3);
    CHECK(world.seen == Numbers{1, 2, 3, 4, 5, 6, 7});
    const LogReport sealed = world.check_sealed();
    CHECK(sealed.findings.empty());
    CHECK(sealed.entries == 7);
}

TEST_CASE("a log by nobody that is known is named and not read", "[journal][T13]") {
    JournalWorld world;
    world.append(2);
    const LogReport report = world.check({world.mara.known()});
    CHECK(codes_of(report.findings) == Codes{FindingCode::kUnknownAuthor});
    CHECK(world.seen.empty());
}

TEST_CASE("a log signed by somebody else than it says is forged", "[journal][T13]") {
    JournalWorld world;
    world.append(2);
    world.append(1);
    const LogReport report =
        world.check({{world.rosa.fingerprint, world.stranger.signer.public_key()}});
    CHECK(codes_of(report.findings) ==
          Codes{FindingCode::kForged, FindingCode::kForged, FindingCode::kForged});
    CHECK(world.seen.empty());
}

TEST_CASE("a missing bundle is one gap, and what follows it is read all the same",
          "[journal][T13]") {
    JournalWorld world;
    for (int i = 0; i < 4; ++i) {
        world.append(2);
    }
    SECTION("in the middle") {
        world.write("DELETE FROM bundle WHERE first = 3");
        const LogReport report = world.check();
        CHECK(codes_of(report.findings) == Codes{FindingCode::kGap});
        CHECK(has_finding(report.findings, FindingCode::kGap, "entries 3 to 4 are missing"));
        CHECK(world.seen == Numbers{1, 2, 5, 6, 7, 8});
        CHECK(report.entries == 6);
    }
    SECTION("at the front") {
        world.write("DELETE FROM bundle WHERE first = 1");
        CHECK(has_finding(world.check().findings, FindingCode::kGap, "entries 1 to 2 are missing"));
        CHECK(world.seen == Numbers{3, 4, 5, 6, 7, 8});
    }
    SECTION("at the end") {
        world.write("DELETE FROM bundle WHERE first = 7");
        const LogReport report = world.check();
        CHECK(codes_of(report.findings) == Codes{FindingCode::kGap});
        CHECK(has_finding(report.findings, FindingCode::kGap, "entries 7 to 8 are missing"));
        CHECK(world.seen == Numbers{1, 2, 3, 4, 5, 6});
    }
    SECTION("all of them") {
        world.write("DELETE FROM bundle");
        CHECK(has_finding(world.check().findings, FindingCode::kGap, "entries 1 to 8 are missing"));
    }
    SECTION("and in a sealed case too") {
        world.write("DELETE FROM bundle WHERE first = 3");
        const LogReport report = world.check_sealed();
        CHECK(codes_of(report.findings) == Codes{FindingCode::kGap});
    }
}

TEST_CASE("one damaged bundle is one finding, and the others are read all the same",
          "[journal][T13]") {
    JournalWorld world;
    for (int i = 0; i < 3; ++i) {
        world.append(2);
    }
    base::Bytes sealed = world.sealed_bundle(3);
    SECTION("a flipped bit, the digest kept") {
        sealed.back() ^= std::byte{1};
        world.write("UPDATE bundle SET sealed = ?1 WHERE first = 3", sealed);
    }
    SECTION("cut short, the digest kept") {
        sealed.pop_back();
        world.write("UPDATE bundle SET sealed = ?1 WHERE first = 3", sealed);
    }
    SECTION("empty") {
        world.write("UPDATE bundle SET sealed = x'' WHERE first = 3");
    }
    SECTION("a leaf kept beside it, which every tree after it needs") {
        world.write("UPDATE bundle SET leaves = zeroblob(64) WHERE first = 3");
    }
    SECTION("the digest of its texts") {
        world.write("UPDATE bundle SET content_digest = zeroblob(32) WHERE first = 3");
    }
    SECTION("too few leaves beside it") {
        world.write("UPDATE bundle SET leaves = zeroblob(32) WHERE first = 3");
    }
    SECTION("a number of entries that makes no sense") {
        world.write("UPDATE bundle SET count = -1 WHERE first = 3");
    }
    const LogReport report = world.check();
    CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged});
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "bundle from entry 3: "));
    CHECK(world.seen == Numbers{1, 2, 5, 6});
    CHECK(report.bundles == 2);
}

TEST_CASE("bundles in another order are found", "[journal][T13]") {
    JournalWorld world;
    for (int i = 0; i < 3; ++i) {
        world.append(1);
    }
    const base::Bytes second = world.sealed_bundle(2);
    const base::Bytes third = world.sealed_bundle(3);
    world.replace_bundle(2, third);
    world.replace_bundle(3, second);
    const LogReport report = world.check();
    CHECK(codes_of(report.findings) == Codes{FindingCode::kDamaged, FindingCode::kDamaged});
    CHECK(world.seen == Numbers{1});
}

TEST_CASE("a bundle in the place of another one is found", "[journal][T13]") {
    JournalWorld world;
    for (int i = 0; i < 3; ++i) {
        world.append(1);
    }
    world.replace_bundle(2, world.sealed_bundle(1));
    const LogReport report = world.check();
    CHECK(has_finding(report.findings, FindingCode::kDamaged,
                      "bundle from entry 2: its manifest speaks of other entries"));
    CHECK(world.seen == Numbers{1});
}

TEST_CASE("two bundles for the same entries are found", "[journal][T13]") {
    JournalWorld world;
    world.append(3);
    world.append(1);
    world.write(
        "INSERT INTO bundle (case_id, author, first, count, sealed_digest, leaves, sealed,"
        " content_digest)"
        " SELECT case_id, author, 2, count, sealed_digest, leaves, sealed, content_digest"
        " FROM bundle"
        " WHERE first = 1");
    const LogReport report = world.check();
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "two bundles hold entry 2"));
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "two bundles hold entry 4"));
    CHECK(world.seen == Numbers{1, 2, 3, 4});
}

TEST_CASE("a bundle of another case is found, also when it was sealed to this one",
          "[journal][T13]") {
    JournalWorld world;
    world.append(1);
    const std::string other(format::kCaseIdDigits, 'd');
    SECTION("sealed to this case") {
        store::Transaction write{world.store.catalog()};
        append(write, world.rosa.author(), {other, world.identity.recipient()},
               {JournalWorld::note("x")}, {}, world.environment);
        write.commit();
    }
    SECTION("sealed to the other one") {
        const auto identity = format::AgeIdentity::generate(world.identity.kind(), world.random);
        store::Transaction write{world.store.catalog()};
        append(write, world.rosa.author(), {other, identity.recipient()}, {JournalWorld::note("x")},
               {}, world.environment);
        write.commit();
    }
    world.write(
        "UPDATE bundle SET sealed_digest = other.sealed_digest, leaves = other.leaves,"
        " content_digest = other.content_digest, sealed = other.sealed FROM bundle AS other"
        " WHERE bundle.case_id = ?1 AND other.case_id = ?2",
        blob_of(world.case_id), blob_of(other));
    const LogReport report = world.check();
    CHECK(has_finding(report.findings, FindingCode::kDamaged, "bundle from entry 1: "));
    CHECK(world.seen.empty());
}

TEST_CASE("a head that was put back to an older state is a rollback", "[journal][T22]") {
    JournalWorld world;
    world.append(2);
    world.write("CREATE TABLE older AS SELECT * FROM log");
    world.append(1);
    world.write("DELETE FROM log");
    world.write("INSERT INTO log SELECT * FROM older");
    const LogReport report = world.check();
    CHECK(codes_of(report.findings) == Codes{FindingCode::kRollback});
    CHECK(codes_of(world.check_sealed().findings) == Codes{FindingCode::kRollback});
}

TEST_CASE("what is appended after the head was read is neither checked nor a rollback",
          "[journal]") {
    JournalWorld world;
    world.append(2);
    const LogHead before = world.head();
    world.append(1);
    const LogReport report =
        check_log(world.store.catalog(), before, {world.rosa.known()}, {&world.identity, 1}, {});
    CHECK(report.findings.empty());
    CHECK(report.entries == 2);
}

TEST_CASE("a head that is gone is missed", "[journal][T22]") {
    JournalWorld world;
    world.append(2);
    CHECK(find_lost_logs(world.store.catalog()).empty());
    world.write("DELETE FROM log");
    CHECK(codes_of(find_lost_logs(world.store.catalog())) == Codes{FindingCode::kMissing});
}

TEST_CASE("a head that doesn't fit its bundles is found", "[journal][T13]") {
    JournalWorld world;
    world.append(2);
    world.append(1);
    FindingCode expected = FindingCode::kDamaged;
    SECTION("its lamport number, which the next entry would go on from") {
        world.write("UPDATE log SET lamport = 9000000");
    }
    SECTION("its last bundle") {
        world.write("UPDATE log SET last_bundle = zeroblob(32)");
    }
    SECTION("no last bundle") {
        world.write("UPDATE log SET last_bundle = NULL");
    }
    SECTION("its tree") {
        // Size 3 in 8 bytes, then two subtrees.
        world.write("UPDATE log SET frontier = CAST(x'0000000000000003' || zeroblob(64) AS BLOB)");
    }
    SECTION("the text of its checkpoint") {
        world.write("UPDATE log SET checkpoint = replace(checkpoint, 'kua/', 'kva/')");
        expected = FindingCode::kForged;
    }
    SECTION("the signature of its checkpoint") {
        world.write("UPDATE log SET signature = ''");
        expected = FindingCode::kForged;
    }
    CHECK(codes_of(world.check().findings) == Codes{expected});
}

TEST_CASE("a log's size that nothing signed is found", "[journal][T13]") {
    JournalWorld world;
    world.append(2);
    world.append(1);
    SECTION("more") {
        world.write("UPDATE log SET size = 5");
        CHECK(has_finding(world.check().findings, FindingCode::kGap, "entries 4 to 5"));
    }
    SECTION("less") {
        world.write("UPDATE log SET size = 2");
        CHECK(has_finding(world.check().findings, FindingCode::kDamaged, "its head is not what"));
        CHECK(has_finding(world.check().findings, FindingCode::kRollback, "bundle from entry 3"));
    }
}

TEST_CASE("what the caller throws about a good bundle ends the check", "[journal]") {
    JournalWorld world;
    world.append(1);
    CHECK(testing::code_of([&] {
              return check_log(world.store.catalog(), world.head(), {world.rosa.known()},
                               {&world.identity, 1}, [](const VerifiedBundle&) {
                                   throw Error{ErrorCode::kDamaged, "the caller's own"};
                               });
          }) == ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::journal
