// Files between kua and other implementations of age, in both directions.
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/run_program.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"
#include "tests/support/vectors.h"
#include "vault/base/memory_stream.h"
#include "vault/format/age_armor.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_writer.h"

namespace {

using kua::base::Bytes;
using kua::base::bytes_of;
using kua::base::MemorySink;
using kua::base::MemorySource;
using kua::base::text_of;
using kua::format::AgeArmorReader;
using kua::format::AgeIdentity;
using kua::format::AgeKeyKind;
using kua::format::AgeReader;
using kua::format::AgeRecipient;
using kua::format::AgeStanzas;
using kua::format::AgeWriter;
using kua::testing::ProgramResult;
using kua::testing::read_file;
using kua::testing::repository_directory;
using kua::testing::require_program;
using kua::testing::run_program;
using kua::testing::SeededRandom;
using kua::testing::TempDir;
using kua::testing::write_file;

constexpr std::size_t kSizes[] = {0, 1, 65'535, 65'536, 65'537, 300'000};

std::string sealed(const Bytes& plaintext, const std::vector<AgeRecipient>& recipients,
                   SeededRandom& random) {
    MemorySink sink;
    AgeWriter writer{sink, recipients, random};
    writer.write(plaintext);
    writer.finish();
    return std::string(text_of(sink.bytes()));
}

Bytes opened(kua::base::ByteSource& source, const AgeIdentity& identity) {
    AgeReader reader{source, identity, AgeStanzas::kAny};
    Bytes all;
    Bytes out(100'000);
    while (const std::size_t count = reader.read(out)) {
        kua::base::append(all, std::span{out}.first(count));
    }
    return all;
}

Bytes opened(const std::string& file, const AgeIdentity& identity) {
    MemorySource source{bytes_of(file)};
    return opened(source, identity);
}

std::string revealed(const AgeIdentity& identity) {
    return std::string(text_of(identity.reveal().expose())) + "\n";
}

// Whether Node finds an independent implementation, which reads and writes hybrid files.
void require_age_encryption() {
    require_program("node");
    if (run_program({"node", "-e", "require.resolve('age-encryption')"}).exit_status != 0) {
        SKIP("SKIPPED interoperation with age-encryption: Node does not find it");
    }
}

ProgramResult run_age_encryption(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"node", repository_directory() / "tests/interop/node/age.cjs"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_program(command);
}

}  // namespace

TEST_CASE("age opens what kua seals to one and to several recipients", "[age][T53]") {
    require_program("age");
    SeededRandom random{50};
    const TempDir dir;
    std::vector<AgeRecipient> recipients;
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    write_file(dir / "identity", revealed(identity));
    for (const std::size_t count : {1U, 20U}) {
        while (recipients.size() + 1 < count) {
            recipients.push_back(AgeIdentity::generate(AgeKeyKind::kX25519, random).recipient());
        }
        recipients.push_back(identity.recipient());
        for (const std::size_t size : kSizes) {
            const Bytes plaintext = random.bytes(size);
            write_file(dir / "sealed", sealed(plaintext, recipients, random));
            const auto result = run_program(
                {"age", "-d", "-i", dir / "identity", "-o", dir / "opened", dir / "sealed"});
            CHECK(result.output.empty());
            REQUIRE(result.exit_status == 0);
            // age makes the output with its first byte, so not for an empty file.
            const bool same = size == 0 ? !std::filesystem::exists(dir / "opened")
                                        : read_file(dir / "opened") == text_of(plaintext);
            CHECK(same);
            std::filesystem::remove(dir / "opened");
        }
    }
}

TEST_CASE("kua opens what age seals, binary and armored", "[age][T53]") {
    require_program("age");
    SeededRandom random{51};
    const TempDir dir;
    const AgeIdentity identity = AgeIdentity::generate(AgeKeyKind::kX25519, random);
    for (const std::size_t size : kSizes) {
        const Bytes plaintext = random.bytes(size);
        write_file(dir / "plain", text_of(plaintext));
        const std::string recipient = identity.recipient().text();
        REQUIRE(run_program({"age", "-r", recipient, "-o", dir / "sealed", dir / "plain"})
                    .exit_status == 0);
        const bool same = opened(read_file(dir / "sealed"), identity) == plaintext;
        CHECK(same);
        REQUIRE(run_program({"age", "-a", "-r", recipient, "-o", dir / "armored", dir / "plain"})
                    .exit_status == 0);
        const std::string text = read_file(dir / "armored");
        MemorySource source{bytes_of(text)};
        AgeArmorReader unarmored{source};
        const bool same_armored = opened(unarmored, identity) == plaintext;
        CHECK(same_armored);
    }
}

TEST_CASE("another implementation opens and seals hybrid files of kua", "[age][T53]") {
    require_age_encryption();
    SeededRandom random{52};
    const TempDir dir;
    for (const AgeKeyKind kind : {AgeKeyKind::kHybrid, AgeKeyKind::kX25519}) {
        const AgeIdentity identity = AgeIdentity::generate(kind, random);
        write_file(dir / "identity", revealed(identity));
        for (const std::size_t size : kSizes) {
            const Bytes plaintext = random.bytes(size);
            write_file(dir / "sealed", sealed(plaintext, {identity.recipient()}, random));
            const auto theirs =
                run_age_encryption({"open", dir / "identity", dir / "sealed", dir / "opened"});
            CHECK(theirs.output.empty());
            REQUIRE(theirs.exit_status == 0);
            const bool same = read_file(dir / "opened") == text_of(plaintext);
            CHECK(same);
            const auto ours = run_age_encryption(
                {"seal", identity.recipient().text(), dir / "opened", dir / "theirs"});
            REQUIRE(ours.exit_status == 0);
            const bool same_back = opened(read_file(dir / "theirs"), identity) == plaintext;
            CHECK(same_back);
        }
    }
}
