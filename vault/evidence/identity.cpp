#include "vault/evidence/identity.h"

#include <utility>

#include "vault/crypto/keys.h"

namespace kua::evidence {

void create_identity(store::Transaction& write, std::string_view name, base::Random& random) {
    const auto root = crypto::IdentityRoot::generate(random);
    const format::Card card = format::make_card(name, root, random);
    write.run("INSERT INTO identity (only_one, root, card) VALUES (1, ?1, ?2)",
              base::ByteView{root.expose()}, card.text);
}

Identity load_identity(store::Connection& catalog) {
    store::Rows rows = catalog.query("SELECT root, card FROM identity");
    if (!rows.next() || rows.blob(0).size() != crypto::IdentityRoot::kSizeBytes) {
        throw Error{ErrorCode::kDamaged, "the identity is missing from the catalog"};
    }
    const auto root =
        crypto::IdentityRoot::copy_of(rows.blob(0).first<crypto::IdentityRoot::kSizeBytes>());
    format::Card card = format::parse_card(rows.text(1));
    crypto::Ed25519Signer signer{crypto::derive_signing_seed(root)};
    if (signer.public_key() != card.signing_key) {
        throw Error{ErrorCode::kDamaged, "the identity and its card don't belong together"};
    }
    return {std::move(card), std::move(signer), format::AgeIdentity{crypto::derive_age_seed(root)},
            crypto::derive_own_inbox(root)};
}

}  // namespace kua::evidence
