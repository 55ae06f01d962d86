// Whether a vault is opened to be read or to be written. Header only.
#pragma once

#include <cstdint>

namespace kua {

enum class Access : std::uint8_t { kRead, kWrite };

}  // namespace kua
