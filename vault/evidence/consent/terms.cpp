#include "vault/evidence/consent/terms.h"

#include <algorithm>

#include "vault/base/check.h"

namespace kua::evidence {
namespace {

constexpr std::array<std::string_view, kAllPurposes.size()> kPurposeNames = {
    "keep", "team", "commission", "court", "partner", "publish"};
constexpr std::array<std::string_view, kAllAttributes.size()> kAttributeNames = {
    "content", "time", "place", "voice", "face", "name"};

// The quick levels, as bits, that allow a cell.
constexpr unsigned kAny = 0b111111;
constexpr unsigned kFromOne = 0b111110;
constexpr unsigned kFromTwo = 0b111100;
constexpr unsigned kNamed = 0b101000;   // 3 and 5
constexpr unsigned kPublic = 0b110000;  // 4 and 5
constexpr unsigned kFive = 0b100000;
constexpr unsigned kTicked = 0b1000000 | kFive;  // 5, where it was ticked
constexpr unsigned kTickedMark = 0b1000000;

// Rows are purposes, columns attributes. A team's members never need names: those lie in the
// identity compartment, whose keepers have a key of their own.
constexpr std::array<std::array<unsigned, kAllAttributes.size()>, kAllPurposes.size()> kLevels = {{
    // content time place voice face name
    {kAny, kAny, kAny, kAny, kAny, kAny},                    // keep
    {kFromOne, kFromOne, kFromOne, kFromOne, kFromOne, 0},   // team
    {kFromTwo, kFromTwo, kFromTwo, kNamed, kNamed, kNamed},  // commission
    {kFromTwo, kFromTwo, kFromTwo, kNamed, kNamed, kNamed},  // court
    {kPublic, kPublic, kPublic, kTicked, kTicked, kTicked},  // partner
    {kPublic, kFive, kFive, kTicked, kTicked, kTicked},      // publish
}};

template <class Word, std::size_t Count>
std::optional<Word> find_word(const std::array<std::string_view, Count>& names,
                              std::string_view word) {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Word>(found - names.begin());
}

}  // namespace

std::string_view name_of(Purpose purpose) noexcept {
    return kPurposeNames[index_of(purpose)];
}

std::string_view name_of(Attribute attribute) noexcept {
    return kAttributeNames[index_of(attribute)];
}

std::optional<Purpose> parse_purpose(std::string_view word) {
    return find_word<Purpose>(kPurposeNames, word);
}

std::optional<Attribute> parse_attribute(std::string_view word) {
    return find_word<Attribute>(kAttributeNames, word);
}

std::string words_of(const AttributeSet& attributes) {
    std::string words;
    for (const Attribute attribute : kAllAttributes) {
        if (attributes.test(index_of(attribute))) {
            words.append(words.empty() ? "" : ", ").append(name_of(attribute));
        }
    }
    return words;
}

ConsentGrid grid_of_level(unsigned level, const AttributeSet& ticked) {
    KUA_CHECK(level <= kMaxLevel);
    ConsentGrid grid;
    for (const Purpose purpose : kAllPurposes) {
        AttributeSet allowed;
        for (const Attribute attribute : kAllAttributes) {
            const unsigned levels = kLevels.at(index_of(purpose)).at(index_of(attribute));
            const bool is_ticked = (levels & kTickedMark) == 0 || ticked.test(index_of(attribute));
            allowed.set(index_of(attribute), (levels & (1U << level)) != 0 && is_ticked);
        }
        grid.allow(purpose, allowed);
    }
    return grid;
}

}  // namespace kua::evidence
