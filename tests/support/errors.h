// What a call threw, as a value: CHECK(code_of([&] { open(); }) == ErrorCode::kWrongKey).
#pragma once

#include <optional>
#include <string>

#include <catch2/catch_tostring.hpp>

#include "kua/error.h"

namespace kua::testing {

// The code of the kua::Error that `call` threw; nothing if it returned. Other exceptions pass.
template <class Call>
std::optional<ErrorCode> code_of(Call&& call) {
    try {
        static_cast<void>(call());
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

// The message of the kua::Error that `call` threw; empty if it returned.
template <class Call>
std::string message_of(Call&& call) {
    try {
        static_cast<void>(call());
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace kua::testing

template <>
struct Catch::StringMaker<kua::ErrorCode> {
    static std::string convert(kua::ErrorCode code) {
        return "ErrorCode " + std::to_string(static_cast<int>(code));
    }
};

template <>
struct Catch::StringMaker<std::optional<kua::ErrorCode>> {
    static std::string convert(const std::optional<kua::ErrorCode>& code) {
        return code ? StringMaker<kua::ErrorCode>::convert(*code) : "no error";
    }
};
