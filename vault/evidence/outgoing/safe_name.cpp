#include "vault/evidence/outgoing/safe_name.h"

#include <algorithm>
#include <array>

#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxEndingBytes = 16;
constexpr std::string_view kFallback = "item";
constexpr std::string_view kForbidden = "/\\:*?\"<>|";  // on FAT and NTFS, and separators

constexpr std::array<std::string_view, 6> kDevices = {"con", "prn", "aux", "nul", "com", "lpt"};

// Cuts at the front of a character, so that valid UTF-8 stays valid.
std::string_view cut_at_character(std::string_view text, std::size_t most_bytes) {
    std::size_t size = 0;
    while (size < text.size()) {
        const auto next = base::decode_character(text.substr(size));
        const std::size_t step = next ? next->size_bytes : 1;
        if (size + step > most_bytes) {
            break;
        }
        size += step;
    }
    return text.substr(0, size);
}

struct SplitName {
    std::string_view stem;
    std::string_view ending;  // with its dot
};

SplitName split_ending(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kMaxEndingBytes) {
        return {name, {}};
    }
    return {name.substr(0, dot), name.substr(dot)};
}

// Without the dots and spaces at its end, which Windows takes off by itself.
std::string without_trail(std::string name) {
    while (!name.empty() && (name.back() == '.' || name.back() == ' ')) {
        name.pop_back();
    }
    return name;
}

bool is_device_name(std::string_view name) {
    std::string stem = without_trail(base::to_ascii_lower(name.substr(0, name.find('.'))));
    while (!stem.empty() && base::is_ascii_digit(stem.back())) {
        stem.pop_back();
    }
    return std::find(kDevices.begin(), kDevices.end(), stem) != kDevices.end();
}

std::string replace_unsafe(std::string_view stored) {
    std::string safe;
    while (!stored.empty()) {
        const auto next = base::decode_character(stored);
        const std::string_view character = stored.substr(0, next ? next->size_bytes : 1);
        const bool shown = next && base::escape_for_display(character) == character;
        const bool allowed =
            character.size() > 1 || kForbidden.find(character.front()) == std::string_view::npos;
        safe += shown && allowed ? std::string{character} : "_";
        stored.remove_prefix(character.size());
    }
    return safe;
}

}  // namespace

std::string safe_file_name(std::string_view stored) {
    std::string name = without_trail(replace_unsafe(stored));
    if (!name.empty() && (name.front() == '.' || name.front() == '-' || name.front() == ' ')) {
        name.front() = '_';
    }
    if (name.empty() || is_device_name(name)) {
        name.insert(0, std::string{kFallback} + (name.empty() ? "" : "_"));
    }
    const SplitName parts = split_ending(name);
    const std::string_view stem = cut_at_character(parts.stem, kMaxNameBytes - parts.ending.size());
    return without_trail(std::string{stem} + std::string{parts.ending});
}

std::string numbered_name(std::string_view safe_name, unsigned number) {
    const SplitName parts = split_ending(safe_name);
    const std::string addition = " (" + std::to_string(number) + ")";
    const std::string_view stem =
        cut_at_character(parts.stem, kMaxNameBytes - parts.ending.size() - addition.size());
    return std::string{stem} + addition + std::string{parts.ending};
}

}  // namespace kua::evidence
