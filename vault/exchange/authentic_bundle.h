// A bundle as it lies at a remote, opened and compared with its author's signature: what can be
// told of it by itself, before it is asked whether it continues what is here (incoming.h).
#pragma once

#include <cstdint>

#include "vault/exchange/refs.h"
#include "vault/exchange/refused.h"
#include "vault/journal/bundle.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

// The key of a channel's author; throws Refused (unknown author).
crypto::Ed25519PublicKey author_key(store::Connection& catalog, const Channel& channel);

// What its author signed of a bundle. Its lines and facts may still be missing or others.
struct SignedBundle {
    journal::BundleContent content;
    journal::Manifest manifest;
};

// Opens what lies in `channel`, of an open case. Throws Refused: for what isn't sealed to the case,
// isn't signed by its author, or is for another case or author, which is alien; and for what is
// signed and contradicts itself. Throws Error for this vault's own damage.
SignedBundle open_signed(store::Connection& catalog, const Channel& channel, base::ByteView sealed);

// What this vault holds in the place of a bundle.
enum class Held : std::uint8_t {
    kNothing,
    kSame,     // whoever sealed it
    kAnother,  // the author signed two histories
};
[[nodiscard]] Held what_is_held(store::Connection& catalog, const Channel& channel,
                                const SignedBundle& bundle);

// Whether the bundle from `first` on is here, sealed with those very bytes.
[[nodiscard]] bool is_held_as(store::Connection& catalog, const Channel& channel,
                              std::uint64_t first, const store::SealedDigest& digest);

// Reads its lines and facts. Throws Refused for what lies in the channel of another epoch than it
// is signed for, or doesn't hold; alien if the same `is_known` here.
journal::VerifiedBundle read_signed(store::Connection& catalog, const Channel& channel,
                                    SignedBundle bundle, bool is_known);

// Facts are withheld from outsiders, never from members: whoever leaves some out of an author's
// bundle hides what was signed. Throws Refused; alien if the same texts `is_known` here.
void check_whole(const journal::VerifiedBundle& bundle, bool is_known);

// Whether a bundle that is known here has the lines it has here. The digest by which it is known is
// that of its signed texts, which its lines lead to only together with all before them. Throws
// Refused.
void check_lines(store::Connection& catalog, const Channel& channel,
                 const journal::VerifiedBundle& bundle);

}  // namespace kua::exchange
