#include "vault/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>

#include "kua/error.h"

namespace kua::base {

namespace {

enum class Start : int { kWait, kGo, kNever };

}  // namespace

void run_parallel(const std::vector<std::function<void()>>& bodies) {
    std::vector<std::exception_ptr> failures(bodies.size());
    std::atomic<Start> start = Start::kWait;
    const auto tell = [&start](Start now) {
        start = now;
        start.notify_all();
    };
    std::vector<std::jthread> threads;
    threads.reserve(bodies.size());
    try {
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            threads.emplace_back([&start, &body = bodies[i], &failure = failures[i]]() noexcept {
                try {
                    start.wait(Start::kWait);
                    if (start == Start::kGo) {
                        body();
                    }
                } catch (...) {
                    failure = std::current_exception();
                }
            });
        }
    } catch (const std::system_error&) {
        tell(Start::kNever);
        throw Error{ErrorCode::kFailed, "the system starts no more threads"};
    } catch (const std::exception&) {
        tell(Start::kNever);
        throw;
    }
    tell(Start::kGo);
    threads.clear();  // waits for them
    for (const std::exception_ptr& failure : failures) {
        if (failure != nullptr) {
            std::rethrow_exception(failure);
        }
    }
}

void run_in_parts(std::size_t count, std::size_t worth_a_thread,
                  const std::function<void(std::size_t begin, std::size_t end)>& body) {
    const std::size_t parts = std::clamp<std::size_t>(count / worth_a_thread, 1, thread_count(0));
    if (parts == 1) {
        body(0, count);
        return;
    }
    std::vector<std::function<void()>> bodies;
    for (std::size_t part = 0; part < parts; ++part) {
        bodies.emplace_back([&, part] { body(count * part / parts, count * (part + 1) / parts); });
    }
    run_parallel(bodies);
}

unsigned thread_count(unsigned wanted) {
    constexpr unsigned kMost = 64;
    const unsigned count = wanted != 0 ? wanted : std::thread::hardware_concurrency();
    return std::clamp(count, 1U, kMost);
}

}  // namespace kua::base
