// AgeWriter and AgeReader together, and what happens to files between them.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/seeded_random.h"
#include "vault/base/memory_stream.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_writer.h"

namespace kua::format {
namespace {

using base::bytes_of;
using testing::code_of;
using testing::SeededRandom;

// Hands out at most `step` bytes a call, as pipes do.
class SlowSource final : public base::ByteSource {
public:
    SlowSource(base::ByteView bytes, std::size_t step) : source_(bytes), step_(step) {}
    std::size_t read(base::MutableByteView out) override {
        return source_.read(out.first(std::min(out.size(), step_)));
    }

private:
    base::MemorySource source_;
    std::size_t step_;
};

base::Bytes sealed(base::ByteView plaintext, const AgeRecipient& recipient, std::size_t step) {
    SeededRandom random{20};
    base::MemorySink sink;
    AgeWriter writer{sink, recipient, random};
    while (plaintext.size() > step) {
        writer.write(plaintext.first(step));
        plaintext = plaintext.subspan(step);
    }
    writer.write(plaintext);
    writer.finish();
    return sink.take();
}

base::Bytes read_all(AgeReader& reader, std::size_t room) {
    base::Bytes all;
    base::Bytes out(room);
    while (const std::size_t count = reader.read(out)) {
        base::append(all, std::span{out}.first(count));
    }
    return all;
}

base::Bytes opened(base::ByteView file, const AgeIdentity& identity,
                   std::size_t room = kAgeChunkBytes) {
    base::MemorySource source{file};
    AgeReader reader{source, identity, AgeStanzas::kOne};
    return read_all(reader, room);
}

TEST_CASE("files of all sizes open again", "[format]") {
    SeededRandom random{21};
    const AgeIdentity hybrid = AgeIdentity::generate(AgeKeyKind::kHybrid, random);
    const AgeIdentity classic = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 1U << 20U, 1U << 24U}) {
        const base::Bytes plaintext = random.bytes(size);
        for (const AgeIdentity* identity : {&hybrid, &classic}) {
            const base::Bytes file = sealed(plaintext, identity->recipient(), size + 1);
            CHECK(opened(file, *identity) == plaintext);
        }
    }
}

TEST_CASE("the bytes do not depend on the sizes of calls", "[format]") {
    SeededRandom random{22};
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    for (const std::size_t size : {5U, 65'536U, 131'072U, 200'000U}) {
        const base::Bytes plaintext = random.bytes(size);
        const base::Bytes file = sealed(plaintext, identity.recipient(), size);
        for (const std::size_t step : {1'000U, 65'535U, 65'536U, 65'537U, 131'072U}) {
            CHECK(sealed(plaintext, identity.recipient(), step) == file);
            SlowSource source{file, step};
            AgeReader reader{source, identity, AgeStanzas::kOne};
            CHECK(read_all(reader, step) == plaintext);
        }
    }
}

TEST_CASE("a small file cut anywhere is refused", "[format]") {
    SeededRandom random{23};
    for (const AgeKeyKind kind : {AgeKeyKind::kHybrid, AgeKeyKind::kX25519}) {
        const AgeIdentity identity = AgeIdentity::generate(kind, random);
        const base::Bytes file = sealed(bytes_of("frames"), identity.recipient(), 100);
        REQUIRE(base::text_of(opened(file, identity)) == "frames");
        for (std::size_t size = 0; size < file.size(); ++size) {
            REQUIRE(code_of([&] { return opened(base::ByteView{file}.first(size), identity); }) ==
                    ErrorCode::kDamaged);
        }
        base::Bytes longer = file;
        longer.push_back(std::byte{0});
        CHECK(code_of([&] { return opened(longer, identity); }) == ErrorCode::kDamaged);
    }
}

TEST_CASE("a small file with any bit flipped is refused", "[format]") {
    SeededRandom random{24};
    for (const AgeKeyKind kind : {AgeKeyKind::kHybrid, AgeKeyKind::kX25519}) {
        // A hybrid header is long and slow to open: one bit of each byte there, all here.
        const std::size_t step = kind == AgeKeyKind::kHybrid ? 9 : 1;
        const AgeIdentity identity = AgeIdentity::generate(kind, random);
        const base::Bytes file = sealed(bytes_of("frames"), identity.recipient(), 100);
        for (std::size_t bit = 0; bit < file.size() * 8; bit += step) {
            base::Bytes flipped = file;
            flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
            const auto code = code_of([&] { return opened(flipped, identity); });
            REQUIRE((code == ErrorCode::kDamaged || code == ErrorCode::kWrongKey));
        }
    }
}

TEST_CASE("a reader that has failed goes on failing", "[format]") {
    SeededRandom random{25};
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    base::Bytes file = sealed(random.bytes(200'000), identity.recipient(), 200'000);
    file.back() ^= std::byte{1};
    base::MemorySource source{file};
    AgeReader reader{source, identity, AgeStanzas::kOne};
    CHECK(code_of([&] { return read_all(reader, kAgeChunkBytes); }) == ErrorCode::kDamaged);
    base::Bytes out(kAgeChunkBytes);
    CHECK(code_of([&] { return reader.read(out); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] { return reader.read(std::span{out}.first(1)); }) == ErrorCode::kDamaged);
}

TEST_CASE("the end stays the end", "[format]") {
    SeededRandom random{26};
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    for (const std::size_t size : {0U, 10U, 65'536U}) {
        const base::Bytes file = sealed(base::Bytes(size), identity.recipient(), 100'000);
        base::MemorySource source{file};
        AgeReader reader{source, identity, AgeStanzas::kOne};
        CHECK(read_all(reader, 4096).size() == size);
        base::Bytes out(kAgeChunkBytes);
        CHECK(reader.read(out) == 0);
        CHECK(reader.read(out) == 0);
        CHECK(reader.read({}) == 0);
    }
}

TEST_CASE("a file that was not finished opens nowhere", "[format]") {
    SeededRandom random{27};
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    for (const std::size_t size : {0U, 10U, 65'536U, 65'537U, 131'072U}) {
        base::MemorySink sink;
        AgeWriter writer{sink, identity.recipient(), random};
        writer.write(base::Bytes(size));
        CHECK(code_of([&] { return opened(sink.bytes(), identity); }) == ErrorCode::kDamaged);
        writer.finish();
        CHECK(opened(sink.bytes(), identity).size() == size);
        CHECK(code_of([&] {
                  writer.finish();
                  return 0;
              }) == ErrorCode::kBug);
    }
}

TEST_CASE("two files of the same bytes have nothing in common", "[format]") {
    SeededRandom random{28};
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kHybrid, random);
    base::MemorySink sinks[2];
    for (base::MemorySink& sink : sinks) {
        AgeWriter writer{sink, identity.recipient(), random};
        writer.write(bytes_of("frames"));
        writer.finish();
    }
    const std::string_view first = base::text_of(sinks[0].bytes());
    const std::string_view second = base::text_of(sinks[1].bytes());
    REQUIRE(first.size() == second.size());
    CHECK(first.substr(50, 64) != second.substr(50, 64));
    CHECK(first.substr(first.size() - 22) != second.substr(second.size() - 22));
}

TEST_CASE("a file with a passphrase opens by it alone", "[format]") {
    SeededRandom random{29};
    const crypto::SecretBytes passphrases[] = {crypto::SecretBytes::copy_of(bytes_of("right")),
                                               crypto::SecretBytes::copy_of(bytes_of("wrong"))};
    base::MemorySink sink;
    AgeWriter writer{sink, passphrases[0], /*log_n=*/4, random};
    writer.write(bytes_of("frames"));
    writer.finish();
    const auto open_with = [&](std::span<const crypto::SecretBytes> those) {
        base::MemorySource source{sink.bytes()};
        AgeReader reader{source, AgeUnlock{{}, those}, AgeStanzas::kOne};
        return read_all(reader, 10);
    };
    CHECK(base::text_of(open_with(passphrases)) == "frames");
    CHECK(code_of([&] { return open_with(std::span{passphrases}.subspan(1)); }) ==
          ErrorCode::kWrongKey);
    CHECK(code_of([&] {
              return AgeWriter{sink, passphrases[0], 21, random};
          }) == ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::format
