#include "vault/exchange/comparison.h"

#include <algorithm>
#include <array>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/format/checkpoint.h"
#include "vault/format/fingerprint.h"

namespace kua::exchange {
namespace {

// From 0 to kFingerprintWords - 1, each as likely: a byte that would favour some is drawn again.
std::size_t draw_place(base::Random& random) {
    constexpr std::size_t kFair = 256 - 256 % format::kFingerprintWords;
    for (;;) {
        std::array<std::byte, 1> drawn{};
        random.fill(drawn);
        const auto number = std::to_integer<std::size_t>(drawn[0]);
        if (number < kFair) {
            return number % format::kFingerprintWords;
        }
    }
}

std::vector<std::string> split_at_white_space(std::string_view text) {
    constexpr std::string_view kWhiteSpace = " \t\r\n";
    std::vector<std::string> parts;
    for (std::size_t at = text.find_first_not_of(kWhiteSpace); at != std::string_view::npos;
         at = text.find_first_not_of(kWhiteSpace)) {
        text.remove_prefix(at);
        const std::size_t end = std::min(text.find_first_of(kWhiteSpace), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return parts;
}

bool is_number(std::string_view text) {
    return std::ranges::all_of(text, base::is_ascii_digit);
}

}  // namespace

std::vector<std::size_t> draw_places(Comparison comparison, base::Random& random) {
    std::vector<std::size_t> places;
    if (comparison == Comparison::kWhole) {
        for (std::size_t place = 0; place < format::kFingerprintWords; ++place) {
            places.push_back(place);
        }
        return places;
    }
    while (places.size() < kAskedWords) {
        const std::size_t place = draw_place(random);
        if (std::ranges::find(places, place) == places.end()) {
            places.push_back(place);
        }
    }
    std::ranges::sort(places);
    return places;
}

bool are_words_at(std::string_view fingerprint, std::span<const std::size_t> places,
                  std::span<const std::string> words) {
    KUA_CHECK(places.size() >= kAskedWords && words.size() == places.size());
    const format::SpokenFingerprint spoken = format::spoken_fingerprint(fingerprint);
    bool same = true;
    for (std::size_t i = 0; i < places.size(); ++i) {
        same = format::is_fingerprint_word(spoken, places[i], words[i]) && same;
    }
    return same;
}

bool is_whole_fingerprint(std::string_view fingerprint, std::string_view text) {
    const std::vector<std::string> parts = split_at_white_space(text);
    const format::SpokenFingerprint spoken = format::spoken_fingerprint(fingerprint);
    if (parts.size() == 1 && parts[0].size() == format::kFingerprintDigits) {
        const std::string digits = base::to_ascii_lower(parts[0]);
        if (base::decode_hex(digits)) {
            return digits == fingerprint;
        }
    }
    if (parts.size() == format::kFingerprintGroups && std::ranges::all_of(parts, is_number)) {
        return std::ranges::equal(parts, spoken.groups);
    }
    if (parts.size() == format::kFingerprintWords) {
        for (std::size_t place = 0; place < parts.size(); ++place) {
            if (!format::is_fingerprint_word(spoken, place, parts[place])) {
                return false;
            }
        }
        return true;
    }
    throw Error{ErrorCode::kUsage,
                "all twelve words are needed, or all eight groups of digits, or the 64 digits of "
                "the fingerprint, and nothing else beside them; fewer prove nothing"};
}

}  // namespace kua::exchange
