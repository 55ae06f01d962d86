// Archives between kua and the tar that is installed here, in both directions.
#include "vault/format/tar.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"
#include "vault/base/memory_stream.h"

namespace {

using kua::base::Bytes;
using kua::base::bytes_of;
using kua::base::MemorySink;
using kua::base::MemorySource;
using kua::base::text_of;
using kua::format::TarEnd;
using kua::format::TarMember;
using kua::format::TarWriter;
using kua::testing::ProgramResult;
using kua::testing::read_file;
using kua::testing::require_program;
using kua::testing::run_program;
using kua::testing::TempDir;
using kua::testing::write_file;

const std::string kEntries(5000, 'e');

}  // namespace

TEST_CASE("tar unpacks a padded archive of kua", "[tar]") {
    require_program("tar");
    MemorySink sink;
    TarWriter writer{sink};
    writer.add("checkpoint", bytes_of("three lines"));
    writer.add("entries.jsonl", bytes_of(kEntries));
    writer.finish_padded();
    const TempDir dir;
    write_file(dir / "bundle.tar", text_of(sink.bytes()));
    const ProgramResult listed = run_program({"tar", "tf", dir / "bundle.tar"});
    CHECK(listed.exit_status == 0);
    CHECK(listed.output == "checkpoint\nentries.jsonl\npad\n");
    const ProgramResult unpacked = run_program({"tar", "xf", dir / "bundle.tar", "-C", dir.path()});
    CHECK(unpacked.exit_status == 0);
    CHECK(unpacked.output.empty());
    CHECK(read_file(dir / "checkpoint") == "three lines");
    CHECK(read_file(dir / "entries.jsonl") == kEntries);
}

TEST_CASE("GNU tar, asked for the same, writes the same bytes", "[tar]") {
    require_program("tar");
    if (run_program({"tar", "--version"}).output.find("GNU tar") == std::string::npos) {
        SKIP("SKIPPED interoperation with GNU tar: another tar is installed");
    }
    const TempDir dir;
    write_file(dir / "checkpoint", "three lines");
    write_file(dir / "entries.jsonl", kEntries);
    const ProgramResult packed =
        run_program({"tar", "--format=ustar", "--mode=0600", "--owner=:0", "--group=:0",
                     "--numeric-owner", "--mtime=@0", "--blocking-factor=1", "-cf",
                     dir / "theirs.tar", "-C", dir.path(), "checkpoint", "entries.jsonl"});
    REQUIRE(packed.exit_status == 0);
    MemorySink sink;
    TarWriter writer{sink};
    writer.add("checkpoint", bytes_of("three lines"));
    writer.add("entries.jsonl", bytes_of(kEntries));
    writer.finish();
    const std::string theirs = read_file(dir / "theirs.tar");
    CHECK(theirs == text_of(sink.bytes()));
}

TEST_CASE("kua refuses what GNU tar writes by itself", "[tar]") {
    require_program("tar");
    const TempDir dir;
    write_file(dir / "checkpoint", "three lines");
    for (const std::string format :
         {"--format=gnu", "--format=pax", "--format=v7", "--format=ustar"}) {
        const ProgramResult packed =
            run_program({"tar", format, "-cf", dir / "theirs.tar", "-C", dir.path(), "checkpoint"});
        if (packed.exit_status != 0) {
            continue;  // a tar that does not know this format
        }
        const std::string theirs = read_file(dir / "theirs.tar");
        MemorySource source{bytes_of(theirs)};
        const TarMember expected[] = {{"checkpoint", 1000}};
        CHECK_THROWS(read_tar(source, expected, TarEnd::kPlain));
    }
}
