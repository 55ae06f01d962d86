// Prints the secrets of a vault, one a line: what it is, a tab, its bytes in hexadecimal. For tests
// that look for them where they must not be.
//
//   kua_secrets VAULT PASSPHRASE
#include <iostream>
#include <span>
#include <string>

#include "vault/base/hex.h"
#include "vault/crypto/keys.h"
#include "vault/evidence/cases.h"
#include "vault/passphrase.h"
#include "vault/store/key_slots.h"
#include "vault/vault_state.h"

namespace {

void print(const std::string& what, std::span<const std::byte> secret) {
    std::cout << what << '\t' << kua::base::encode_hex(secret) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return 2;
    }
    const auto& system = kua::system_environment();
    std::string typed = argv[2];
    const kua::Passphrase passphrase = kua::Passphrase::take(typed);
    const auto key = kua::store::KeySlots::derive_key(system, argv[1], kua::secret_of(passphrase));
    print("key of the passphrase", key.key.expose());
    const auto state = kua::open_state(system, argv[1], passphrase, kua::Access::kRead);
    const kua::crypto::VaultKey& vault_key = state->store.key_slots().vault_key();
    print("vault key", vault_key.expose());
    print("catalog key", kua::crypto::derive_catalog_key(vault_key).expose());
    print("segment key", kua::crypto::derive_segment_key(vault_key, 1).expose());
    print("own age identity", state->identity.age.expose());
    for (const std::string& case_id : kua::evidence::list_case_ids(state->catalog())) {
        for (const auto& one :
             kua::evidence::load_case_keys(state->catalog(), case_id).identities) {
            print("case identity", one.expose());
            print("case identity as age writes it", one.reveal().expose());
        }
    }
    return 0;
}
