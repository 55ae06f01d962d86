// Memory and disk while much goes to a host and comes back.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/git_host.h"
#include "tests/support/run_program.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"

namespace kua::exchange {
namespace {

using testing::GitHost;
using testing::HostKind;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kMostMemory = 256 * kMiB;
constexpr unsigned kPushes = 5;
constexpr unsigned kPartsPerPush = 15;  // of 8 MiB each
const std::string kRosa = "0123456789abcdef0123456789abcdef";

// The most memory that this process had resident so far.
std::uint64_t most_memory() {
    std::istringstream status(testing::read_file("/proc/self/status"));
    std::string word;
    std::uint64_t kib = 0;
    while (status >> word) {
        if (word == "VmHWM:") {
            status >> kib;
        }
    }
    REQUIRE(kib > 0);
    return kib * 1024;
}

std::uint64_t disk_bytes(const std::filesystem::path& dir) {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
        sum += entry.is_regular_file() ? entry.file_size() : 0;
    }
    return sum;
}

TEST_CASE("600 MiB go to a host and come back in 256 MiB of memory", "[exchange][large]") {
    if (std::getenv("KUA_LARGE_TESTS") == nullptr) {
        SKIP("SKIPPED 600 MiB to a host: takes minutes and 3 GB; run it with KUA_LARGE_TESTS=1");
    }
    const HostKind kind = GENERATE(HostKind::kGit, HostKind::kHttps, HostKind::kSsh);
    const GitHost host{kind};
    const testing::TempDir dir;
    testing::SeededRandom random{1};
    base::Bytes part(8 * kMiB);
    random.fill(base::MutableByteView{part});
    std::vector<format::GitId> blobs;
    std::optional<format::GitId> tip;
    {
        const auto rosa =
            open_url_repository(base::posix_filesystem(), dir / "rosa", host.remote());
        for (unsigned push = 0; push < kPushes; ++push) {
            const std::optional<format::GitId> from = tip;
            for (unsigned number = 0; number < kPartsPerPush; ++number) {
                std::rotate(part.begin(), part.begin() + 4099,
                            part.end());  // another one, no less random
                blobs.push_back(rosa->add(format::GitKind::kBlob, part));
                const base::Bytes tree =
                    format::write_git_tree({{"bundle.age", false, blobs.back()}});
                tip = rosa->add(
                    format::GitKind::kCommit,
                    format::write_git_commit({rosa->add(format::GitKind::kTree, tree), tip}));
            }
            CHECK(rosa->added_bytes() > kPartsPerPush * 8 * kMiB);
            rosa->push({{kRosa, from, *tip}}, {});
            CHECK(disk_bytes(dir / "rosa") < kMiB);
        }
    }
    WARN("most memory after pushing: " << most_memory() / kMiB << " MiB");
    CHECK(most_memory() < kMostMemory);

    const auto mara = open_url_repository(base::posix_filesystem(), dir / "mara", host.remote());
    mara->fetch({kRosa}, {});
    for (const format::GitId& blob : blobs) {
        CHECK(mara->read(blob, format::GitKind::kBlob, kMaxPartBytes).has_value());
    }
    WARN("most memory after fetching: " << most_memory() / kMiB << " MiB");
    CHECK(most_memory() < kMostMemory);
}

}  // namespace
}  // namespace kua::exchange
