#include "kua/text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "vault/base/utf8.h"

namespace kua {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Combining marks of the scripts met most, sorted. A mark that is missing here costs a column of
// alignment and nothing else; the same holds for the wide ones below.
constexpr std::array kZeroWidth = std::to_array<Range>({
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf}, {0x05c1, 0x05c2},
    {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4},
    {0x06e7, 0x06e8}, {0x06ea, 0x06ed}, {0x0711, 0x0711}, {0x0730, 0x074a}, {0x0900, 0x0902},
    {0x093c, 0x093c}, {0x0941, 0x0948}, {0x094d, 0x094d}, {0x0951, 0x0957}, {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0},
    {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
});

// East Asian wide and full-width characters, and emoji.
constexpr std::array kWide = std::to_array<Range>({
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26aa, 0x26ab},   {0x26bd, 0x26be},
    {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274c},
    {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2e80, 0x303e},
    {0x3041, 0x3247},   {0x3250, 0x4dbf},   {0x4e00, 0xa4c6},   {0xa960, 0xa97c},
    {0xac00, 0xd7a3},   {0xf900, 0xfad9},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},
    {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x1b2fb}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca}, {0x1f3e0, 0x1f3f0}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440},
    {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f550, 0x1f567}, {0x1f5fb, 0x1f64f},
    {0x1f680, 0x1f6c5}, {0x1f6d0, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
    {0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3ffff},
});

bool is_in(const auto& ranges, char32_t c) noexcept {
    const auto range = std::lower_bound(ranges.begin(), ranges.end(), c,
                                        [](const Range& r, char32_t x) { return r.last < x; });
    return range != ranges.end() && range->first <= c;
}

}  // namespace

std::string escape_for_display(std::string_view untrusted) {
    return base::escape_for_display(untrusted);
}

std::string file_name_of(std::string_view name) {
    return base::to_file_name(name).value_or(std::string(name));
}

std::size_t display_width(std::string_view shown) {
    std::size_t columns = 0;
    while (!shown.empty()) {
        if (static_cast<unsigned char>(shown.front()) < 0x80) {  // most text is nothing else
            shown.remove_prefix(1);
            ++columns;
            continue;
        }
        const std::optional<base::DecodedCharacter> c = base::decode_character(shown);
        shown.remove_prefix(c ? c->size_bytes : 1);
        if (!c || !is_in(kZeroWidth, c->code_point)) {
            columns += c && is_in(kWide, c->code_point) ? std::size_t{2} : std::size_t{1};
        }
    }
    return columns;
}

}  // namespace kua
