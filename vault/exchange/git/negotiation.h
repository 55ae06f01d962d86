// What libgit2 asks a remote for, changed on its way out. libgit2 finds out by itself what both
// sides have, but it has to walk through local history for that, which a vault doesn't keep as
// git's, and takes the first twenty common commits for enough; a repository of kua has as many
// separate histories as authors. Source: git's gitprotocol-pack, "Packfile Negotiation".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vault/format/git_object.h"

namespace kua::exchange {

// So many commits are named to a remote; its answers to all of them fit into the system's buffers.
constexpr std::size_t kMaxHaves = 1000;

// `request` is what upload-pack is to receive: "want" lines, a flush, "done". Comes back with
// "have" lines for `haves` before the "done", and without the offer to complete a thin pack, for
// which the vault has no base objects. Unchanged from the first byte that isn't such a request.
std::string with_haves(std::string_view request, const std::vector<format::GitId>& haves);

}  // namespace kua::exchange
