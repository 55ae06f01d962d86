#include "vault/format/tar.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "vault/base/memory_stream.h"
#include "vault/format/padme.h"

namespace {

using kua::ErrorCode;
using kua::base::Bytes;
using kua::base::bytes_of;
using kua::base::ByteView;
using kua::base::MemorySink;
using kua::base::MemorySource;
using kua::base::MutableByteView;
using kua::base::text_of;
using kua::format::read_tar;
using kua::format::TarEnd;
using kua::format::TarMember;
using kua::format::TarReader;
using kua::format::TarWriter;

constexpr TarMember kMembers[] = {{"checkpoint", 1000}, {"manifest.json", 1000}};
constexpr std::size_t kSecondHeader = 1024;  // header and one block of the first member

Bytes sample(TarEnd end = TarEnd::kPlain) {
    MemorySink sink;
    TarWriter writer{sink};
    writer.add("checkpoint", bytes_of("three lines"));
    writer.add("manifest.json", bytes_of("{}"));
    end == TarEnd::kPlain ? writer.finish() : writer.finish_padded();
    CHECK(writer.bytes_written() == sink.bytes().size());
    return sink.take();
}

std::vector<Bytes> read_sample(ByteView archive, TarEnd end = TarEnd::kPlain) {
    MemorySource source{archive};
    return read_tar(source, kMembers, end);
}

ErrorCode code_of_reading(ByteView archive, TarEnd end = TarEnd::kPlain) {
    try {
        read_sample(archive, end);
    } catch (const kua::Error& error) {
        return error.code();
    }
    FAIL("accepted");
    return ErrorCode::kBug;
}

void put(Bytes& archive, std::size_t offset, std::string_view text) {
    for (const char c : text) {
        archive.at(offset++) = static_cast<std::byte>(c);
    }
}

// Mends the checksum of the header at `offset`, so that only what the test changed is wrong.
void mend_checksum(Bytes& archive, std::size_t offset) {
    put(archive, offset + 148, "        ");
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) {
        sum += std::to_integer<unsigned>(archive.at(offset + i));
    }
    for (std::size_t i = 6; i > 0; --i) {
        archive.at(offset + 148 + i - 1) = static_cast<std::byte>('0' + sum % 8);
        sum /= 8;
    }
    archive.at(offset + 154) = std::byte{0};
}

// Gives one byte at a time, as a pipe may.
class Trickle final : public kua::base::ByteSource {
public:
    explicit Trickle(ByteView bytes) : source_(bytes) {}
    std::size_t read(MutableByteView out) override {
        return source_.read(out.first(out.empty() ? 0 : 1));
    }

private:
    MemorySource source_;
};

}  // namespace

TEST_CASE("what was written is read back, also byte by byte", "[tar]") {
    const Bytes archive = sample();
    CHECK(archive.size() == 4 * 512 + 1024);
    const std::vector<Bytes> contents = read_sample(archive);
    REQUIRE(contents.size() == 2);
    CHECK(text_of(contents[0]) == "three lines");
    CHECK(text_of(contents[1]) == "{}");
    Trickle slow{archive};
    CHECK(read_tar(slow, kMembers, TarEnd::kPlain) == contents);
}

TEST_CASE("a header is ustar to the byte", "[tar]") {
    const Bytes archive = sample();
    const std::string_view header = text_of(ByteView{archive}.first(512));
    CHECK(header.substr(0, 11) == std::string_view{"checkpoint\0", 11});
    CHECK(header.substr(100, 8) == std::string_view{"0000600\0", 8});
    CHECK(header.substr(108, 8) == std::string_view{"0000000\0", 8});
    CHECK(header.substr(124, 12) == std::string_view{"00000000013\0", 12});
    CHECK(header.substr(136, 12) == std::string_view{"00000000000\0", 12});
    CHECK(header.substr(156, 1) == "0");
    CHECK(header.substr(257, 8) == std::string_view{"ustar\0"
                                                    "00",
                                                    8});
    CHECK(header.substr(265, 64) == std::string(64, '\0'));
}

TEST_CASE("members may be empty, block-sized, or larger than one read", "[tar]") {
    for (const std::size_t size : {0U, 1U, 511U, 512U, 513U, 65536U, 65537U, 200000U}) {
        MemorySink sink;
        TarWriter writer{sink};
        const Bytes content(size, std::byte{7});
        writer.add("entries.jsonl", content);
        writer.finish();
        CHECK(sink.bytes().size() % 512 == 0);
        MemorySource source{sink.bytes()};
        TarReader reader{source};
        CHECK(reader.read("entries.jsonl", size) == content);
        reader.finish();
    }
}

TEST_CASE("a padded archive has a Padmé size and reads back", "[tar]") {
    for (std::size_t size = 0; size < 70000; size += 1531) {
        MemorySink sink;
        TarWriter writer{sink};
        writer.add("entries.jsonl", Bytes(size, std::byte{'x'}));
        writer.finish_padded();
        const std::size_t total = sink.bytes().size();
        CHECK(kua::format::padded_bundle_size(total) == total);
        MemorySource source{sink.bytes()};
        TarReader reader{source};
        CHECK(reader.read("entries.jsonl", size).size() == size);
        reader.finish_padded();
    }
    CHECK(sample(TarEnd::kPadded).size() == kua::format::kBundleFloorBytes);
}

TEST_CASE("any changed byte of a padded archive is refused or changes a content", "[tar]") {
    const Bytes good = sample(TarEnd::kPadded);
    const std::vector<Bytes> contents = read_sample(good, TarEnd::kPadded);
    std::size_t changed_contents = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] ^= std::byte{1};
        try {
            const std::vector<Bytes> changed = read_sample(bad, TarEnd::kPadded);
            CHECK(changed != contents);
            ++changed_contents;
        } catch (const kua::Error& error) {
            CHECK(error.code() == ErrorCode::kDamaged);
        }
    }
    CHECK(changed_contents == 11 + 2);  // the bytes of the two members, and no other
}

TEST_CASE("an archive cut or lengthened anywhere is refused", "[tar]") {
    const Bytes good = sample();
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK(code_of_reading(ByteView{good}.first(size)) == ErrorCode::kDamaged);
    }
    for (const std::size_t surplus : {1U, 511U, 512U, 1024U, 9216U}) {
        Bytes longer = good;
        longer.resize(good.size() + surplus);
        CHECK(code_of_reading(longer) == ErrorCode::kDamaged);
    }
}

TEST_CASE("members that are no regular files of ours are refused", "[tar]") {
    const Bytes good = sample();
    const auto refused = [&](std::size_t offset, std::string_view text) {
        Bytes bad = good;
        put(bad, kSecondHeader + offset, text);
        mend_checksum(bad, kSecondHeader);
        CHECK(bad != good);
        CHECK(code_of_reading(bad) == ErrorCode::kDamaged);
    };
    for (const std::string_view type :
         {"1", "2", "3", "4", "5", "6", "7", "x", "g", "L", "K", "S", "V", "D", "A"}) {
        refused(156, type);  // links, devices, directories, pax, GNU
    }
    refused(156, std::string_view{"\0", 1});         // the regular file of old tar
    refused(157, "checkpoint");                      // a link name
    refused(257, std::string_view{"ustar  \0", 8});  // GNU magic
    refused(100, "0000644");                         // another mode
    refused(108, "0001750");                         // an owner
    refused(136, "14000000000");                     // a time
    refused(265, "rosa");                            // a user name
    refused(345, "dir");                             // a prefix to the name
    refused(500, "x");                               // the unused tail
    refused(124, std::string_view{"\x80\0\0\0\0\0\0\0\0\0\0\2", 12});  // base-256 size
    refused(124, "          2");                                       // size led by spaces
    refused(124, "2 ");
    refused(124, "0000000000x");
    refused(135, " ");  // size ended by a space
}

TEST_CASE("other names, doubles, and another order are refused", "[tar]") {
    MemorySink sink;
    TarWriter writer{sink};
    writer.add("checkpoint", bytes_of("a"));
    writer.add("checkpoint", bytes_of("b"));
    writer.finish();
    CHECK(code_of_reading(sink.bytes()) == ErrorCode::kDamaged);

    MemorySink swapped;
    TarWriter other{swapped};
    other.add("manifest.json", bytes_of("a"));
    other.add("checkpoint", bytes_of("b"));
    other.finish();
    CHECK(code_of_reading(swapped.bytes()) == ErrorCode::kDamaged);

    MemorySink missing;
    TarWriter shorter{missing};
    shorter.add("checkpoint", bytes_of("a"));
    shorter.finish();
    CHECK(code_of_reading(missing.bytes()) == ErrorCode::kDamaged);

    MemorySink surplus;
    TarWriter longer{surplus};
    longer.add("checkpoint", bytes_of("a"));
    longer.add("manifest.json", bytes_of("b"));
    longer.add("more", bytes_of("c"));
    longer.finish();
    CHECK(code_of_reading(surplus.bytes()) == ErrorCode::kDamaged);
}

TEST_CASE("a member over its cap is refused before it is read [T45]", "[tar]") {
    Bytes bomb = sample();
    bomb.resize(1024);
    put(bomb, 124, "77777777777");  // 8 GiB less one byte
    mend_checksum(bomb, 0);
    MemorySource source{bomb};
    TarReader reader{source};
    CHECK_THROWS_AS(reader.read("checkpoint", 1000), kua::Error);
    CHECK(source.left_bytes() == 512);
}

TEST_CASE("a claimed size under the cap takes no more memory than arrives [T45]", "[tar]") {
    Bytes bomb = sample();
    bomb.resize(1024);
    put(bomb, 124, "77777777777");
    mend_checksum(bomb, 0);
    MemorySource source{bomb};
    TarReader reader{source};
    CHECK_THROWS_AS(reader.read("checkpoint", ~std::uint64_t{0}), kua::Error);
}

TEST_CASE("a pad of another length or with content is refused", "[tar]") {
    for (const std::size_t size : {0U, 512U, 4607U, 4609U, 5120U}) {
        MemorySink sink;
        TarWriter writer{sink};
        writer.add("checkpoint", bytes_of("three lines"));
        writer.add("manifest.json", bytes_of("{}"));
        writer.add("pad", Bytes(size));
        writer.finish();
        CHECK(code_of_reading(sink.bytes(), TarEnd::kPadded) == ErrorCode::kDamaged);
    }
    CHECK(code_of_reading(sample(TarEnd::kPlain), TarEnd::kPadded) == ErrorCode::kDamaged);
    CHECK(code_of_reading(sample(TarEnd::kPadded), TarEnd::kPlain) == ErrorCode::kDamaged);
}

TEST_CASE("misuse of the writer is a bug, and too large a member is an error", "[tar]") {
    const auto code_of = [](auto&& action) {
        MemorySink sink;
        TarWriter writer{sink};
        try {
            action(writer);
        } catch (const kua::Error& error) {
            return error.code();
        }
        return ErrorCode::kFailed;
    };
    CHECK(code_of([](TarWriter& w) { w.add("../x", {}); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.add("", {}); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.add(".hidden", {}); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.add("-rf", {}); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.add(std::string(101, 'a'), {}); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.begin("a", 3), w.write(bytes_of("four")); }) ==
          ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.begin("a", 3), w.begin("b", 0); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.begin("a", 3), w.finish(); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.finish(), w.finish(); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.finish(), w.add("a", {}); }) == ErrorCode::kBug);
    CHECK(code_of([](TarWriter& w) { w.begin("a", std::uint64_t{1} << 33); }) ==
          ErrorCode::kFailed);
}
