// What a host shows of itself, as libgit2 hands it over, and whether to talk to it.
#pragma once

#include <string>

#include <git2.h>

#include "vault/exchange/git/url_repository.h"

namespace kua::exchange {

// `valid` is libgit2's own opinion. Of an ssh key it is dropped: it comes from the user's
// known_hosts, and the vault alone says whom to trust. Throws kFailed for a kind of key that kua
// can't compare.
HostKey host_key_of(const git_cert& shown, bool valid);

// Throws kRefused, with the key in the message, unless it is the pinned one or, where none is
// pinned, `remote.accept` agrees.
void check_host_key(const UrlRemote& remote, const HostKey& shown);

}  // namespace kua::exchange
