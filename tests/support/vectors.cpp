#include "tests/support/vectors.h"

#include <cstdlib>

namespace kua::testing {

std::filesystem::path repository_directory() {
    return KUA_REPOSITORY;
}

std::filesystem::path vectors_directory() {
    const char* const set = std::getenv("KUA_VECTORS");
    return set != nullptr && *set != '\0' ? std::filesystem::path(set)
                                          : repository_directory() / ".." / "shared" / "vectors";
}

}  // namespace kua::testing
