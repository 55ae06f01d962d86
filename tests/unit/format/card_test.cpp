#include "vault/format/card.h"

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"

namespace kua::format {
namespace {

Card card_of(std::string_view name) {
    testing::SeededRandom random{5};
    return make_card(name, crypto::IdentityRoot::generate(random), random);
}

TEST_CASE("a card reads as it was made", "[format][card]") {
    const Card made = card_of("Роза");
    const Card read = parse_card(made.text);
    CHECK(read.text == made.text);
    CHECK(read.name == "Роза");
    CHECK(read.fingerprint == made.fingerprint);
    CHECK(read.signing_key == made.signing_key);
    CHECK(read.recipient == made.recipient);
    CHECK(read.inbox == made.inbox);
}

TEST_CASE("a card with any one character changed is refused", "[format][card]") {
    const std::string text = card_of("Rosa").text;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] = changed[at] == 'a' ? 'b' : 'a';
        if (changed != text) {
            CHECK(testing::code_of([&] { static_cast<void>(parse_card(changed)); }) ==
                  ErrorCode::kDamaged);
        }
    }
}

TEST_CASE("a stored card gives what the checked one gave", "[format][card]") {
    const Card checked = card_of("Rosa");
    const Card stored = read_stored_card(checked.text);
    CHECK(stored.text == checked.text);
    CHECK(stored.name == checked.name);
    CHECK(stored.fingerprint == checked.fingerprint);
    CHECK(stored.signing_key == checked.signing_key);
    CHECK(stored.recipient == checked.recipient);
    CHECK(stored.inbox == checked.inbox);
    const std::string part = checked.text.substr(0, 100);
    CHECK(testing::code_of([&] { static_cast<void>(read_stored_card(part)); }) ==
          ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::format
