// KUA_CHECK: conditions that only a mistake in kua can break; checked in release builds too.
#pragma once

#include <string>

#include "kua/error.h"

namespace kua::base {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
    throw Error{ErrorCode::kBug, std::string("a bug in kua: ") + condition + " does not hold at " +
                                     file + ":" + std::to_string(line)};
}

}  // namespace kua::base

#define KUA_CHECK(condition)                                           \
    do {                                                               \
        if (!(condition)) {                                            \
            ::kua::base::check_failed(#condition, __FILE__, __LINE__); \
        }                                                              \
    } while (false)
