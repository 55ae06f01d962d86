// What the system's error numbers mean for people and for callers of FileSystem.
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>

#include "kua/error.h"

namespace kua::base {

// kStorage for whatever is not known better: what the device did is then in doubt.
ErrorCode code_of_errno(int error) noexcept;

// "no room on the device": plain words, lower case.
std::string words_of_errno(int error);

// Throws "<doing> <path>: <words>" with the code of `error`; the path as in path_words.h.
[[noreturn]] void throw_errno(int error, std::string_view doing, const std::filesystem::path& path);
[[noreturn]] void throw_errno(int error, std::string_view doing, const std::filesystem::path& from,
                              const std::filesystem::path& to);
// The same where `doing` has the path already.
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
