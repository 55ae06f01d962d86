#include "vault/base/bytes_in_words.h"

#include <catch2/catch_test_macros.hpp>

#include "vault/base/posix_error.h"

namespace kua::base {
namespace {

TEST_CASE("sizes in messages are rounded up", "[base]") {
    CHECK(bytes_in_words(0) == "0 B");
    CHECK(bytes_in_words(1023) == "1023 B");
    CHECK(bytes_in_words(1024) == "1.0 KiB");
    CHECK(bytes_in_words(1025) == "1.1 KiB");
    CHECK(bytes_in_words(10137) == "9.9 KiB");
    CHECK(bytes_in_words(10138) == "10 KiB");
    CHECK(bytes_in_words(992948) == "970 KiB");
    CHECK(bytes_in_words(1047552) == "1023 KiB");
    CHECK(bytes_in_words(1047553) == "1.0 MiB");
    CHECK(bytes_in_words(UINT64_MAX) == "16 EiB");
}

TEST_CASE("an error for want of room stays one as its message grows", "[base]") {
    const auto lacks_room = [](int number) {
        try {
            throw_errno(number, "write file");
        } catch (const Error& error) {
            return error.during("use catalog.db").lacks_room();
        }
    };
    CHECK(lacks_room(ENOSPC));
    CHECK(lacks_room(EDQUOT));
    CHECK_FALSE(lacks_room(EIO));
    CHECK_FALSE(lacks_room(ENOENT));
}

}  // namespace
}  // namespace kua::base
