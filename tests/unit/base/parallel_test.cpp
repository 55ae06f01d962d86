#include "vault/base/parallel.h"

#include <atomic>
#include <stdexcept>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace kua::base {
namespace {

TEST_CASE("parts make all of it, each once, and none is smaller than is worth a thread",
          "[threads][base]") {
    for (const std::size_t count : {0U, 1U, 9U, 10U, 19U, 20U, 1000U, 1001U}) {
        std::vector<std::atomic<int>> times(count);
        std::atomic<int> small_parts = 0;
        run_in_parts(count, 10, [&](std::size_t begin, std::size_t end) {
            if (end - begin < 10) {
                ++small_parts;
            }
            for (std::size_t i = begin; i < end; ++i) {
                ++times[i];
            }
        });
        for (const std::atomic<int>& one : times) {
            CHECK(one == 1);
        }
        CHECK(small_parts == (count < 10 ? 1 : 0));
    }
}

TEST_CASE("of several parts that fail the lowest is reported", "[threads][base]") {
    std::string said;
    try {
        run_in_parts(1000, 1, [](std::size_t begin, std::size_t) {
            throw std::runtime_error{begin == 0 ? "lowest" : "another"};
        });
    } catch (const std::runtime_error& error) {
        said = error.what();
    }
    CHECK(said == "lowest");
}

}  // namespace
}  // namespace kua::base
