// Batches of files on their way: from the one thread that looks them up and gives them names, over
// the threads that write them, back to it. The writers never wait for the end of a batch.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "vault/evidence/outgoing/outgoing.h"

namespace kua::evidence {

class OutgoingQueue {
public:
    // The side that gives. A batch stays where it is until it was written; nobody else looks at it
    // meanwhile. Those in it that have a failure are passed by.
    void put(std::span<Outgoing> batch);
    // No more batches come.
    void close();
    // Waits until the oldest batch is written and forgets it. False: stop() was called before.
    bool wait_written();

    // The side that writes; any number of threads. The next one, batch by batch, in the order in
    // which they lie in the segments; nullptr: none at the moment.
    Outgoing* take();
    // Once for each that was taken, when nothing more happens to it.
    void done(const Outgoing& one);
    // Waits until there is something to take. False: there never will be.
    bool wait_to_take();

    // Either side has failed: nothing is given out any more, and nobody waits.
    void stop();

private:
    struct Part {
        std::span<Outgoing> batch;
        std::vector<std::size_t> order;  // of those to be written
        std::size_t taken = 0;           // of `order`
        std::size_t done = 0;
    };

    bool can_take() const;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Part> parts_;  // oldest first
    bool is_closed_ = false;
    bool is_stopped_ = false;
};

}  // namespace kua::evidence
