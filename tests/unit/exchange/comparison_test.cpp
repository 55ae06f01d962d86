#include "vault/exchange/comparison.h"

#include <cmath>
#include <map>
#include <numeric>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/hex.h"
#include "vault/format/fingerprint.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::SeededRandom;

using Places = std::vector<std::size_t>;

constexpr double kBitsPerWord = 11;
constexpr std::size_t kWords = format::kFingerprintWords;

std::string fingerprint_of(std::uint64_t seed) {
    SeededRandom random{seed};
    return base::encode_hex(random.bytes(32));
}

std::vector<std::string> words_at(const std::string& fingerprint, const Places& places) {
    const format::SpokenFingerprint spoken = format::spoken_fingerprint(fingerprint);
    std::vector<std::string> words;
    for (const std::size_t place : places) {
        words.emplace_back(spoken.words.at(place));
    }
    return words;
}

std::string join(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : between) + part;
    }
    return text;
}

// One that has the same words in the first `same` places and other words in all others.
std::string agreeing(const std::string& fingerprint, std::size_t same) {
    base::Bytes bytes = *base::decode_hex(fingerprint);
    for (std::size_t word = same; word < kWords; ++word) {
        const std::size_t bit = word * static_cast<std::size_t>(kBitsPerWord);
        bytes.at(bit / 8) ^= static_cast<std::byte>(0x80U >> bit % 8);
    }
    return base::encode_hex(bytes);
}

std::vector<Places> all_choices() {
    std::vector<Places> all;
    for (std::size_t a = 0; a < kWords; ++a) {
        for (std::size_t b = a + 1; b < kWords; ++b) {
            for (std::size_t c = b + 1; c < kWords; ++c) {
                all.push_back({a, b, c});
            }
        }
    }
    return all;
}

double choices(std::size_t of, std::size_t taken) {
    double product = 1;
    for (std::size_t i = 0; i < taken; ++i) {
        product = product * static_cast<double>(of - i) / static_cast<double>(i + 1);
    }
    return product;
}

// How likely a card passes whose maker tried so many others first (2^work_bits hashes) and kept the
// one that agrees in most words, at whatever places.
double chance_after(double work_bits, std::size_t asked) {
    double best = std::exp2(-kBitsPerWord * static_cast<double>(asked));
    for (std::size_t same = asked; same <= kWords; ++same) {
        const double cost =
            kBitsPerWord * static_cast<double>(same) - std::log2(choices(kWords, same));
        if (cost <= work_bits) {
            best = std::max(best, choices(same, asked) / choices(kWords, asked));
        }
    }
    return best;
}

TEST_CASE("three different places are drawn, every choice as likely", "[exchange]") {
    constexpr std::size_t kEach = 200;
    SeededRandom random{31};
    std::map<Places, std::size_t> drawn;
    const std::size_t choices_of_three = all_choices().size();
    REQUIRE(choices_of_three == 220);
    for (std::size_t i = 0; i < choices_of_three * kEach; ++i) {
        ++drawn[draw_places(Comparison::kFewWords, random)];
    }
    CHECK(drawn.size() == choices_of_three);
    double deviation = 0;  // chi-square with 219 degrees of freedom: 99.9 % lie below 289
    for (const Places& places : all_choices()) {
        const double difference = static_cast<double>(drawn[places]) - static_cast<double>(kEach);
        deviation += difference * difference / static_cast<double>(kEach);
    }
    CHECK(deviation < 289);
}

TEST_CASE("a whole comparison asks for every word", "[exchange]") {
    SeededRandom random{31};
    Places every(kWords);
    std::iota(every.begin(), every.end(), std::size_t{0});
    CHECK(draw_places(Comparison::kWhole, random) == every);
}

TEST_CASE("a card passes only where its words are those of the true one", "[exchange]") {
    const std::string rosa = fingerprint_of(1);
    for (std::size_t same = 0; same <= kWords; ++same) {
        const std::string other = agreeing(rosa, same);
        std::size_t passed = 0;
        for (const Places& places : all_choices()) {
            passed += are_words_at(other, places, words_at(rosa, places)) ? 1U : 0U;
        }
        CHECK(static_cast<double>(passed) == choices(same, kAskedWords));
    }
}

// Never 31: what a partial comparison is worth. The numbers stand in docs/decisions/0025.
TEST_CASE("the entropy of three words, against chance and against a prepared card", "[exchange]") {
    CHECK(kBitsPerWord == std::log2(format::kBip39ListWords));
    CHECK(chance_after(0, kAskedWords) == std::exp2(-33));
    const auto percent = [](double work_bits) {
        return std::round(1000 * chance_after(work_bits, kAskedWords)) / 10;
    };
    CHECK(percent(25) == 0);
    CHECK(percent(30) == 0.5);
    CHECK(percent(40) == 1.8);
    CHECK(percent(50) == 4.5);
    CHECK(percent(60) == 9.1);
    CHECK(percent(70) == 15.9);
    CHECK(percent(80) == 25.5);
    // All words: nobody gets there.
    CHECK(chance_after(120, kWords) < std::exp2(-128));
}

TEST_CASE("one wrong word of three is a wrong answer, wherever it is", "[exchange]") {
    const std::string rosa = fingerprint_of(2);
    const Places places{2, 6, 11};
    std::vector<std::string> words = words_at(rosa, places);
    CHECK(are_words_at(rosa, places, words));
    CHECK(are_words_at(rosa, places, std::vector<std::string>{" " + words[0], words[1], words[2]}));
    for (std::size_t wrong = 0; wrong < words.size(); ++wrong) {
        std::vector<std::string> heard = words;
        heard[wrong] = heard[wrong] == "abandon" ? "zoo" : "abandon";
        CHECK_FALSE(are_words_at(rosa, places, heard));
    }
    std::swap(words[0], words[1]);
    CHECK_FALSE(are_words_at(rosa, places, words));
}

TEST_CASE("less than three words are no comparison", "[exchange]") {
    const std::string rosa = fingerprint_of(2);
    for (const Places& places : {Places{}, Places{4}, Places{4, 5}}) {
        CHECK(code_of([&] { return are_words_at(rosa, places, words_at(rosa, places)); }) ==
              ErrorCode::kBug);
    }
    CHECK(code_of([&] {
              return are_words_at(rosa, Places{1, 2, 3}, words_at(rosa, {1, 2}));
          }) == ErrorCode::kBug);
}

TEST_CASE("a whole fingerprint is taken as words, as groups and as digits", "[exchange]") {
    const std::string rosa = fingerprint_of(3);
    const std::string other = fingerprint_of(4);
    const format::SpokenFingerprint spoken = format::spoken_fingerprint(rosa);
    const std::vector<std::string> words{spoken.words.begin(), spoken.words.end()};
    const std::vector<std::string> groups{spoken.groups.begin(), spoken.groups.end()};
    for (const std::string& said :
         {join(words, " "), "\n " + join(words, "\r\n") + "\n", join(groups, " "),
          join(groups, "\n"), rosa, " " + rosa + "\n"}) {
        CHECK(is_whole_fingerprint(rosa, said));
        CHECK_FALSE(is_whole_fingerprint(other, said));
    }
    SECTION("what differs in one word, group or digit is another") {
        for (std::size_t same = 0; same < kWords; ++same) {
            const auto near = format::spoken_fingerprint(agreeing(rosa, same));
            CHECK_FALSE(
                is_whole_fingerprint(rosa, join({near.words.begin(), near.words.end()}, " ")));
            CHECK_FALSE(
                is_whole_fingerprint(rosa, join({near.groups.begin(), near.groups.end()}, " ")));
        }
        std::string digits = rosa;
        digits.back() = digits.back() == '0' ? '1' : '0';
        CHECK_FALSE(is_whole_fingerprint(rosa, digits));
    }
    SECTION("a part of it is refused, right or not") {
        for (const std::string& part :
             {std::string{}, words[0], join({words.begin(), words.begin() + 11}, " "),
              join(words, " ") + " zoo", join({groups.begin(), groups.begin() + 7}, " "),
              rosa.substr(0, 63), rosa + "0", rosa.substr(0, 32)}) {
            CHECK(code_of([&] { return is_whole_fingerprint(rosa, part); }) == ErrorCode::kUsage);
        }
    }
}

}  // namespace
}  // namespace kua::exchange
