// How the world is when a test begins, kept from one test to the next: CTest runs each in a process
// of its own, and with a sanitizer making three vaults that share a case takes longer than most
// tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/memory_tree.h"

namespace kua::testing {

struct Beginning {
    MemoryTree tree;
    std::string case_id;
    std::vector<std::string> fingerprints;
};

// What `make` returns, or what it returned to an earlier process of this very program, read from
// the folder that KUA_TEST_BEGINNINGS names (tests/CMakeLists.txt); without that it is made each
// time.
Beginning kept_beginning(const std::string& name, const std::function<Beginning()>& make);

}  // namespace kua::testing
