// What the system's error numbers mean for people and for callers of FileSystem.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "kua/error.h"

namespace kua::base {

// kStorage for whatever is not known better: what the device did is then in doubt.
ErrorCode code_of_errno(int error) noexcept;

// "no room on the device": plain words, no path, lower case.
std::string words_of_errno(int error);

// Throws "<doing>: <words>" with the code of `error`.
[[noreturn]] void throw_errno(int error, std::string_view doing);

// Repeats `call` while a signal interrupts it and returns its result; errno is the last call's.
template <class Call>
auto retry_interrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) {
        result = call();
    }
    return result;
}

}  // namespace kua::base
