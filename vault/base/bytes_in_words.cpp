#include "vault/base/bytes_in_words.h"

#include <array>

namespace kua::base {

std::string bytes_in_words(std::uint64_t bytes) {
    constexpr std::uint64_t kUnit = 1024;
    constexpr std::array<const char*, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < kUnit) {
        return std::to_string(bytes) + " B";
    }
    std::size_t unit = 1;
    while (bytes > (kUnit - 1) * kUnit) {  // "1.0 MiB" rather than "1024 KiB"
        bytes = bytes / kUnit + (bytes % kUnit == 0 ? 0 : 1);
        ++unit;
    }
    const std::uint64_t tenths = (bytes * 10 + kUnit - 1) / kUnit;
    if (tenths < 100) {
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " +
               kUnits.at(unit);
    }
    return std::to_string((bytes + kUnit - 1) / kUnit) + " " + kUnits.at(unit);
}

}  // namespace kua::base
