// How taking in ends for a ref that shows something wrong.
#pragma once

#include <string>

#include "kua/error.h"
#include "kua/finding.h"

namespace kua::exchange {

// Ends what is done with a ref.
struct Refused {
    FindingCode code;
    std::string text;
};

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

}  // namespace kua::exchange
