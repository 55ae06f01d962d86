#include "vault/base/parallel.h"

#include <algorithm>
#include <exception>
#include <thread>

namespace kua::base {

void run_parallel(const std::vector<std::function<void()>>& bodies) {
    std::vector<std::exception_ptr> failures(bodies.size());
    {
        std::vector<std::jthread> threads;
        threads.reserve(bodies.size());
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            threads.emplace_back([&body = bodies[i], &failure = failures[i]]() noexcept {
                try {
                    body();
                } catch (...) {
                    failure = std::current_exception();
                }
            });
        }
    }
    for (const std::exception_ptr& failure : failures) {
        if (failure != nullptr) {
            std::rethrow_exception(failure);
        }
    }
}

unsigned thread_count(unsigned wanted) {
    constexpr unsigned kMost = 64;
    const unsigned count = wanted != 0 ? wanted : std::thread::hardware_concurrency();
    return std::clamp(count, 1U, kMost);
}

}  // namespace kua::base
