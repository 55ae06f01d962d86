#include "vault/format/git_delta.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/git_packs.h"

namespace kua::format {
namespace {

using namespace std::string_view_literals;
using base::bytes_of;
using testing::code_of;
using testing::delta_of;

constexpr std::string_view kBase = "one two three";

std::string made(base::ByteView delta, std::size_t max_bytes = 100) {
    return std::string(base::text_of(apply_git_delta(bytes_of(kBase), delta, max_bytes)));
}

bool delta_refused(base::ByteView delta, std::size_t max_bytes = 100) {
    return code_of([&] { made(delta, max_bytes); }) == ErrorCode::kDamaged;
}

TEST_CASE("a delta copies and adds", "[format][git]") {
    CHECK(made(delta_of(13, 11, "\x91\x04\x03\x03 or\x91\x08\x05"sv)) == "two orthree");
    CHECK(made(delta_of(13, 0, "")) == "");
}

TEST_CASE("a copy of size 0 means 65,536 bytes", "[format][git]") {
    const std::string from(70'000, 'x');
    const base::Bytes delta = delta_of(70'000, 65'536, "\x80"sv);
    CHECK(apply_git_delta(bytes_of(from), delta, 65'536).size() == 65'536);
    CHECK(delta_refused(delta_of(13, 65'536, "\x80"sv), 65'536));
}

TEST_CASE("a delta that is malformed is damage", "[format][git]") {
    CHECK(delta_refused({}));
    CHECK(delta_refused(delta_of(12, 3, "\x91\x04\x03"sv)));  // made for another object
    CHECK(delta_refused(delta_of(13, 3, "\x91\x04\x02"sv)));  // too little
    CHECK(delta_refused(delta_of(13, 3, "\x91\x04\x04"sv)));  // too much
    CHECK(delta_refused(delta_of(13, 3, "\x91\x0b\x03"sv)));  // beyond the end
    CHECK(delta_refused(delta_of(13, 3, "\x9f\xff\xff\xff\xff\x03"sv)));
    CHECK(delta_refused(delta_of(13, 3,
                                 "\x00"
                                 "abc"sv)));  // reserved
    CHECK(delta_refused(delta_of(13, 3,
                                 "\x05"
                                 "abc"sv)));  // cut short
    CHECK(delta_refused(delta_of(13, 3, "\x91\x04"sv)));
    CHECK(delta_refused(bytes_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv)));
}

TEST_CASE("a delta that claims more than may be is delta_refused before it is made",
          "[format][T45]") {
    CHECK(delta_refused(delta_of(13, 101, "\x80"sv), 100));
    CHECK(delta_refused(delta_of(13, std::uint64_t{10} << 30, "\x80"sv), 100));
}

}  // namespace
}  // namespace kua::format
