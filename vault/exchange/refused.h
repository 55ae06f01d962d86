// How taking in ends for a ref that shows something wrong.
#pragma once

#include <string>

#include "kua/error.h"
#include "kua/finding.h"

namespace kua::exchange {

// Ends what is done with a ref, or with one bundle there.
struct Refused {
    FindingCode code;
    std::string text;
    // Anybody can have put it there, and it tells nothing of the author that isn't known here: what
    // lies behind it can still be the author's.
    bool is_alien = false;
};
constexpr bool kAlien = true;

// What is damaged in what the remote shows is a finding about the remote; what is damaged in this
// vault is no finding about anybody. So only this may turn the one into the other.
template <class Read>
auto from_remote(Read&& read) {
    try {
        return read();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        throw Refused{FindingCode::kDamaged, error.what()};
    }
}

// The same for what the bundle as it lies there is alone to blame for.
template <class Read>
auto alien_from_remote(Read&& read) {
    try {
        return from_remote(read);
    } catch (Refused& refused) {
        refused.is_alien = true;
        throw;
    }
}

}  // namespace kua::exchange
