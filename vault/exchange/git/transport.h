// libgit2's own transport for an address, with a look at every read and write: counted, bounded,
// reported to the guard, and the request of a fetch completed (negotiation.h).
#pragma once

#include <cstdint>
#include <exception>
#include <vector>

#include <git2.h>

#include "vault/base/connection_guard.h"
#include "vault/exchange/git/remote_url.h"
#include "vault/exchange/git/url_repository.h"

namespace kua::exchange {

// The list of refs comes before anything is asked for; about 200,000 fit.
constexpr std::uint64_t kMaxRefListBytes = std::uint64_t{16} << 20U;

struct TransportState {
    RemoteScheme scheme{};
    base::ConnectionGuard& guard;
    Traffic& traffic;
    std::uint64_t max_fetched_bytes = 0;
    std::vector<format::GitId> haves;  // for the next fetch
    bool network_failed = false;       // an error came from below, not from what was received
    std::exception_ptr failure;        // of a callback; libgit2 only says that there was one
};

// A git_transport_cb for one remote; `state` must outlive the remote.
int make_transport(git_transport** out, git_remote* owner, TransportState& state) noexcept;

}  // namespace kua::exchange
