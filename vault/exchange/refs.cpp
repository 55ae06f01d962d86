#include "vault/exchange/refs.h"

#include <algorithm>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/crypto/hmac.h"
#include "vault/evidence/members.h"
#include "vault/journal/ids.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kRefNameBytes = 16;

std::string ref_of(base::ByteView secret, const std::string& fingerprint) {
    const crypto::Sha256Digest mac = crypto::hmac_sha256(secret, base::bytes_of(fingerprint));
    return base::encode_hex(base::ByteView{mac}.first(kRefNameBytes));
}

struct Epoch {
    std::uint64_t number = 0;
    crypto::ChannelSecret channel;
};

std::vector<Epoch> list_epochs(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows =
        catalog.query("SELECT epoch, channel FROM case_key WHERE case_id = ?1 ORDER BY epoch",
                      journal::blob_of(case_id));
    std::vector<Epoch> epochs;
    while (rows.next()) {
        const base::ByteView secret = rows.blob(1);
        if (secret.size() != crypto::ChannelSecret::kSizeBytes) {
            throw Error{ErrorCode::kDamaged, "a channel secret in the catalog has a wrong size"};
        }
        epochs.push_back(
            {static_cast<std::uint64_t>(rows.integer(0)),
             crypto::ChannelSecret::copy_of(secret.first<crypto::ChannelSecret::kSizeBytes>())});
    }
    return epochs;
}

}  // namespace

std::string channel_ref(const crypto::ChannelSecret& channel, const std::string& author) {
    return ref_of(channel.expose(), author);
}

std::string inbox_ref(const std::string& inbox, const std::string& sender) {
    return ref_of(journal::blob_of(inbox), sender);
}

std::string own_inbox_ref(const evidence::Identity& identity) {
    return ref_of(identity.own_inbox.expose(), identity.card.fingerprint);
}

std::vector<Channel> list_channels(store::Connection& catalog, const std::string& case_id,
                                   const std::string& own_fingerprint) {
    std::vector<journal::KnownAuthor> authors = evidence::load_authors(catalog, case_id);
    // The owner first: what he says of members decides about the others.
    const std::string owner = evidence::owner_of(catalog, case_id);
    const auto turn = [&](const journal::KnownAuthor& author) {
        return std::pair{author.fingerprint == own_fingerprint, author.fingerprint != owner};
    };
    std::ranges::stable_sort(authors, {}, turn);
    std::vector<Channel> channels;
    const std::vector<Epoch> epochs = list_epochs(catalog, case_id);
    for (const journal::KnownAuthor& author : authors) {
        for (const Epoch& epoch : epochs) {
            channels.push_back({case_id, author.fingerprint, epoch.number,
                                channel_ref(epoch.channel, author.fingerprint)});
        }
    }
    return channels;
}

}  // namespace kua::exchange
