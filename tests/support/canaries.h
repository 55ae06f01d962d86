// Values that must not be found, and a search that finds them however they were written: as they
// are, as hexadecimal digits, within base64 and base64url text at any alignment, as UTF-16, or only
// in part. Every 10 bytes of a value are looked for.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "vault/base/bytes.h"

namespace kua::testing {

class Canaries {
public:
    // Values of at least 10 bytes of which no 10 stand anywhere else.
    void add(const std::string& name, base::ByteView value);
    void add(const std::string& name, std::string_view value);
    // A shorter value, of at least 8 bytes, is looked for as a whole.
    void add_short(const std::string& name, std::string_view value);

    // The names of all that `data` holds a part of.
    std::set<std::string> find_in(base::ByteView data) const;
    std::set<std::string> names() const;

private:
    static constexpr std::size_t kFilterBits = 20;

    void add_all_forms(const std::string& name, std::string_view value, std::size_t size_bytes);
    void add_windows(const std::string& name, std::string_view text, std::size_t size_bytes);

    // What is looked for, by its first 8 bytes: few of all offsets of a text get beyond `filter_`.
    struct Window {
        std::string bytes;
        std::string name;
    };
    std::unordered_multimap<std::uint64_t, Window> windows_;
    std::bitset<std::size_t{1} << kFilterBits> filter_;
};

}  // namespace kua::testing
