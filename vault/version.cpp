#include "kua/version.h"

#include <iterator>
#include <utility>

#include "vault/crypto/init.h"
#include "vault/exchange/git/version.h"
#include "vault/store/sqlite/connection.h"

namespace kua {

std::vector<ComponentVersion> versions() {
    std::vector<ComponentVersion> crypto = crypto::component_versions();
    std::vector<ComponentVersion> sqlite = store::component_versions();
    // libsodium, then the database, then libgit2 and OpenSSL.
    std::vector<ComponentVersion> all = {{"kua", KUA_VERSION}, std::move(crypto.front())};
    std::move(sqlite.begin(), sqlite.end(), std::back_inserter(all));
    all.push_back(exchange::libgit2_version());
    std::move(crypto.begin() + 1, crypto.end(), std::back_inserter(all));
    return all;
}

}  // namespace kua
