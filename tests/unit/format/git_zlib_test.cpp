#include "vault/format/git_zlib.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/git_packs.h"
#include "tests/support/seeded_random.h"

namespace kua::format {
namespace {

using base::bytes_of;
using testing::code_of;

base::Bytes stored(base::ByteView content) {
    base::Bytes stream;
    write_stored(content, [&](base::ByteView part) { base::append(stream, part); });
    return stream;
}

// What the inflater makes of `stream` if told that it holds `size` bytes.
base::Bytes inflated(base::ByteView stream, std::size_t size) {
    testing::MemoryFileSystem files;
    files.add_file("/stream", stream);
    const auto file = files.open("/stream", base::OpenMode::kRead);
    GitInflater inflater{*file, 0, stream.size()};
    base::Bytes out(size);
    out.resize(inflater.read(out));
    const std::uint64_t end = inflater.expect_end();
    CHECK(end == stream.size());
    return out;
}

TEST_CASE("a stored stream holds its content and is as long as was said", "[format][git]") {
    testing::SeededRandom random{1};
    for (const std::size_t size : {0U, 1U, 65'534U, 65'535U, 65'536U, 131'070U, 1'000'000U}) {
        const base::Bytes content = random.bytes(size);
        const base::Bytes stream = stored(content);
        CAPTURE(size);
        CHECK(stream.size() == stored_bytes(size));
        CHECK(inflated(stream, size) == content);
    }
}

TEST_CASE("a deflated stream longer than the buffer is read", "[format][git]") {
    testing::SeededRandom random{2};
    base::Bytes content = random.bytes(700'000);
    content.resize(1'400'000);
    CHECK(inflated(testing::deflated(content), content.size()) == content);
}

TEST_CASE("a stream that ends early, late or wrongly is damage", "[format][git]") {
    const base::Bytes good = testing::deflated(bytes_of("what was said"));
    CHECK(inflated(good, 13).size() == 13);
    for (std::size_t kept = 0; kept < good.size(); ++kept) {
        CAPTURE(kept);
        CHECK(code_of([&] { inflated(base::ByteView{good}.first(kept), 13); }) ==
              ErrorCode::kDamaged);
    }
    CHECK(code_of([&] { inflated(good, 12); }) == ErrorCode::kDamaged);
    base::Bytes flipped = good;
    flipped.back() ^= std::byte{1};  // Adler-32
    CHECK(code_of([&] { inflated(flipped, 13); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { inflated(bytes_of("no stream at all"), 13); }) == ErrorCode::kDamaged);
}

TEST_CASE("a stream is not read beyond where it may lie", "[format][git]") {
    testing::MemoryFileSystem files;
    const base::Bytes good = testing::deflated(bytes_of("what was said"));
    files.add_file("/stream", good);
    const auto file = files.open("/stream", base::OpenMode::kRead);
    GitInflater inflater{*file, 0, good.size() - 1};
    base::Bytes out(13);
    CHECK(code_of([&] {
              inflater.read(out);
              return inflater.expect_end();
          }) == ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::format
