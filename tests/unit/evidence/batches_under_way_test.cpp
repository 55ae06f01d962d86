#include "vault/evidence/outgoing/batches_under_way.h"

#include <catch2/catch_test_macros.hpp>

namespace kua::evidence {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// Texts that were looked up while clips are being written.
constexpr BatchesUnderWay kMany{
    .count = 9, .items = 5'000, .bytes = 200 * kMiB, .is_oldest_in_work = true};

TEST_CASE("three batches are always under way, however large", "[evidence]") {
    CHECK(has_room({.count = 2, .items = 100'000, .bytes = 1'000'000 * kMiB}, kMiB));
    CHECK_FALSE(has_room({.count = 3, .items = 100'000, .bytes = 1'000'000 * kMiB}, kMiB));
}

TEST_CASE("more batches are under way while together they hold no more than three can",
          "[evidence]") {
    CHECK(has_room(kMany, 100 * kMiB));
    BatchesUnderWay many_items = kMany;
    many_items.items = 3 * kMaxExportItems;
    CHECK(has_room(many_items, 100 * kMiB));
    ++many_items.items;
    CHECK_FALSE(has_room(many_items, 100 * kMiB));
    BatchesUnderWay much = kMany;
    much.bytes = 300 * kMiB;
    CHECK(has_room(much, 100 * kMiB));
    ++much.bytes;
    CHECK_FALSE(has_room(much, 100 * kMiB));
}

TEST_CASE("nothing is looked up ahead while what was written waits for its names", "[evidence]") {
    BatchesUnderWay written = kMany;
    written.is_oldest_in_work = false;
    CHECK_FALSE(has_room(written, 100 * kMiB));
    written.count = 2;
    CHECK(has_room(written, 100 * kMiB));
}

}  // namespace
}  // namespace kua::evidence
