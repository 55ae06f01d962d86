// How often a test that repeats itself for every place or moment does so. With a sanitizer, which
// makes each time several times longer, it takes one in so many: what sanitizers look for shows in
// a part as well, and preset dev does it all. Each test that leaves something out says so.
#pragma once

#include <cstdint>
#include <iostream>

namespace kua::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// The step from one repetition to the next: 1, or `sanitized` with a sanitizer.
inline std::uint64_t stride(std::uint64_t sanitized, const char* of_what) {
    if (!kSanitized) {
        return 1;
    }
    std::cout << "with a sanitizer: one in " << sanitized << ' ' << of_what << '\n';
    return sanitized;
}

}  // namespace kua::testing
