#include "vault/exchange/git/negotiation.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace kua::exchange {
namespace {

const std::string kOne(40, '1');
const std::string kTwo(40, '2');

TEST_CASE("known commits are named before the request ends", "[exchange]") {
    const std::vector<format::GitId> haves{*format::GitId::parse(kOne),
                                           *format::GitId::parse(kTwo)};
    const std::string wants = "0040want " + kTwo + " side-band-64k\n" + "0032want " + kOne + "\n";
    CHECK(with_haves(wants + "0000" + "0009done\n", haves) ==
          wants + "0000" + "0032have " + kOne + "\n" + "0032have " + kTwo + "\n" + "0009done\n");
    CHECK(with_haves(wants + "0000" + "0009done\n", {}) == wants + "0000" + "0009done\n");
}

TEST_CASE("no thin pack is asked for", "[exchange]") {
    CHECK(with_haves("004awant " + kOne + " thin-pack side-band-64k\n" + "00000009done\n", {}) ==
          "0040want " + kOne + " side-band-64k\n" + "00000009done\n");
}

TEST_CASE("what is no request passes as it is", "[exchange]") {
    const std::string text = GENERATE(as<std::string>{}, "", "0", "0000", "0003", "zzzz", "0009don",
                                      "ffffdone\n", "0009DONE\n", "PACK\x01");
    CHECK(with_haves(text, {*format::GitId::parse(kOne)}) == text);
}

}  // namespace
}  // namespace kua::exchange
