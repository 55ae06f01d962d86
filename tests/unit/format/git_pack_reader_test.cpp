#include "vault/format/git_pack_reader.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/git_packs.h"
#include "vault/format/git_pack_scan.h"

namespace kua::format {
namespace {

using namespace std::string_view_literals;
using base::bytes_of;
using testing::code_of;
using testing::deflated;
using testing::delta_of;
using testing::MemoryFileSystem;
using testing::pack_in;
using testing::PackByHand;

const GitPackReader::Wanted kAny{.kind = std::nullopt, .max_bytes = 1 << 20};

GitBase nowhere(const GitId&) {
    return {};
}

std::string text_at(base::ByteView pack, std::uint64_t offset,
                    const FindGitBase& find_base = nowhere,
                    const GitPackReader::Wanted& wanted = kAny) {
    MemoryFileSystem files;
    const auto object = pack_in(files, pack).read(offset, wanted, find_base);
    return object ? std::string(base::text_of(object->content)) : "nothing";
}

bool is_damage(base::ByteView pack, std::uint64_t offset, const FindGitBase& find_base = nowhere) {
    return code_of([&] { text_at(pack, offset, find_base); }) == ErrorCode::kDamaged;
}

std::optional<ErrorCode> code_of_scan(base::ByteView pack) {
    MemoryFileSystem files;
    return code_of([&] {
        GitPackReader reader = pack_in(files, pack);
        return index_git_pack(reader, {});
    });
}

// Base, a delta of it by offset, a delta of that by name.
struct DeltaPack {
    DeltaPack() {
        base = pack.blob("one two three");
        second = pack.offset_delta(pack_size(), delta_of(13, 7, "\x90\x07"sv));
        third = pack.name_delta(git_id(GitKind::kBlob, bytes_of("one two")),
                                delta_of(7, 4, "\x91\x04\x03\x01!"sv));
    }
    std::uint64_t pack_size() const { return pack.finish().size() - 20 - base; }

    PackByHand pack{3};
    std::uint64_t base = 0;
    std::uint64_t second = 0;
    std::uint64_t third = 0;
};

TEST_CASE("deltas by offset and by name are followed", "[format][git]") {
    const DeltaPack made;
    const base::Bytes bytes = made.pack.finish();
    const auto find = [&](const GitId&) { return GitBase{.offset = made.second}; };
    CHECK(text_at(bytes, made.base) == "one two three");
    CHECK(text_at(bytes, made.second) == "one two");
    CHECK(text_at(bytes, made.third, find) == "two!");
}

TEST_CASE("a delta of something outside is made from it, or is nothing", "[format][git]") {
    const DeltaPack made;
    const GitObject outside{GitKind::kBlob, base::copy_of(bytes_of("ONE TWO"))};
    const auto find = [&](const GitId&) { return GitBase{.offset = {}, .object = &outside}; };
    CHECK(text_at(made.pack.finish(), made.third, find) == "TWO!");
    CHECK(text_at(made.pack.finish(), made.third) == "nothing");
}

TEST_CASE("a scan names all objects, those that deltas make too", "[format][git]") {
    const DeltaPack made;
    MemoryFileSystem files;
    GitPackReader pack = pack_in(files, made.pack.finish());
    const GitIndex index = index_git_pack(pack, {});
    REQUIRE(index.entries.size() == 3);
    CHECK(index.find(git_id(GitKind::kBlob, bytes_of("two!")))->offset == made.third);
}

TEST_CASE("a scan leaves out tags and what is made from something missing", "[format][git]") {
    PackByHand pack{3};
    pack.entry(4, 3, deflated(bytes_of("tag")));
    pack.blob("kept");
    pack.name_delta(GitId{}, delta_of(5, 1, "\x01x"sv));
    MemoryFileSystem files;
    GitPackReader reader = pack_in(files, pack.finish());
    const GitIndex index = index_git_pack(reader, {});
    REQUIRE(index.entries.size() == 1);
    CHECK(index.entries[0].id == git_id(GitKind::kBlob, bytes_of("kept")));
}

TEST_CASE("a pack that isn't one is damage", "[format][git]") {
    MemoryFileSystem files;
    const auto opened = [&](const base::Bytes& bytes) {
        return code_of([&] { static_cast<void>(pack_in(files, bytes)); });
    };
    CHECK(opened({}) == ErrorCode::kDamaged);
    CHECK(opened(base::Bytes(31)) == ErrorCode::kDamaged);
    CHECK(opened(PackByHand(0, "PICK").finish()) == ErrorCode::kDamaged);
    CHECK(opened(PackByHand(0, "PACK", 3).finish()) == ErrorCode::kDamaged);
    CHECK(opened(PackByHand(0xffffffff).finish()) == ErrorCode::kDamaged);
    CHECK(opened(PackByHand(0).finish()) == std::nullopt);
}

TEST_CASE("a pack cut short or altered anywhere never scans", "[format][git]") {
    const base::Bytes good = DeltaPack{}.pack.finish();
    REQUIRE(code_of_scan(good) == std::nullopt);
    for (std::size_t i = 0; i < good.size(); ++i) {
        CAPTURE(i);
        REQUIRE(code_of_scan(base::ByteView{good}.first(i)) == ErrorCode::kDamaged);
        base::Bytes altered = good;
        altered[i] ^= std::byte{0x21};
        REQUIRE(code_of_scan(altered) == ErrorCode::kDamaged);
    }
}

TEST_CASE("a pack of fewer or more entries than it says never scans", "[format][git]") {
    PackByHand fewer{2};
    fewer.blob("one");
    CHECK(code_of_scan(fewer.finish()) == ErrorCode::kDamaged);
    PackByHand more{1};
    more.blob("one");
    more.blob("two");
    CHECK(code_of_scan(more.finish()) == ErrorCode::kDamaged);
}

TEST_CASE("entries that say another size than they hold are damage", "[format][git]") {
    for (const std::uint64_t said : {0U, 2U, 4U}) {
        PackByHand pack{1};
        const std::uint64_t at = pack.entry(3, said, deflated(bytes_of("one")));
        CHECK(is_damage(pack.finish(), at));
    }
}

TEST_CASE("entries of no kind are damage", "[format][git]") {
    for (const unsigned type : {0U, 4U, 5U}) {  // 4 is a tag
        PackByHand pack{1};
        const std::uint64_t at = pack.entry(type, 3, deflated(bytes_of("one")));
        CHECK(is_damage(pack.finish(), at));
    }
}

TEST_CASE("1 KiB that claims 10 GiB is refused at once", "[format][T45]") {
    PackByHand pack{1};
    const std::uint64_t at = pack.entry(3, std::uint64_t{10} << 30, deflated(base::Bytes(500'000)));
    pack.raw(base::Bytes(1000));
    CHECK(is_damage(pack.finish(), at));
    CHECK(code_of_scan(pack.finish()) == ErrorCode::kDamaged);
    PackByHand endless{1};
    const std::uint64_t entry = endless.entry(3, 0x0fffffffffffffff, deflated(bytes_of("one")));
    CHECK(is_damage(endless.finish(), entry));
}

TEST_CASE("a pack that holds far more than its size is not scanned", "[format][T45]") {
    const base::Bytes zeros = deflated(base::Bytes(std::size_t{60} << 20));
    PackByHand pack{1};
    pack.entry(3, std::uint64_t{60} << 20, zeros);
    CHECK(code_of_scan(pack.finish()) == std::nullopt);
    PackByHand small{200};
    const base::Bytes megabyte = deflated(base::Bytes(std::size_t{1} << 20));
    for (int i = 0; i < 200; ++i) {
        small.entry(3, std::uint64_t{1} << 20, megabyte);
    }
    CHECK(code_of_scan(small.finish()) == ErrorCode::kDamaged);
}

TEST_CASE("an object larger than wanted or of another kind is refused", "[format][T45]") {
    PackByHand pack{1};
    const std::uint64_t at = pack.blob("thirteen byte");
    const auto code = [&](std::optional<GitKind> kind, std::size_t max_bytes) {
        return code_of([&] { text_at(pack.finish(), at, nowhere, {kind, max_bytes}); });
    };
    CHECK(code(GitKind::kBlob, 13) == std::nullopt);
    CHECK(code(GitKind::kBlob, 12) == ErrorCode::kDamaged);
    CHECK(code(GitKind::kTree, 13) == ErrorCode::kDamaged);
}

TEST_CASE("a delta that makes more than wanted is refused", "[format][T45]") {
    const DeltaPack made;
    CHECK(code_of([&] {
              text_at(made.pack.finish(), made.second, nowhere, {GitKind::kBlob, 6});
          }) == ErrorCode::kDamaged);
}

TEST_CASE("deltas of themselves, in a circle or of what isn't there are damage", "[format][git]") {
    const DeltaPack made;
    const base::Bytes bytes = made.pack.finish();
    const auto circle = [&](const GitId&) { return GitBase{.offset = made.third}; };
    CHECK(is_damage(bytes, made.third, circle));
    CHECK(is_damage(bytes, made.third, [](const GitId&) { return GitBase{.offset = 5}; }));
    CHECK(is_damage(bytes, made.third, [](const GitId&) { return GitBase{.offset = 1 << 20}; }));
    PackByHand self{1};
    const std::uint64_t at = self.offset_delta(0, delta_of(1, 1, "\x01x"sv));
    CHECK(is_damage(self.finish(), at));
    PackByHand before{1};
    const std::uint64_t outside = before.offset_delta(4000, delta_of(1, 1, "\x01x"sv));
    CHECK(is_damage(before.finish(), outside));
}

TEST_CASE("a chain of deltas is followed to its cap and not beyond", "[format][T45]") {
    PackByHand pack{400};
    std::uint64_t before = pack.blob("x");
    std::vector<std::uint64_t> at;
    for (int i = 1; i < 400; ++i) {
        const std::uint64_t here = pack.finish().size() - 20;
        pack.offset_delta(here - before, delta_of(1, 1, "\x90\x01"sv));
        at.push_back(here);
        before = here;
    }
    CHECK(text_at(pack.finish(), at.at(kMaxGitDeltaDepth - 1)) == "x");
    CHECK(is_damage(pack.finish(), at.at(kMaxGitDeltaDepth)));
}

}  // namespace
}  // namespace kua::format
