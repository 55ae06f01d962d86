// Batches of files on their way: from the one thread that looks them up and gives them names, over
// the threads that write them, back to it. The writers never wait for the end of a batch.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <vector>

#include "vault/evidence/outgoing/outgoing.h"

namespace kua::evidence {

class OutgoingQueue {
public:
    // `takers`: how many take side by side. What is little is spread over all of them.
    explicit OutgoingQueue(std::size_t takers = 1) : takers_(takers) {}

    // The side that gives. A batch stays where it is until it was written; nobody else looks at it
    // meanwhile. Those in it that have a failure are passed by.
    void put(std::span<Outgoing> batch);
    // Whether wait_written() would have to wait.
    bool is_oldest_in_work();
    // No more batches come.
    void close();
    // Waits until the oldest batch is written and forgets it. False: it won't be any more.
    bool wait_written();

    // The side that writes; any number of threads. The next ones, batch by batch, in the order in
    // which they lie in the segments: a large one, or a few small ones that follow each other in
    // one segment, so that one reader comes by all of them. None if at the moment there are no more
    // than `for_others`.
    std::deque<Outgoing*> take(std::size_t for_others = 0);
    // For each that was taken one of these, when nothing more happens to it. fail(): with what ends
    // everything, so that nothing is given out any more; what was taken before is still waited for.
    void done(const Outgoing& one);
    void fail(const Outgoing& one, std::exception_ptr why);
    // Waits until there is something to take. False: there never will be.
    bool wait_to_take();

    // Either side has failed: nothing is given out any more, and nobody waits.
    void stop(std::exception_ptr why);
    // What came first to fail() or stop(); nullptr if neither was called.
    std::exception_ptr failure();

private:
    struct Part {
        std::span<Outgoing> batch;
        std::vector<std::size_t> order;  // of those to be written
        std::size_t taken = 0;           // of `order`
        std::size_t done = 0;
        bool has_failed = false;  // one of those that were taken
        bool is_written() const { return done == order.size(); }
    };

    // Whether it is known how it ends.
    bool is_settled(const Part& part) const;
    Part& part_of(const Outgoing& one);
    std::size_t count_left() const;

    std::size_t takers_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Part> parts_;  // oldest first
    bool is_closed_ = false;
    bool is_stopped_ = false;
    std::exception_ptr failure_;
};

}  // namespace kua::evidence
