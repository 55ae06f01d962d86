// Versions of kua and of the libraries it runs with. Implemented in vault/version.cpp.
#pragma once

#include <string>
#include <vector>

namespace kua {

struct ComponentVersion {
    std::string name;     // "kua", "libsodium", "SQLCipher", "SQLite", "libgit2", "OpenSSL"
    std::string version;  // as the library running in this process states it
};

// kua first, then the libraries in the order above.
std::vector<ComponentVersion> versions();

}  // namespace kua
