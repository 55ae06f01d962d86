// JSON, read with limits and written in one spelling: the only door of the layers to
// nlohmann-json. What is read comes from others and may be made to hurt, so everything JSON leaves
// open is settled here: no duplicate keys, whole numbers only, limited size and depth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace kua::base {

// Members keep the order in which they were added or read: journal lines and reports are written
// in the order that docs/formats gives, with the most telling member first. Finding a member walks
// through the object, so don't look up every member of a large object that others wrote; iterate.
using Json = nlohmann::ordered_json;

// The largest whole number that every JSON reader keeps exact, 2^53 - 1.
inline constexpr std::int64_t kMaxJsonInteger = (std::int64_t{1} << 53) - 1;

struct JsonLimits {
    std::size_t max_bytes = std::size_t{1} << 20;
    int max_depth = 8;  // objects and arrays around one another; a lone number has depth 0
};

// One JSON value, with nothing but JSON white space before and after it. Throws kDamaged, without
// quoting the text, for: more than the limits, a byte order mark, invalid UTF-8 (lone surrogate
// escapes too), a key twice in one object, a number with a fraction or exponent or beyond
// kMaxJsonInteger either way, anything that is not JSON. Stops at the first fault; neither the call
// stack nor the time of a step grows with what it reads.
Json parse_json(std::string_view text, const JsonLimits& limits = {});

// Without white space, UTF-8 unescaped, ready to be hashed. Throws kBug for what parse_json would
// not read again: a text that is not UTF-8 (callers check what people typed with is_valid_utf8), a
// fraction, a number beyond kMaxJsonInteger.
std::string write_json(const Json& json);

// Members by type. All throw kDamaged, naming `key` (a word of the program, never of the input), if
// `json` is no object, has no such member, or one of another type or out of range. References live
// as long as `json`.
const Json& member_at(const Json& json, std::string_view key);
const std::string& text_at(const Json& json, std::string_view key);
std::uint64_t uint_at(const Json& json, std::string_view key,
                      std::uint64_t max = static_cast<std::uint64_t>(kMaxJsonInteger));
std::int64_t int_at(const Json& json, std::string_view key, std::int64_t min = -kMaxJsonInteger,
                    std::int64_t max = kMaxJsonInteger);
bool bool_at(const Json& json, std::string_view key);
const Json& array_at(const Json& json, std::string_view key);
const Json& object_at(const Json& json, std::string_view key);

// The member, or nullptr if there is none. Throws kDamaged if `json` is no object.
const Json* find_member(const Json& json, std::string_view key);

// The value itself as text. Throws kDamaged if it is none; `what` names it in the message.
const std::string& as_text(const Json& json, std::string_view what);

// Throws kDamaged if `json` is no object or has a member that is not in `keys`.
void require_only_members(const Json& json, std::initializer_list<std::string_view> keys);

}  // namespace kua::base
