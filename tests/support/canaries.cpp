#include "tests/support/canaries.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "vault/base/base64.h"
#include "vault/base/hex.h"

namespace kua::testing {
namespace {

constexpr std::size_t kWindowBytes = 10;
constexpr std::size_t kShortestBytes = 8;

// Of at least eight bytes.
std::uint64_t front_of(const char* text) {
    std::uint64_t front = 0;
    std::memcpy(&front, text, sizeof front);
    return front;
}

std::size_t place_in_filter(std::uint64_t front, std::size_t bits) {
    return static_cast<std::size_t>((front * 0x9e3779b97f4a7c15) >> (64 - bits));
}

// What `value` looks like within base64 of something longer, `before` bytes behind a group's start:
// without the characters that also hold bits of its neighbours.
std::string inside_base64(std::string_view value, std::size_t before, base::Base64 form) {
    base::Bytes bytes(before);
    base::append(bytes, base::bytes_of(value));
    const std::string text = base::encode_base64(bytes, form);
    const std::size_t first = (before * 8 + 5) / 6;
    const std::size_t end = bytes.size() * 8 / 6;
    return text.substr(first, end - first);
}

}  // namespace

void Canaries::add(const std::string& name, base::ByteView value) {
    if (value.size() < kWindowBytes) {
        throw std::invalid_argument(name + " is too short to be searched for in part");
    }
    add_all_forms(name, base::text_of(value), kWindowBytes);
}

void Canaries::add(const std::string& name, std::string_view value) {
    add(name, base::bytes_of(value));
}

void Canaries::add_short(const std::string& name, std::string_view value) {
    if (value.size() < kShortestBytes) {
        throw std::invalid_argument(name + " is too short to be searched for");
    }
    add_all_forms(name, value, value.size());
}

void Canaries::add_all_forms(const std::string& name, std::string_view value,
                             std::size_t size_bytes) {
    add_windows(name, value, size_bytes);
    add_windows(name, base::encode_hex(base::bytes_of(value)), 2 * size_bytes);
    for (std::size_t before = 0; before < 3; ++before) {
        for (const auto form : {base::Base64::kUnpadded, base::Base64::kUrl}) {
            const std::string inside = inside_base64(value, before, form);
            // The most that so many bytes give at every alignment.
            add_windows(name, inside, std::min(inside.size(), size_bytes * 8 / 6 - 1));
        }
    }
    std::string wide;
    for (const char letter : value) {
        wide += letter;
        wide += '\0';
    }
    add_windows(name, wide, 2 * size_bytes);
}

void Canaries::add_windows(const std::string& name, std::string_view text, std::size_t size_bytes) {
    for (std::size_t at = 0; at + size_bytes <= text.size(); ++at) {
        const std::string_view window = text.substr(at, size_bytes);
        windows_.emplace(front_of(window.data()), Window{std::string{window}, name});
        filter_.set(place_in_filter(front_of(window.data()), kFilterBits));
    }
}

std::set<std::string> Canaries::find_in(base::ByteView data) const {
    std::set<std::string> found;
    const std::string_view text = base::text_of(data);
    for (std::size_t at = 0; at + kShortestBytes <= text.size(); ++at) {
        const std::uint64_t front = front_of(text.data() + at);
        if (!filter_.test(place_in_filter(front, kFilterBits))) {
            continue;
        }
        const auto [first, last] = windows_.equal_range(front);
        for (auto window = first; window != last; ++window) {
            if (text.substr(at).starts_with(window->second.bytes)) {
                found.insert(window->second.name);
            }
        }
    }
    return found;
}

std::set<std::string> Canaries::names() const {
    std::set<std::string> all;
    for (const auto& [front, window] : windows_) {
        all.insert(window.name);
    }
    return all;
}

}  // namespace kua::testing
