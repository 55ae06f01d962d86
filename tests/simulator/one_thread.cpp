// One thread for everything, so that a seed goes the same way each time: what kua gives to several
// threads is done here one after the other. The linker puts this in place of base::run_parallel()
// (CMakeLists.txt: --wrap).
#include <exception>
#include <functional>
#include <ranges>
#include <type_traits>
#include <vector>

#include "vault/base/parallel.h"

namespace kua::simulator {

// From the last to the first: of two that share a queue the second fills it, and for a small file
// it never has to wait until somebody takes from it (vault/evidence/intake/pipeline.cpp).
// The name below is that of such a function: with other parameters it would wrap nothing.
static_assert(
    std::is_same_v<decltype(base::run_parallel), void(const std::vector<std::function<void()>>&)>);

void run_one_by_one(const std::vector<std::function<void()>>& bodies) asm(
    "__wrap__ZN3kua4base12run_parallelERKSt6vectorISt8functionIFvvEESaIS4_EE");

void run_one_by_one(const std::vector<std::function<void()>>& bodies) {
    std::exception_ptr first;
    for (const std::function<void()>& body : std::views::reverse(bodies)) {
        try {
            body();
        } catch (...) {
            first = std::current_exception();
        }
    }
    if (first != nullptr) {
        std::rethrow_exception(first);
    }
}

}  // namespace kua::simulator
