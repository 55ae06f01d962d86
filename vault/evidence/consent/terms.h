// What a source may be asked for, and what the quick levels answer: purposes x attributes, 36 cells
// that allow or refuse. Source: docs/consent.md. The names reach disk in the journal.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kua::evidence {

enum class Purpose : std::uint8_t { kKeep, kTeam, kCommission, kCourt, kPartner, kPublish };
// Of the source, never of others who are to be seen or heard.
enum class Attribute : std::uint8_t { kContent, kTime, kPlace, kVoice, kFace, kName };

constexpr std::array kAllPurposes = {Purpose::kKeep,  Purpose::kTeam,    Purpose::kCommission,
                                     Purpose::kCourt, Purpose::kPartner, Purpose::kPublish};
constexpr std::array kAllAttributes = {Attribute::kContent, Attribute::kTime, Attribute::kPlace,
                                       Attribute::kVoice,   Attribute::kFace, Attribute::kName};
using PurposeSet = std::bitset<kAllPurposes.size()>;
using AttributeSet = std::bitset<kAllAttributes.size()>;

constexpr std::size_t index_of(Purpose purpose) {
    return static_cast<std::size_t>(purpose);
}
constexpr std::size_t index_of(Attribute attribute) {
    return static_cast<std::size_t>(attribute);
}
inline AttributeSet set_of(std::initializer_list<Attribute> attributes) {
    AttributeSet set;
    for (const Attribute attribute : attributes) {
        set.set(index_of(attribute));
    }
    return set;
}

std::string_view name_of(Purpose purpose) noexcept;
std::string_view name_of(Attribute attribute) noexcept;
// Nothing for any other word.
std::optional<Purpose> parse_purpose(std::string_view word);
std::optional<Attribute> parse_attribute(std::string_view word);
// "content, time"
std::string words_of(const AttributeSet& attributes);

// One answer for each cell.
class ConsentGrid {
public:
    bool allows(Purpose purpose, Attribute attribute) const {
        return cells_.at(index_of(purpose)).test(index_of(attribute));
    }
    void allow(Purpose purpose, const AttributeSet& attributes) {
        cells_.at(index_of(purpose)) |= attributes;
    }
    const AttributeSet& allowed(Purpose purpose) const { return cells_.at(index_of(purpose)); }
    bool operator==(const ConsentGrid&) const = default;

private:
    std::array<AttributeSet, kAllPurposes.size()> cells_{};
};

constexpr unsigned kMaxLevel = 5;
// Nobody was asked yet: kept safe, and nothing else.
constexpr unsigned kLevelNotAsked = 0;
// What an owner may say at most for material whose source nobody knows.
constexpr unsigned kMaxLevelOfUnknown = 2;

// The cells that a quick level allows. The levels are no ladder: 4 doesn't contain 3. `ticked` are
// those of voice, face and name that level 5 also gives to partners and to the public. A level
// above kMaxLevel is a kBug.
ConsentGrid grid_of_level(unsigned level, const AttributeSet& ticked);

}  // namespace kua::evidence
