#include "vault/store/objects.h"

#include <algorithm>
#include <array>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/cipher_pages.h"
#include "tests/support/errors.h"
#include "tests/unit/store/test_store.h"
#include "vault/store/erased_objects.h"
#include "vault/store/integrity.h"
#include "vault/store/object_store_state.h"

namespace kua::store {
namespace {

using testing::add_object;
using testing::code_of;
using testing::read_object;
using testing::StoreWorld;

constexpr StoreOptions kSmallSegments{.segment_limit_bytes = 1'000'000};

fs::path segment_path(const StoreWorld& world, int number) {
    return world.dir / "objects" / ("00000" + std::to_string(number) + ".db");
}

// What verification says about segments, in one list.
std::vector<Finding> all_findings(StoreWorld& world, Store& store) {
    std::vector<Finding> findings = check_catalog(world.environment, store.catalog());
    const ExtentReport extents = check_extents(store.catalog(), store.objects());
    findings.insert(findings.end(), extents.findings.begin(), extents.findings.end());
    for (const SegmentState& segment : store.objects().segments()) {
        const auto found = check_segment(store.objects(), segment.number, PageSet{});
        findings.insert(findings.end(), found.begin(), found.end());
    }
    for (const SealedDigest& digest : extents.damaged) {
        findings.push_back({FindingCode::kMissing, "object", "incomplete"});
        static_cast<void>(digest);
    }
    return findings;
}

// How many samples of a payload, one of 100 bytes every 1,000, lie in the pages of all segments,
// free ones too.
std::size_t count_in_pages(StoreWorld& world, Store& store, base::ByteView payload) {
    std::size_t hits = 0;
    for (const SegmentState& segment : store.objects().segments()) {
        const base::Bytes file =
            world.files.content(segment_path(world, static_cast<int>(segment.number)));
        for (const base::Bytes& page : testing::decrypt_pages(
                 file,
                 crypto::derive_segment_key(store.key_slots().vault_key(), segment.number).expose(),
                 kSegmentCipher)) {
            for (std::size_t at = 0; at + 100 <= payload.size(); at += 1000) {
                const std::string_view part = base::text_of(payload.subspan(at, 100));
                hits += base::text_of(page).find(part) == std::string_view::npos ? 0U : 1U;
            }
        }
    }
    return hits;
}

TEST_CASE("an object spans segments where one is full, and full ones stay as they are", "[store]") {
    StoreWorld world;
    Store store = world.create(kSmallSegments);
    const base::Bytes payload = world.random.bytes(2'700'000);
    const SealedDigest digest = add_object(store, payload, 300'000);
    const auto object = find_object(store.catalog(), digest);
    REQUIRE(object);
    CHECK(object->extents.size() >= 2);
    CHECK(store.objects().segments().size() == object->extents.size());
    CHECK(store.objects().segments().front().full);
    const base::Bytes first = world.files.content(segment_path(world, 1));
    CHECK(first.size() < 2'000'000);
    add_object(store, world.random.bytes(500'000));
    CHECK(world.files.content(segment_path(world, 1)) == first);
    SegmentReader reader = store.objects().reader();
    CHECK(read_object(store, reader, digest) == payload);
    CHECK(all_findings(world, store).empty());
}

TEST_CASE("two writers never use the same segment, and later ones go on in both", "[store]") {
    StoreWorld world;
    Store store = world.create();
    {
        SegmentWriter one = store.objects().writer();
        SegmentWriter two = store.objects().writer();
        const base::Bytes payload = world.random.bytes(1000);
        const ObjectRecord first = testing::append_object(one, payload);
        const ObjectRecord second = testing::append_object(two, world.random.bytes(999));
        CHECK(first.extents[0].segment != second.extents[0].segment);
        Transaction write{store.catalog()};
        store.objects().record(write, one.commit());
        store.objects().record(write, two.commit());
        insert_object(write, first);
        insert_object(write, second);
        write.commit();
    }
    add_object(store, world.random.bytes(100));
    CHECK(store.objects().segments().size() == 2);
    CHECK(all_findings(world, store).empty());
}

TEST_CASE("the same object is not inserted twice", "[store]") {
    StoreWorld world;
    Store store = world.create();
    const base::Bytes payload = world.random.bytes(100);
    add_object(store, payload);
    CHECK(code_of([&] { return add_object(store, payload); }) == ErrorCode::kExists);
}

TEST_CASE("an empty payload and the smallest pieces are stored", "[store]") {
    StoreWorld world;
    Store store = world.create();
    const SealedDigest empty = add_object(store, {});
    const SealedDigest tiny = add_object(store, world.random.bytes(3), 1);
    SegmentReader reader = store.objects().reader();
    CHECK(read_object(store, reader, empty).empty());
    CHECK(read_object(store, reader, tiny).size() == 3);
    CHECK(find_object(store.catalog(), tiny)->extents ==
          std::vector<Extent>{{.segment = 1, .first_piece = 1, .pieces = 3}});
}

TEST_CASE("pieces that were committed but never recorded are swept", "[store]") {
    StoreWorld world;
    const base::Bytes kept = world.random.bytes(70'000);
    SealedDigest digest;
    testing::MemoryTree after_crash;
    {
        Store store = world.create();
        digest = add_object(store, kept);
        SegmentWriter old_segment = store.objects().writer();
        SegmentWriter new_segment = store.objects().writer();
        testing::append_object(old_segment, world.random.bytes(200'000), 50'000);
        testing::append_object(new_segment, world.random.bytes(200'000), 50'000);
        old_segment.commit();
        new_segment.commit();
        after_crash = world.files.tree();
    }
    world.restart(std::move(after_crash));
    {
        Store reader_only = world.open(Access::kRead);
        CHECK(all_findings(world, reader_only).empty());  // garbage with an explanation
    }
    Store store = world.open(Access::kWrite);
    CHECK(store.sweep_report().pieces_removed == 4);
    CHECK(store.sweep_report().segments_removed == 1);
    CHECK(store.sweep_report().unexplained.empty());
    CHECK_FALSE(world.files.status(segment_path(world, 2)));
    const SealedDigest next = add_object(store, world.random.bytes(10));
    CHECK(find_object(store.catalog(), next)->extents[0].first_piece == 2);
    SegmentReader reader = store.objects().reader();
    CHECK(read_object(store, reader, digest) == kept);
    CHECK(all_findings(world, store).empty());
}

TEST_CASE("what a cut-off add left closes no vault that has hardly any room", "[store][T05]") {
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
    StoreWorld world;
    testing::MemoryTree after_crash;
    {
        Store store = world.create();
        add_object(store, world.random.bytes(70'000));
        SegmentWriter writer = store.objects().writer();
        testing::append_object(writer, world.random.bytes(60 * kMiB));
        writer.commit();
        after_crash = world.files.tree();
    }
    world.restart(std::move(after_crash));
    const std::uint64_t used = world.files.used_bytes();

    world.files.set_capacity_bytes(used + kMiB);
    {
        Store store = world.open(Access::kWrite);
        CHECK(store.sweep_report().unexplained.empty());
        const SealedDigest digest = add_object(store, world.random.bytes(10));
        CHECK(find_object(store.catalog(), digest)->extents[0].segment == 2);
        CHECK(all_findings(world, store).empty());
    }
    world.files.set_capacity_bytes(used + 24 * kMiB);
    {
        Store store = world.open(Access::kWrite);
        CHECK(store.sweep_report().pieces_removed == 60);
        const SealedDigest digest = add_object(store, world.random.bytes(10));
        CHECK(find_object(store.catalog(), digest)->extents[0].segment == 1);
    }
    CHECK(world.files.content(world.dir / "lock").empty());
    Store store = world.open(Access::kRead);
    CHECK(all_findings(world, store).empty());
}

TEST_CASE("pieces that only a newer catalog knows are left alone and named", "[store][T22]") {
    StoreWorld world;
    const StoreOptions options = GENERATE(StoreOptions{}, kSmallSegments);
    {
        Store store = world.create(options);
        add_object(store, world.random.bytes(600'000));
    }
    const base::Bytes old_catalog = world.files.content(world.dir / kCatalogName);
    {
        Store store = world.open(Access::kWrite, options);
        add_object(store, world.random.bytes(900'000));
        add_object(store, world.random.bytes(900'000));
    }
    world.files.add_file(world.dir / kCatalogName, old_catalog);
    const base::Bytes segment = world.files.content(segment_path(world, 1));
    for (int round = 0; round < 3; ++round) {  // also after later writers came and went
        Store store = world.open(Access::kWrite, options);
        CHECK(store.sweep_report().pieces_removed == 0);
        CHECK(store.sweep_report().segments_removed == 0);
        CHECK_FALSE(all_findings(world, store).empty());
        const SealedDigest digest = add_object(store, world.random.bytes(10));
        CHECK(find_object(store.catalog(), digest)->extents[0].segment > 1);
        CHECK(world.files.content(segment_path(world, 1)) == segment);
    }
}

TEST_CASE("evidence goes elsewhere when a segment is damaged or missing", "[store]") {
    StoreWorld world;
    {
        Store store = world.create();
        add_object(store, world.random.bytes(600'000));
    }
    const bool missing = GENERATE(true, false);
    if (missing) {
        world.files.remove_file(segment_path(world, 1));
    } else {
        world.files.flip_bit(segment_path(world, 1), 30'000);
    }
    Store store = world.open(Access::kWrite);
    const base::Bytes payload = world.random.bytes(50'000);
    const SealedDigest digest = add_object(store, payload);
    CHECK(find_object(store.catalog(), digest)->extents[0].segment == 2);
    SegmentReader reader = store.objects().reader();
    CHECK(read_object(store, reader, digest) == payload);
    CHECK_FALSE(all_findings(world, store).empty());
}

TEST_CASE("an emptied segment is damage that ends nothing, and the others are whole", "[store]") {
    StoreWorld world;
    const std::array payloads{world.random.bytes(1'000'000), world.random.bytes(300'000)};
    std::array<SealedDigest, 2> digests;  // each in a segment of its own
    testing::MemoryTree cut_off;
    {
        Store store = world.create(kSmallSegments);
        digests = {add_object(store, payloads[0]), add_object(store, payloads[1])};
        REQUIRE(find_object(store.catalog(), digests[1])->extents[0].segment == 2);
        SegmentWriter unfinished = store.objects().writer();  // its note makes the sweep look there
        testing::append_object(unfinished, world.random.bytes(10));
        cut_off = world.files.tree();
    }
    world.restart(std::move(cut_off));
    const std::size_t emptied = GENERATE(0U, 1U);
    const std::size_t other = 1 - emptied;
    const fs::path path = segment_path(world, static_cast<int>(emptied) + 1);
    world.files.add_file(path, {});
    for (const Access access : {Access::kRead, Access::kWrite}) {
        Store store = world.open(access, kSmallSegments);
        SegmentReader reader = store.objects().reader();
        CHECK(code_of([&] { return read_object(store, reader, digests[emptied]); }) ==
              ErrorCode::kDamaged);
        CHECK(read_object(store, reader, digests[other]) == payloads[other]);
        const std::vector<Finding> findings = all_findings(world, store);
        REQUIRE(findings.size() == 2);  // the segment, and its object
        CHECK(findings[0].code == FindingCode::kDamaged);
        CHECK(findings[0].subject == segment_subject(static_cast<std::uint32_t>(emptied) + 1));
    }
    Store store = world.open(Access::kWrite, kSmallSegments);
    const SealedDigest fresh = add_object(store, world.random.bytes(10));
    CHECK(find_object(store.catalog(), fresh)->extents[0].segment == 2 + emptied);
    Transaction write{store.catalog()};
    erase_object(write, digests[emptied], base::Bytes{1});
    write.commit();
    CHECK(store.objects().finish_erasing(store.catalog()) > 0);  // waits
    CHECK(world.files.content(path).empty());
}

TEST_CASE("an empty file of a segment that was being made is swept", "[store]") {
    StoreWorld world;
    testing::MemoryTree cut_off;
    {
        Store store = world.create();
        SegmentWriter unfinished = store.objects().writer();
        testing::append_object(unfinished, world.random.bytes(10));
        cut_off = world.files.tree();
    }
    world.restart(std::move(cut_off));
    world.files.add_file(segment_path(world, 1), {});
    Store store = world.open(Access::kWrite);
    CHECK(store.sweep_report().segments_removed > 0);
    const SealedDigest digest = add_object(store, world.random.bytes(10));
    CHECK(find_object(store.catalog(), digest)->extents[0].segment == 1);
    CHECK(all_findings(world, store).empty());
}

TEST_CASE("damage to one piece leaves the others readable by the same reader", "[store][T21]") {
    StoreWorld world;
    Store store = world.create();
    std::vector<SealedDigest> digests;
    std::vector<base::Bytes> payloads;
    for (int index = 0; index < 6; ++index) {
        payloads.push_back(world.random.bytes(400'000));
        digests.push_back(add_object(store, payloads.back()));
    }
    const std::uint64_t size = world.files.content(segment_path(world, 1)).size();
    std::uint64_t damaged_readings = 0;
    for (std::uint64_t at = 0; at < size; at += 65'536) {
        world.files.flip_bit(segment_path(world, 1), (at + 777) * 8);
        SegmentReader reader = store.objects().reader();
        for (std::size_t index = 0; index < digests.size(); ++index) {
            try {
                const base::Bytes read = read_object(store, reader, digests[index]);
                REQUIRE(read == payloads[index]);
            } catch (const Error& error) {
                REQUIRE(error.code() == ErrorCode::kDamaged);
                ++damaged_readings;
            }
        }
        CHECK_FALSE(check_segment(store.objects(), 1, PageSet{}).empty());
        world.files.flip_bit(segment_path(world, 1), (at + 777) * 8);
    }
    CHECK(all_findings(world, store).empty());
    // The first two pages lead to everything; any other to one object or two.
    CHECK(damaged_readings < 2 * 6 + 2 * size / 65'536);
}

TEST_CASE("readers read what is committed while a writer fills the same segment", "[store][T08]") {
    StoreWorld world;
    Store store = world.create();
    const base::Bytes payload = world.random.bytes(3'000'000);
    const SealedDigest digest = add_object(store, payload);
    SegmentWriter writer = store.objects().writer();
    Store other = world.open(Access::kRead);
    SegmentReader reader = other.objects().reader();
    for (int round = 0; round < 12; ++round) {
        // More than the cache holds, so pages are written before the commit, under SQLite's lock.
        testing::append_object(writer, world.random.bytes(1'000'000));
        REQUIRE(read_object(other, reader, digest) == payload);
    }
}

TEST_CASE("a reader that must not wait for a writer says that it can't tell damage", "[store]") {
    StoreWorld world;
    Store store = world.create();
    const SealedDigest damaged = add_object(store, world.random.bytes(3'000'000));
    const std::uint64_t size = world.files.content(segment_path(world, 1)).size();
    world.files.flip_bit(segment_path(world, 1), size / 2 * 8);
    SegmentReader reader = store.objects().reader(KeepPages::kNo, WhileWritten::kGiveUp);
    const auto code = [&] { return code_of([&] { return read_object(store, reader, damaged); }); };
    CHECK(code() == ErrorCode::kDamaged);
    {
        SegmentWriter writer = store.objects().writer();
        testing::append_object(writer, world.random.bytes(6'000'000));
        CHECK(code() == ErrorCode::kBusy);
    }
    CHECK(code() == ErrorCode::kDamaged);
}

TEST_CASE("a destroyed object is gone, and its neighbours stay", "[store]") {
    StoreWorld world;
    Store store = world.create();
    const base::Bytes kept = world.random.bytes(200'000);
    const base::Bytes lost = world.random.bytes(300'000);
    const SealedDigest first = add_object(store, lost);
    const SealedDigest second = add_object(store, kept);
    CHECK_FALSE(is_erased(store.catalog(), first));
    {
        Transaction write{store.catalog()};
        erase_object(write, first, base::Bytes{1});
        erase_object(write, SealedDigest{}, base::Bytes{1});
        write.commit();
    }
    CHECK(all_findings(world, store).empty());  // what is pending is no surplus
    CHECK(store.objects().finish_erasing(store.catalog()) == 0);
    CHECK(list_pending_erasures(store.catalog()).empty());
    CHECK_FALSE(find_object(store.catalog(), first));
    CHECK(is_erased(store.catalog(), first));
    CHECK(is_erased(store.catalog(), SealedDigest{}));
    CHECK_FALSE(is_erased(store.catalog(), second));
    SegmentReader reader = store.objects().reader();
    CHECK(code_of([&] { return reader.read({1, 1}).size(); }) == ErrorCode::kDamaged);
    CHECK(read_object(store, reader, second) == kept);
    CHECK(all_findings(world, store).empty());
    CHECK(count_in_pages(world, store, lost) == 0);
    CHECK(count_in_pages(world, store, kept) > 0);
}

TEST_CASE("what was being destroyed when power failed is gone at the next opening", "[store]") {
    StoreWorld world;
    const base::Bytes lost = world.random.bytes(300'000);
    {
        Store store = world.create();
        const SealedDigest digest = add_object(store, lost);
        Transaction write{store.catalog()};
        erase_object(write, digest, base::Bytes{1});
        write.commit();
    }
    Store reader = world.open(Access::kRead);
    CHECK(list_pending_erasures(reader.catalog()).size() == 1);
    CHECK(count_in_pages(world, reader, lost) > 0);
    Store writer = world.open(Access::kWrite);
    CHECK(list_pending_erasures(writer.catalog()).empty());
    CHECK(count_in_pages(world, writer, lost) == 0);
    CHECK(all_findings(world, writer).empty());
}

TEST_CASE("missing and surplus pieces are named", "[store]") {
    StoreWorld world;
    Store store = world.create();
    const SealedDigest digest = add_object(store, world.random.bytes(300'000), 100'000);
    add_object(store, world.random.bytes(100));
    {
        Connection segment = store.objects().state().connect(1, {.mode = ConnectionMode::kWrite});
        Transaction write{segment};
        write.run("DELETE FROM piece WHERE id = 2");
        write.run("INSERT INTO piece(id, data) VALUES(50, x'00')");
        write.commit();
    }
    // A note would explain the surplus piece.
    world.files.add_file(world.dir / "lock", {});
    const ExtentReport report = check_extents(store.catalog(), store.objects());
    CHECK(report.damaged == std::vector{digest});
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].code == FindingCode::kSurplus);
    CHECK(report.findings[0].subject == "segment 1");
}

}  // namespace
}  // namespace kua::store
