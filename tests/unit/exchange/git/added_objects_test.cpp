#include "vault/exchange/git/added_objects.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/temp_dir.h"
#include "vault/exchange/git/scratch.h"

namespace kua::exchange {
namespace {

using testing::code_of;

const base::ByteView kText = base::bytes_of("a lamp in the kitchen");

TEST_CASE("what was added can be read until it is cleared", "[exchange]") {
    const testing::TempDir dir;
    Scratch scratch{base::posix_filesystem(), dir / "scratch"};
    const format::GitId id = scratch.added().add(format::GitKind::kBlob, kText);
    CHECK(id == format::git_id(format::GitKind::kBlob, kText));
    CHECK(scratch.added().add(format::GitKind::kBlob, kText) == id);
    CHECK(scratch.added().bytes() == kText.size());
    CHECK(scratch.read(id, format::GitKind::kBlob, kText.size()) == base::copy_of(kText));
    const format::GitId empty = scratch.added().add(format::GitKind::kBlob, {});
    CHECK(scratch.read(empty, format::GitKind::kBlob, 0) == base::Bytes{});
    scratch.added().clear();
    CHECK(scratch.read(id, format::GitKind::kBlob, kText.size()) == std::nullopt);
    CHECK(scratch.added().bytes() == 0);
}

TEST_CASE("a stand-in ends with its owner and is never taken for the commit", "[exchange]") {
    const testing::TempDir dir;
    Scratch scratch{base::posix_filesystem(), dir / "scratch"};
    const format::GitId id = *format::GitId::parse(std::string(40, 'a'));
    {
        const AddedObjects::StandIns stand_ins{scratch.added(), {id}};
        CHECK(scratch.holds(id));
        CHECK(code_of([&] { return scratch.read(id, format::GitKind::kCommit, 1000); }) ==
              ErrorCode::kDamaged);
    }
    CHECK_FALSE(scratch.holds(id));
    CHECK(scratch.read(id, format::GitKind::kCommit, 1000) == std::nullopt);
}

TEST_CASE("two scratch repositories in one folder don't meet", "[exchange]") {
    const testing::TempDir dir;
    Scratch first{base::posix_filesystem(), dir / "scratch"};
    const format::GitId id = first.added().add(format::GitKind::kBlob, kText);
    {
        Scratch second{base::posix_filesystem(), dir / "scratch"};
        CHECK(second.read(id, format::GitKind::kBlob, kText.size()) == std::nullopt);
    }
    CHECK(first.read(id, format::GitKind::kBlob, kText.size()) == base::copy_of(kText));
}

}  // namespace
}  // namespace kua::exchange
