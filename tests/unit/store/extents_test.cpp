#include "vault/store/extents.h"

#include <catch2/catch_test_macros.hpp>

#include "vault/store/sqlite/page_set.h"

namespace kua::store {
namespace {

TEST_CASE("neighbouring pieces of one segment make one extent", "[store]") {
    ExtentList list;
    for (const PiecePlace place : {PiecePlace{1, 5}, {1, 6}, {1, 8}, {2, 9}, {2, 10}, {1, 11}}) {
        list.add(place);
    }
    CHECK(list.pieces() == 6);
    CHECK(list.extents() == std::vector<Extent>{{1, 5, 2}, {1, 8, 1}, {2, 9, 2}, {1, 11, 1}});
}

TEST_CASE("a set of pages counts each page once", "[store]") {
    PageSet pages;
    pages.add(1);
    pages.add(7);
    pages.add(7);
    PageSet more;
    more.add(7);
    more.add(900);
    pages.add(more);
    CHECK(pages.size() == 3);
    CHECK(pages.contains(900));
    CHECK_FALSE(pages.contains(2));
    CHECK_FALSE(pages.contains(100'000));
}

}  // namespace
}  // namespace kua::store
