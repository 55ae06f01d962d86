#include "vault/store/store.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/store/test_store.h"
#include "vault/store/integrity.h"

namespace kua::store {
namespace {

using testing::code_of;
using testing::StoreWorld;

TEST_CASE("objects come back as they were stored, after opening anew", "[store]") {
    StoreWorld world;
    const base::Bytes small = world.random.bytes(5);
    const base::Bytes large = world.random.bytes(3'500'000);
    SealedDigest small_digest;
    SealedDigest large_digest;
    {
        Store store = world.create();
        small_digest = testing::add_object(store, small);
        large_digest = testing::add_object(store, large);
    }
    Store store = world.open(Access::kRead);
    SegmentReader reader = store.objects().reader(KeepPages::kYes);
    CHECK(testing::read_object(store, reader, small_digest) == small);
    CHECK(testing::read_object(store, reader, large_digest) == large);
    CHECK(check_catalog(world.environment, store.catalog()).empty());
    CHECK(check_extents(store.catalog(), store.objects()).findings.empty());
    CHECK(check_extents(store.catalog(), store.objects()).damaged.empty());
    const auto pages = reader.take_pages_read();
    REQUIRE(pages.contains(1));
    CHECK(check_segment(store.objects(), 1, pages.at(1)).empty());
    CHECK(check_segment(store.objects(), 1, PageSet{}).empty());
    CHECK(store.objects().segments().size() == 1);
}

}  // namespace
}  // namespace kua::store
