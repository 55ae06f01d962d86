// Numbers of things in messages, as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kua::base {

// "1 entry", "0 entries", "12 entries".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace kua::base
