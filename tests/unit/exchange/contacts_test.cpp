#include "vault/exchange/contacts.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/findings.h"
#include "tests/support/test_vault.h"
#include "vault/base/hex.h"

namespace kua {
namespace {

using testing::code_of;
using testing::message_of;
using testing::SeededRandom;
using testing::TestVault;

// A card as somebody else's kua makes it.
format::Card card_of(const std::string& name, std::uint64_t seed) {
    SeededRandom random{seed};
    const auto root = crypto::IdentityRoot::generate(random);
    return format::make_card(name, root, random);
}

AddedContact add(TestVault& vault, std::string_view text) {
    vault.files.add_file("/stick/a.card", base::bytes_of(text));
    return vault->add_contact("/stick/a.card");
}

std::vector<std::string> asked(const VerificationChallenge& challenge,
                               const std::vector<std::string>& words) {
    std::vector<std::string> said;
    for (const std::size_t place : challenge.places()) {
        said.push_back(words.at(place - 1));
    }
    return said;
}

TEST_CASE("a card that came in is seen, not verified", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    const AddedContact added = add(vault, mara.text);
    CHECK_FALSE(added.known);
    CHECK(added.namesakes.empty());
    CHECK(added.contact.name == "Mara");
    CHECK(added.contact.fingerprint == mara.fingerprint);
    CHECK_FALSE(added.contact.verified);
    vault.close();
    const ContactDetails details = vault->contact("Mara");
    CHECK_FALSE(details.summary.verified);
    CHECK(details.summary.verified_at.empty());
    CHECK(details.card == mara.text);
    REQUIRE(details.history.size() == 1);
    CHECK(details.history[0].what == "added");
    CHECK(vault.verify().ok());
}

TEST_CASE("the same card again is known, and stays verified", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    const ContactSummary contact = add(vault, mara.text).contact;
    VerificationChallenge challenge = vault->start_verification("Mara", WordsToCompare::kThree);
    const std::vector<std::string> said = asked(challenge, contact.words);
    CHECK(vault->finish_verification(std::move(challenge), said).verified);
    const AddedContact again = add(vault, mara.text);
    CHECK(again.known);
    CHECK(again.contact.verified);
    CHECK(vault->contacts().size() == 1);
    CHECK(vault->contact("Mara").history.size() == 2);
}

TEST_CASE("what carried a card may have changed its line ends and the space around", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    std::string windows = "\xef\xbb\xbf\r\n";
    for (const char c : mara.text) {
        windows += c == '\n' ? "\r\n" : std::string(1, c);
    }
    CHECK(add(vault, windows + "\r\n ").contact.fingerprint == mara.fingerprint);
    CHECK(vault->contact("Mara").card == mara.text);
    CHECK(add(vault, mara.text + "\n").known);
}

TEST_CASE("what is no card, or no good one, adds nothing", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    const auto code = [&](const std::string& text) {
        return code_of([&] { return add(vault, text); });
    };
    CHECK(code("") == ErrorCode::kFailed);
    CHECK(code("a letter\n") == ErrorCode::kFailed);
    CHECK(code(mara.text + std::string(format::kMaxCardBytes, '\n')) == ErrorCode::kFailed);
    CHECK(code(mara.text.substr(0, 100)) == ErrorCode::kFileDamaged);
    CHECK(code(mara.text + mara.text) == ErrorCode::kFileDamaged);
    const auto with = [&](const std::string& name) {
        std::string text = mara.text;
        return text.replace(text.find("Mara"), 4, name);
    };
    CHECK(code(with("Sara")) == ErrorCode::kFileDamaged);
    CHECK(code(with("\x1b[31m")) == ErrorCode::kFileDamaged);
    CHECK(code(with("a\xe2\x80\xae"
                    "b")) == ErrorCode::kFileDamaged);
    CHECK(code_of([&] { return vault->add_contact("/stick/none.card"); }) == ErrorCode::kNoFile);
    CHECK(vault->contacts().empty());
    vault.close();
    CHECK(vault.number("SELECT COUNT(*) FROM contact_event") == 0);
}

TEST_CASE("the own card is refused, also another one of the own key", "[exchange]") {
    TestVault vault;
    CHECK(code_of([&] { return add(vault, vault->identity().card); }) == ErrorCode::kRefused);
    // The root is the same, so the key is; only the name and the inbox are new.
    const std::string twin = vault.with_store([](store::Store& store) {
        store::Rows rows = store.catalog().query("SELECT root FROM identity");
        REQUIRE(rows.next());
        SeededRandom random{5};
        const auto root = crypto::IdentityRoot::copy_of(rows.fixed_blob<32>(0));
        return format::make_card("Rosa the second", root, random).text;
    });
    CHECK(code_of([&] { return add(vault, twin); }) == ErrorCode::kRefused);
    CHECK(vault->contacts().empty());
}

TEST_CASE("a name that somebody has already is taken, and reported", "[exchange]") {
    TestVault vault;
    const format::Card first = card_of("Mara", 1);
    const format::Card second = card_of("MARA", 2);
    add(vault, first.text);
    CHECK(add(vault, second.text).namesakes == std::vector{first.fingerprint});
    CHECK(add(vault, first.text).namesakes == std::vector{second.fingerprint});
    CHECK(add(vault, card_of("Rosa", 3).text).namesakes ==
          std::vector{vault->identity().fingerprint});
}

TEST_CASE("a contact goes by a name that is its own, or by enough of its digits", "[exchange]") {
    TestVault vault;
    const format::Card first = card_of("Mara", 1);
    const format::Card second = card_of("Mara", 2);
    const format::Card third = card_of("Адиль Н.", 3);
    for (const format::Card& card : {first, second, third}) {
        add(vault, card.text);
    }
    const auto found = [&](const std::string& name) {
        return vault->contact(name).summary.fingerprint;
    };
    CHECK(found("Адиль Н.") == third.fingerprint);
    CHECK(found(first.fingerprint) == first.fingerprint);
    CHECK(found(second.fingerprint.substr(0, 8)) == second.fingerprint);
    for (const std::string& name : {std::string{}, std::string{"mara "}, std::string{"Адиль"},
                                    first.fingerprint.substr(0, 7), first.fingerprint + "0"}) {
        CHECK(code_of([&] { return vault->contact(name); }) == ErrorCode::kNotFound);
    }
    const std::string several = message_of([&] { return vault->contact("Mara"); });
    CHECK(several.find(first.fingerprint.substr(0, 8)) != std::string::npos);
    CHECK(several.find(second.fingerprint.substr(0, 8)) != std::string::npos);
}

TEST_CASE("who calls themselves like another's fingerprint takes nothing from them", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    add(vault, mara.text);
    add(vault, card_of(mara.fingerprint.substr(0, 8), 2).text);
    add(vault, card_of(mara.fingerprint, 3).text);
    CHECK(vault->contact(mara.fingerprint).summary.name == "Mara");
    CHECK(code_of([&] { return vault->contact(mara.fingerprint.substr(0, 8)); }) ==
          ErrorCode::kNotFound);
    CHECK(vault->contact(mara.fingerprint.substr(0, 12)).summary.name == "Mara");
}

TEST_CASE("words that the owner read aloud make a contact verified", "[exchange]") {
    TestVault vault;
    const ContactSummary mara = add(vault, card_of("Mara", 1).text).contact;
    const auto how = GENERATE(WordsToCompare::kThree, WordsToCompare::kAll);
    VerificationChallenge challenge = vault->start_verification("Mara", how);
    CHECK(challenge.places().size() == (how == WordsToCompare::kAll ? 12U : 3U));
    CHECK(challenge.places().front() >= 1);
    CHECK(challenge.places().back() <= 12);
    std::vector<std::string> said = asked(challenge, mara.words);
    said[0] = " " + said[0].substr(0, 4) + " ";
    const ContactSummary verified = vault->finish_verification(std::move(challenge), said);
    CHECK(verified.verified);
    CHECK_FALSE(verified.verified_at.empty());
    vault.close();
    const ContactDetails details = vault->contact("Mara");
    CHECK(details.summary.verified);
    REQUIRE(details.history.size() == 2);
    CHECK(details.history[1].what ==
          (how == WordsToCompare::kAll ? "verified_whole" : "verified_three_words"));
}

TEST_CASE("a wrong word changes nothing", "[exchange]") {
    TestVault vault;
    const ContactSummary mara = add(vault, card_of("Mara", 1).text).contact;
    for (std::size_t wrong = 0; wrong < 3; ++wrong) {
        VerificationChallenge challenge = vault->start_verification("Mara", WordsToCompare::kThree);
        std::vector<std::string> said = asked(challenge, mara.words);
        said[wrong] = said[wrong] == "abandon" ? "zoo" : "abandon";
        CHECK(code_of([&] { return vault->finish_verification(std::move(challenge), said); }) ==
              ErrorCode::kRefused);
    }
    CHECK_FALSE(vault->contact("Mara").summary.verified);
    CHECK(vault->contact("Mara").history.size() == 1);
}

TEST_CASE("a misspelt or missing word is a typing mistake", "[exchange]") {
    TestVault vault;
    const ContactSummary mara = add(vault, card_of("Mara", 1).text).contact;
    const auto code = [&](std::size_t count, const std::string& instead) {
        VerificationChallenge challenge = vault->start_verification("Mara", WordsToCompare::kThree);
        std::vector<std::string> said = asked(challenge, mara.words);
        if (!instead.empty()) {
            said[1] = instead;
        }
        said.resize(count, "zoo");
        return code_of([&] { return vault->finish_verification(std::move(challenge), said); });
    };
    CHECK(code(3, "abandn") == ErrorCode::kUsage);
    CHECK(code(3, " ") == ErrorCode::kUsage);
    CHECK(code(2, "") == ErrorCode::kUsage);
    CHECK(code(0, "") == ErrorCode::kUsage);
    CHECK(code(4, "") == ErrorCode::kUsage);
    CHECK_FALSE(vault->contact("Mara").summary.verified);
}

TEST_CASE("an answer counts once, and for the card it was asked for", "[exchange]") {
    TestVault vault;
    const ContactSummary mara = add(vault, card_of("Mara", 1).text).contact;
    VerificationChallenge challenge = vault->start_verification("Mara", WordsToCompare::kThree);
    const std::vector<std::string> said = asked(challenge, mara.words);
    SECTION("used up") {
        const VerificationChallenge moved = std::move(challenge);
        CHECK(code_of([&] { return vault->finish_verification(std::move(challenge), said); }) ==
              ErrorCode::kUsage);
    }
    SECTION("exchanged meanwhile for one of the same name") {
        vault->remove_contact("Mara");
        add(vault, card_of("Mara", 2).text);
        CHECK(code_of([&] { return vault->finish_verification(std::move(challenge), said); }) ==
              ErrorCode::kNotFound);
        CHECK_FALSE(vault->contact("Mara").summary.verified);
    }
}

TEST_CASE("a file with the whole fingerprint verifies, one with less or another doesn't",
          "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    const ContactSummary contact = add(vault, mara.text).contact;
    std::string words;
    for (const std::string& word : contact.words) {
        words += word + "\n";
    }
    const auto code = [&](const std::string& text) {
        vault.files.add_file("/stick/words", base::bytes_of(text));
        return code_of([&] { return vault->verify_contact("Mara", "/stick/words"); });
    };
    CHECK(code("") == ErrorCode::kUsage);
    CHECK(code(words.substr(0, words.rfind('\n', words.size() - 2))) == ErrorCode::kUsage);
    CHECK(code(std::string(2000, 'a')) == ErrorCode::kFailed);
    CHECK(code(card_of("Mara", 2).fingerprint) == ErrorCode::kRefused);
    CHECK_FALSE(vault->contact("Mara").summary.verified);
    CHECK(code(words) == std::nullopt);
    CHECK(vault->contact("Mara").summary.verified);
    CHECK(vault->contact("Mara").history.back().what == "verified_whole");
}

TEST_CASE("a contact that comes back after it was removed is not verified", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    add(vault, mara.text);
    vault.files.add_file("/stick/words", base::bytes_of(mara.fingerprint));
    vault->verify_contact("Mara", "/stick/words");
    CHECK(vault->remove_contact("Mara").contact.fingerprint == mara.fingerprint);
    CHECK(vault->contacts().empty());
    CHECK(code_of([&] { return vault->remove_contact("Mara"); }) == ErrorCode::kNotFound);
    CHECK_FALSE(add(vault, mara.text).contact.verified);
    std::vector<std::string> history;
    for (const ContactEvent& event : vault->contact("Mara").history) {
        history.push_back(event.what);
    }
    CHECK(history == std::vector<std::string>{"added", "verified_whole", "removed", "added"});
}

TEST_CASE("a card that was altered in the catalog is damage, never a contact", "[exchange]") {
    TestVault vault;
    const format::Card mara = card_of("Mara", 1);
    const format::Card other = card_of("Mara", 2);
    add(vault, mara.text);
    SECTION("another's card") {
        vault.write("UPDATE contact SET card = ?1", other.text);
    }
    SECTION("a card that nobody signed") {
        vault.write("UPDATE contact SET card = replace(card, 'Mara', 'Sara')");
    }
    CHECK(code_of([&] { return vault->contacts(); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return vault->contact(mara.fingerprint); }) == ErrorCode::kDamaged);
}

TEST_CASE("sealing a case leaves contacts as they are", "[exchange]") {
    TestVault vault;
    add(vault, card_of("Mara", 1).text);
    SealCaseOptions options;
    options.secret_to = "/stick/case.key";
    options.secret_passphrase = testing::passphrase_of("the key of the case");
    vault->seal_case("", options);
    CHECK(vault->contacts().size() == 1);
}

}  // namespace
}  // namespace kua
