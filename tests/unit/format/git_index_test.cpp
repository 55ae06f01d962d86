#include "vault/format/git_index.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/memory_stream.h"
#include "vault/crypto/sha1.h"

namespace kua::format {
namespace {

using testing::code_of;

GitIndex some_index(std::size_t count) {
    testing::SeededRandom random{count};
    GitIndex index;
    random.fill(index.pack.bytes);
    for (std::size_t i = 0; i < count; ++i) {
        GitIndexEntry entry{.crc32 = static_cast<std::uint32_t>(random.next())};
        random.fill(entry.id.bytes);
        entry.offset = i % 3 == 0 ? (std::uint64_t{1} << 31) + i : 12 + i;
        index.entries.push_back(entry);
    }
    std::ranges::sort(index.entries, {}, &GitIndexEntry::id);
    return index;
}

base::Bytes written(const GitIndex& index) {
    base::MemorySink sink;
    write_git_index(index, sink);
    return sink.take();
}

// With the right checksum for what it now holds.
base::Bytes summed(base::Bytes bytes) {
    bytes.resize(bytes.size() - 20);
    crypto::Sha1 hash;
    hash.update(bytes);
    base::append(bytes, hash.finish());
    return bytes;
}

bool index_refused(base::ByteView bytes) {
    return code_of([&] { parse_git_index(bytes); }) == ErrorCode::kDamaged;
}

TEST_CASE("an index reads as it was written, far offsets too", "[format][git]") {
    for (const std::size_t count : {0U, 1U, 2U, 700U}) {
        const GitIndex index = some_index(count);
        CHECK(parse_git_index(written(index)) == index);
    }
}

TEST_CASE("an index finds what it has and nothing else", "[format][git]") {
    const GitIndex index = some_index(300);
    for (const GitIndexEntry& entry : index.entries) {
        CHECK(index.find(entry.id) == &entry);
    }
    CHECK(index.find(GitId{}) == nullptr);
    CHECK(GitIndex{}.find(GitId{}) == nullptr);
}

TEST_CASE("an index that is cut short, longer or altered is damage", "[format][git]") {
    const base::Bytes good = written(some_index(4));
    for (std::size_t kept = 0; kept < good.size(); ++kept) {
        REQUIRE(index_refused(base::ByteView{good}.first(kept)));
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        base::Bytes altered = good;
        altered[at] ^= std::byte{0x10};
        REQUIRE(index_refused(altered));
    }
    base::Bytes longer = good;
    longer.resize(longer.size() + 8);
    CHECK(index_refused(longer));
}

TEST_CASE("an index with a right checksum over wrong tables is damage", "[format][git]") {
    const base::Bytes good = written(some_index(4));
    constexpr std::size_t kIds = 8 + 1024;
    base::Bytes swapped = good;
    std::swap_ranges(swapped.begin() + kIds, swapped.begin() + kIds + 20,
                     swapped.begin() + kIds + 20);
    CHECK(index_refused(summed(swapped)));
    base::Bytes twice = good;
    std::copy_n(twice.begin() + kIds, 20, twice.begin() + kIds + 20);
    CHECK(index_refused(summed(twice)));
    base::Bytes fan = good;
    fan[8 + 3] = std::byte{5};
    CHECK(index_refused(summed(fan)));
    base::Bytes far = good;  // every far offset is the 200th
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t at = kIds + 4 * 24 + 4 * i;
        if ((far[at] & std::byte{0x80}) != std::byte{}) {
            far[at + 3] = std::byte{200};
        }
    }
    CHECK(index_refused(summed(far)));
    base::Bytes version = good;
    version[7] = std::byte{3};
    CHECK(index_refused(summed(version)));
}

TEST_CASE("an index that claims ten million objects is index_refused at once", "[format][T45]") {
    base::Bytes bomb = written(some_index(0));
    for (std::size_t i = 0; i < 256; ++i) {
        bomb[8 + 4 * i + 1] = std::byte{0x98};
    }
    CHECK(index_refused(summed(bomb)));
}

TEST_CASE("an index of version 1 is named as such", "[format][git]") {
    const base::Bytes old(1024 + 40);
    CHECK(testing::message_of([&] { parse_git_index(old); }).find("version 1") !=
          std::string::npos);
}

}  // namespace
}  // namespace kua::format
