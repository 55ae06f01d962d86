// A bundle as it lies at a remote, opened and compared with its author's signature: what can be
// told of it by itself, before it is asked whether it continues what is here (incoming.h).
#pragma once

#include "vault/exchange/refs.h"
#include "vault/exchange/refused.h"
#include "vault/journal/bundle.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

// The key of a channel's author; throws Refused (unknown author).
crypto::Ed25519PublicKey author_key(store::Connection& catalog, const Channel& channel);

// Opens what lies in `channel`, of an open case. Throws Refused: for what isn't sealed to the case,
// isn't signed by its author, or is for another place, which is alien; and for what is signed and
// doesn't hold. Throws Error for this vault's own damage.
journal::VerifiedBundle open_authentic(store::Connection& catalog, const Channel& channel,
                                       base::ByteView sealed);

// Facts are withheld from outsiders, never from members: whoever leaves some out of an author's
// bundle hides what was signed. Throws Refused; alien if the same texts `is_known` here.
void check_whole(const journal::VerifiedBundle& bundle, bool is_known);

// Whether a bundle that is known here has the lines it has here. The digest by which it is known is
// that of its signed texts, which its lines lead to only together with all before them. Throws
// Refused.
void check_lines(store::Connection& catalog, const Channel& channel,
                 const journal::VerifiedBundle& bundle);

}  // namespace kua::exchange
