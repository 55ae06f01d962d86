// Running the same body on several threads and meeting again.
#pragma once

#include <functional>
#include <vector>

namespace kua::base {

// Runs every body on a thread of its own, waits for all of them, then rethrows the first failure in
// the order of `bodies`, if any. A body that fails should make the others end early by itself.
void run_parallel(const std::vector<std::function<void()>>& bodies);

// `wanted` if it isn't 0, else the number of processors; from 1 to 64.
unsigned thread_count(unsigned wanted);

}  // namespace kua::base
