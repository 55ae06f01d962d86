#include "vault/evidence/outgoing/file_digests.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"

namespace kua::evidence {
namespace {

using testing::code_of;

struct DigestWorld {
    void add(std::size_t size_bytes) {
        const base::Bytes content = random.bytes(size_bytes);
        files.add_file(path(digests.size()), content);
        digests.push_back(crypto::sha256(content));
    }
    static base::fs::path path(std::size_t number) { return "/" + std::to_string(number); }
    // Each file, from the first to the last; how often each got which digest.
    void run(base::FileSystem& system) {
        std::size_t given = 0;
        digest_files([&]() -> std::optional<FileToDigest> {
            if (given == digests.size()) {
                return std::nullopt;
            }
            const std::size_t number = given++;
            return FileToDigest{system.open(path(number), base::OpenMode::kRead),
                                [this, number](const crypto::Sha256Digest& digest) {
                                    got[number].push_back(digest);
                                }};
        });
    }

    testing::SeededRandom random{11};
    testing::MemoryFileSystem files;
    std::vector<crypto::Sha256Digest> digests;
    std::map<std::size_t, std::vector<crypto::Sha256Digest>> got;
};

TEST_CASE("files have the digests of their bytes, whatever lies beside them", "[evidence]") {
    constexpr std::size_t kAtOnce = std::size_t{128} << 10;
    DigestWorld world;
    for (const std::size_t size_bytes :
         {std::size_t{0}, std::size_t{1}, kAtOnce - 1, kAtOnce, kAtOnce + 1, std::size_t{63},
          std::size_t{64}, 3 * kAtOnce, std::size_t{0}, std::size_t{0}, 5 * kAtOnce + 17,
          std::size_t{55}, std::size_t{56}}) {
        world.add(size_bytes);
    }
    world.run(world.files);
    REQUIRE(world.got.size() == world.digests.size());
    for (std::size_t i = 0; i < world.digests.size(); ++i) {
        CHECK(world.got[i] == std::vector{world.digests[i]});
    }
}

TEST_CASE("no files have no digests, and one has its own", "[evidence]") {
    DigestWorld none;
    none.run(none.files);
    CHECK(none.got.empty());
    DigestWorld one;
    one.add(1000);
    one.run(one.files);
    CHECK(one.got[0] == std::vector{one.digests[0]});
}

TEST_CASE("a file that can't be read gets no digest, and ends the reading", "[evidence]") {
    DigestWorld world;
    world.add(1000);
    world.add(2000);
    testing::FaultFileSystem faulty{world.files};
    faulty.before_each_call([](const testing::Call& call) {
        if (call.kind == testing::CallKind::kRead && call.path == DigestWorld::path(1)) {
            throw Error{ErrorCode::kStorage, "a bad sector"};
        }
    });
    CHECK(code_of([&] { return world.run(faulty), 0; }) == ErrorCode::kStorage);
    CHECK(world.got.count(1) == 0);
}

}  // namespace
}  // namespace kua::evidence
