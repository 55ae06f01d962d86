// Names of refs on remotes: nobody without the secret they are made with can link one to a person,
// a case or another ref, or find it. Source: docs/formats.md, "Refs".
#pragma once

#include <string>

#include "vault/crypto/key.h"
#include "vault/evidence/identity.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

// One journal as it travels: what an author wrote in one epoch of a case.
struct Channel {
    std::string case_id;
    std::string author;
    std::uint64_t epoch = 1;
    std::string ref;  // 32 hex digits
};

// The ref that `author`, a fingerprint, writes to in the epoch of that channel secret.
std::string channel_ref(const crypto::ChannelSecret& channel, const std::string& author);
// The ref that a vault leaves grants for itself at. Nobody else can compute it.
std::string own_inbox_ref(const evidence::Identity& identity);
// The ref that `sender`, a fingerprint, leaves grants at for the card with that inbox token.
std::string inbox_ref(const std::string& inbox, const std::string& sender);

// All channels of a case: each epoch with each author that may have written in it. The own ones
// come last, so that what they build on is there before them.
std::vector<Channel> list_channels(store::Connection& catalog, const std::string& case_id,
                                   const std::string& own_fingerprint);

}  // namespace kua::exchange
