// Work that is done ahead of its use, so that a disk or a cipher and whoever waits for them are
// busy at the same time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "vault/base/bytes.h"

namespace kua::base {

// Runs jobs in their order on a thread of its own and keeps their results until they are taken, in
// the same order. One thread adds and takes. What jobs share is theirs alone until this has gone.
class Ahead {
public:
    using Job = std::function<Bytes()>;

    Ahead();
    Ahead(const Ahead&) = delete;
    Ahead& operator=(const Ahead&) = delete;
    // Waits for a job that runs; those behind it are dropped.
    ~Ahead();

    void add(Job job);
    // Jobs whose results weren't taken.
    std::size_t count() const noexcept { return count_; }
    // Waits for the oldest of those. Rethrows what it failed with. Not without any: kBug.
    Bytes take();

private:
    struct Result {
        Bytes bytes;
        std::exception_ptr failure;
    };
    void work(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Job> jobs_;
    std::deque<Result> results_;
    std::size_t count_ = 0;
    std::jthread thread_;  // the last one: it uses the others
};

}  // namespace kua::base
