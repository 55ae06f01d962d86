#include "vault/store/writer_lock.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/unit/store/test_store.h"

namespace kua::store {
namespace {

using Note = WriterLock::Note;

struct LockWorld : testing::StoreWorld {
    LockWorld() { files.add_directory(dir); }
    void put(std::string_view text) { files.add_file(path, base::bytes_of(text)); }
    Note note() { return WriterLock{files, dir}.note_found(); }

    fs::path path = dir / "lock";
};

TEST_CASE("the lock is held by one at a time and freed with its holder", "[store]") {
    LockWorld world;
    {
        const WriterLock held{world.files, world.dir};
        CHECK(testing::code_of([&] {
                  return WriterLock{world.files, world.dir};
              }) == ErrorCode::kBusy);
        CHECK(WriterLock::read_note(world.files, world.dir).empty());
    }
    CHECK(!testing::code_of([&] { return WriterLock{world.files, world.dir}; }));
}

TEST_CASE("a note lasts until it is cleared", "[store]") {
    LockWorld world;
    {
        WriterLock lock{world.files, world.dir};
        lock.add_to_note(3, 41);
        lock.add_to_note(4, 1);
        CHECK(WriterLock::read_note(world.files, world.dir) == Note{{3, 41}, {4, 1}});
    }
    CHECK(world.note() == Note{{3, 41}, {4, 1}});
    WriterLock{world.files, world.dir}.clear_note();
    CHECK(world.note().empty());
}

TEST_CASE("of a torn note the whole lines before the tear count", "[store]") {
    LockWorld world;
    const std::string zeros(5, '\0');
    const Note first{{3, 41}};
    for (const std::string& tail :
         {std::string{"4 1"}, std::string{"4 \n5 1\n"}, zeros, std::string{"x\n5 1\n"},
          std::string{"4 01\n"}, std::string{"4 -1\n"}, std::string{"4 0\n"},
          std::string{"1000000 1\n"}, std::string{"4 1 1\n"}, std::string{"\n4 1\n"}}) {
        CAPTURE(tail);
        world.put("3 41\n" + tail);
        CHECK(world.note() == first);
    }
    // The next line takes the place of what was torn.
    {
        WriterLock lock{world.files, world.dir};
        lock.add_to_note(7, 2);
    }
    CHECK(world.note() == Note{{3, 41}, {7, 2}});
}

TEST_CASE("nothing of a torn note is left behind the line that takes its place", "[store]") {
    LockWorld world;
    world.put("3 41\nxxxx5 9\n");  // "7 2\n" over its beginning would leave "5 9"
    {
        WriterLock lock{world.files, world.dir};
        lock.add_to_note(7, 2);
        lock.add_to_note(8, 3);
    }
    CHECK(world.note() == Note{{3, 41}, {7, 2}, {8, 3}});
}

}  // namespace
}  // namespace kua::store
