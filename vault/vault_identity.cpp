// The part of Vault that concerns its own identity.
#include "vault/base/folders.h"
#include "vault/base/new_file.h"
#include "vault/format/fingerprint.h"
#include "vault/vault_state.h"

namespace kua {

IdentitySummary Vault::identity() const {
    const format::Card& card = state_->identity.card;
    const format::SpokenFingerprint spoken = format::spoken_fingerprint(card.fingerprint);
    return {card.name,
            card.fingerprint,
            card.text,
            {spoken.words.begin(), spoken.words.end()},
            {spoken.groups.begin(), spoken.groups.end()}};
}

void Vault::write_card(const std::filesystem::path& to) {
    write_new_file(to, state_->identity.card.text);
}

void Vault::write_new_file(const std::filesystem::path& to, std::string_view content) {
    base::FileSystem& files = state_->store.environment().files;
    if (base::lies_in(files, to, state_->store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the file would lie among those of the vault; name one elsewhere"};
    }
    base::write_read_back(files, to, base::bytes_of(content))->keep();
}

}  // namespace kua
