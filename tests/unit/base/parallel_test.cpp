#include "vault/base/parallel.h"

#include <atomic>
#include <stdexcept>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/errors.h"
#include "vault/base/filesystem.h"
#include "vault/base/parse.h"

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

std::uint64_t address_space_bytes() {
    Bytes bytes(64);
    const auto file = posix_filesystem().open("/proc/self/statm", OpenMode::kRead);
    bytes.resize(file->read_at(0, bytes));
    const std::string_view text = text_of(bytes);
    const auto pages = parse_unsigned(text.substr(0, text.find(' '))).value();
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Room for the stacks of this many more threads; each takes a gibibyte.
class RoomForThreads {
public:
    explicit RoomForThreads(std::uint64_t threads) {
        ::pthread_attr_t large{};
        REQUIRE(::pthread_getattr_default_np(&before_) == 0);
        REQUIRE(::pthread_attr_init(&large) == 0);
        REQUIRE(::pthread_attr_setstacksize(&large, kStackBytes) == 0);
        REQUIRE(::pthread_setattr_default_np(&large) == 0);
        REQUIRE(::getrlimit(RLIMIT_AS, &limit_) == 0);
        ::rlimit low = limit_;
        low.rlim_cur = address_space_bytes() + threads * kStackBytes + kStackBytes / 2;
        REQUIRE(::setrlimit(RLIMIT_AS, &low) == 0);
    }
    RoomForThreads(const RoomForThreads&) = delete;
    RoomForThreads& operator=(const RoomForThreads&) = delete;
    ~RoomForThreads() {
        ::setrlimit(RLIMIT_AS, &limit_);
        ::pthread_setattr_default_np(&before_);
    }

private:
    static constexpr std::uint64_t kStackBytes = std::uint64_t{1} << 30;

    ::pthread_attr_t before_{};
    ::rlimit limit_{};
};

TEST_CASE("without room for all threads none of them does anything", "[base]") {
    std::atomic<int> begun = 0;
    const std::vector<std::function<void()>> bodies(3, [&begun] { ++begun; });
    {
        const RoomForThreads room{2};
        CHECK(testing::code_of([&] { run_parallel(bodies); }) == ErrorCode::kFailed);
    }
    CHECK(begun == 0);
    run_parallel(bodies);
    CHECK(begun == 3);
}

}  // namespace
}  // namespace kua::base
