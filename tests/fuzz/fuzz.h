// What every fuzz target includes. A target is a file targets/<name>.cpp that defines
// LLVMFuzzerTestOneInput: feed the input to one parser, let kua::Error pass where the parser may
// refuse, and KUA_CHECK what must hold for whatever it accepts. Any exception that leaves the
// function, and anything a sanitizer finds, is a failure. README.md tells the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kua/error.h"
#include "vault/base/bytes.h"
#include "vault/base/check.h"

// libFuzzer calls it by this name.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kua::testing {

inline base::ByteView fuzz_bytes(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span{data, size});
}

inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
    return base::text_of(fuzz_bytes(data, size));
}

// What `parse` returned; nothing if it refused with `expected`. Other errors pass and so fail.
template <class Parse>
auto parsed(ErrorCode expected, Parse&& parse) -> std::optional<decltype(parse())> {
    try {
        return parse();
    } catch (const Error& error) {
        if (error.code() != expected) {
            throw;
        }
        return std::nullopt;
    }
}

}  // namespace kua::testing

// Targets stand outside all namespaces, as libFuzzer wants it, and are written as if within kua.
namespace kua::crypto {}
namespace kua::format {}
namespace base = kua::base;
namespace crypto = kua::crypto;
namespace format = kua::format;
namespace testing = kua::testing;
using kua::Error;
using kua::ErrorCode;
