// The remotes that this vault exchanges with, by the names that people gave them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kua/exchange.h"
#include "kua/progress.h"
#include "vault/base/environment.h"
#include "vault/exchange/repository.h"
#include "vault/store/sqlite/transaction.h"
#include "vault/store/store.h"

namespace kua::exchange {

// kUsage for a name or address that can't be one, kExists if the name is taken.
void check_remote(const RemoteRequest& request);
void add_remote(store::Transaction& write, const RemoteRequest& request, const base::Clock& clock);
// Whom to log in as at an https host, and with what. kUsage for what can't be a user or a secret,
// and for a remote that takes no such login; kNotFound. check_login() refuses the same before a
// secret is at hand. No user: nobody any more.
void check_login(store::Connection& catalog, const std::string& name, const std::string& user);
void set_login(store::Transaction& write, const std::string& name, const std::string& user,
               base::ByteView secret);
// Forgets what it showed, too. kNotFound.
void remove_remote(store::Transaction& write, const std::string& name);
std::vector<RemoteSummary> list_remotes(store::Connection& catalog);
// kNotFound.
RemoteSummary load_remote(store::Connection& catalog, const std::string& name);
void mark_synced(store::Transaction& write, const std::string& name, bool brought_news,
                 const base::Clock& clock);

// Connects as far as it takes to learn the host's key.
RemoteProbe probe_remote(store::Store& store, const RemoteRequest& request);

// Removes what syncs with hosts left that were killed: an invitation may be among it, which would
// open a case after it was sealed. `store` is open for writing, so no other sync is under way.
void sweep_unfinished(store::Store& store);

// Opens it for one sync. A path must be there: a stick that isn't mounted is not made anew.
std::unique_ptr<Repository> open_remote(store::Store& store, const RemoteSummary& remote,
                                        const Progress& progress);
// Makes an empty repository at a path where there is nothing yet; leaves one that is there.
void prepare_path(store::Store& store, const std::string& path);

}  // namespace kua::exchange
