// The part of Vault that concerns its own identity.
#include "vault/base/folders.h"
#include "vault/base/new_file.h"
#include "vault/base/utf8.h"
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
    base::FileSystem& files = state_->store.environment().files;
    if (base::lies_in(files, to, state_->store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the card would lie among the files of the vault; name a file elsewhere"};
    }
    const base::ByteView card = base::bytes_of(state_->identity.card.text);
    base::NewFile file{files, to, card};
    if (!base::file_reads_as(files, to, card)) {
        throw Error{ErrorCode::kStorage, base::quoted(to.native()) +
                                             " reads differently than it was written; the device "
                                             "is failing"};
    }
    file.keep();
}

}  // namespace kua
