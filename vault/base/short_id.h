// Ids that people read aloud and type: 32 lower-case characters, digits first, without i, l, o
// and u, so that nothing is taken for 1 or 0 (the alphabet is Crockford's base 32).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"

namespace kua::base {

// Five bits a character, first bit first; the last character is filled up with zero bits. 3 bytes
// give 5 characters, 5 bytes give 8. For ids only: it has no decoder.
std::string encode_id(ByteView bytes);

// What was typed as encode_id() would have written it: upper case becomes lower, o becomes 0, i
// and l become 1. Nothing if it is empty or any other character is in it.
std::optional<std::string> normalize_id(std::string_view typed);

}  // namespace kua::base
