// Sizes in messages, as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace kua::base {

// "512 B", "7.8 KiB", "412 MiB": rounded up, since it says how much is needed.
std::string bytes_in_words(std::uint64_t bytes);

}  // namespace kua::base
