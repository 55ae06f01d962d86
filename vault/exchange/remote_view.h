// Which refs of a remote matter to this vault, and where they are there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vault/evidence/identity.h"
#include "vault/exchange/inbox.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/repository.h"
#include "vault/exchange/sync.h"
#include "vault/store/store.h"

namespace kua::exchange {

struct RemoteView {
    std::vector<Channel> channels;      // of all cases
    std::vector<Inbox> inboxes;         // of all contacts and owners of cases
    std::vector<std::string> outboxes;  // refs that grants of this vault go to
    std::vector<std::string> others;    // inboxes that grants are carried to
    std::map<std::string, format::GitId> refs;
};
// kWhole: also notes whose inboxes grants are carried to (carried_grants.h).
RemoteView look_at(Repository& remote, store::Store& store, const evidence::Identity& identity,
                   SyncDepth depth);

// Whether there are channels by now that weren't looked for.
[[nodiscard]] bool has_new_channels(const RemoteView& view, store::Connection& catalog,
                                    const evidence::Identity& identity);

}  // namespace kua::exchange
