// Running the same body on several threads and meeting again.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace kua::base {

// Runs every body on a thread of its own, waits for all of them, then rethrows the first failure in
// the order of `bodies`, if any. A body that fails should make the others end early by itself. They
// may wait for each other: none begins before all have their threads. kFailed, and none begins at
// all, if the system starts no more threads.
void run_parallel(const std::vector<std::function<void()>>& bodies);

// Runs `body(begin, end)` for the parts of 0 to `count` that together make all of it, on a thread
// each if there are more than one: at most one a processor, none of fewer than `worth_a_thread`.
// Waits and rethrows as run_parallel() does, so of several failures the one of the lowest part.
void run_in_parts(std::size_t count, std::size_t worth_a_thread,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

// `wanted` if it isn't 0, else the number of processors; from 1 to 64.
unsigned thread_count(unsigned wanted);

}  // namespace kua::base
