#include "tests/support/vectors.h"

#include <cstdlib>

namespace kua::testing {

std::filesystem::path vectors_directory() {
    const char* const set = std::getenv("KUA_VECTORS");
    return set != nullptr && *set != '\0'
               ? std::filesystem::path(set)
               : std::filesystem::path(KUA_REPOSITORY) / ".." / "shared" / "vectors";
}

}  // namespace kua::testing
