// Which refs of a remote matter to this vault, and where they are there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vault/evidence/identity.h"
#include "vault/exchange/inbox.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/repository.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

struct RemoteView {
    std::vector<Channel> channels;      // of all cases
    std::vector<Inbox> inboxes;         // of all contacts
    std::vector<std::string> outboxes;  // refs that grants of this vault go to
    std::map<std::string, format::GitId> refs;
};
RemoteView look_at(Repository& remote, store::Connection& catalog,
                   const evidence::Identity& identity);

// Whether there are channels by now that weren't looked for.
[[nodiscard]] bool has_new_channels(const RemoteView& view, store::Connection& catalog,
                                    const evidence::Identity& identity);

}  // namespace kua::exchange
