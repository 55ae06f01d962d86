#include "vault/base/ahead.h"

#include <utility>

#include "vault/base/check.h"

namespace kua::base {

Ahead::Ahead() : thread_([this](const std::stop_token& stop) { work(stop); }) {}

Ahead::~Ahead() = default;

void Ahead::add(Job job) {
    {
        const std::lock_guard lock{mutex_};
        jobs_.push_back(std::move(job));
    }
    ++count_;
    changed_.notify_all();
}

Bytes Ahead::take() {
    KUA_CHECK(count_ > 0);
    Result result;
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return !results_.empty(); });
        result = std::move(results_.front());
        results_.pop_front();
    }
    --count_;
    if (result.failure) {
        std::rethrow_exception(result.failure);
    }
    return std::move(result.bytes);
}

void Ahead::work(const std::stop_token& stop) {
    while (true) {
        Job job;
        {
            std::unique_lock lock{mutex_};
            if (!changed_.wait(lock, stop, [this] { return !jobs_.empty(); }) ||
                stop.stop_requested()) {
                return;
            }
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        Result result;
        try {
            result.bytes = job();
        } catch (...) {
            result.failure = std::current_exception();
        }
        {
            const std::lock_guard lock{mutex_};
            results_.push_back(std::move(result));
        }
        changed_.notify_all();
    }
}

}  // namespace kua::base
