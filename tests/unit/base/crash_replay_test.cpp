#include "tests/support/crash_replay.h"

#include <functional>
#include <map>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fault_filesystem.h"
#include "tests/support/seeded_random.h"

namespace kua::testing {
namespace {

using base::bytes_of;
using base::OpenMode;
using Keep = CrashChoice::Keep;

// Everything on the disk: paths to content, directories with "/" at their end.
std::map<std::string, std::string> picture_of(base::FileSystem& files, const std::string& at = "") {
    std::map<std::string, std::string> picture;
    for (const auto& entry : files.list("/" + at)) {
        const std::string path = at + entry.name;
        if (entry.kind == base::FileKind::kDirectory) {
            picture[path + "/"] = "";
            picture.merge(picture_of(files, path + "/"));
            continue;
        }
        const auto file = files.open("/" + path, OpenMode::kRead);
        base::Bytes content(file->status().size_bytes);
        file->read_at(0, content);
        picture[path] = base::text_of(content);
    }
    return picture;
}

using Picture = std::map<std::string, std::string>;

// Runs `work` on a recorded disk that held the file "old" and returns what may follow.
CrashReplay replay_of(const std::function<void(FaultFileSystem&)>& work) {
    MemoryFileSystem memory;
    memory.add_file("old", bytes_of("old content"));
    const MemoryTree before = memory.tree();
    FaultFileSystem files(memory);
    files.start_recording();
    work(files);
    return {before, files.recorded()};
}

std::set<Picture> pictures_after(CrashReplay& replay, std::size_t step) {
    std::set<Picture> pictures;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (const CrashChoice& choice : crash_choices(seed)) {
            pictures.insert(picture_of(*replay.files_after(step, choice)));
        }
    }
    return pictures;
}

TEST_CASE("a moment has sixteen choices, of which a seed makes the same again", "[support]") {
    const auto choices = crash_choices(5);
    CHECK(choices.size() == 16);
    std::set<std::string> texts;
    for (const CrashChoice& choice : choices) {
        texts.insert(choice.text());
    }
    CHECK(texts.size() == 16);
    CHECK(crash_choices(5)[3].text() == choices[3].text());
    CHECK(crash_choices(6)[3].text() != choices[3].text());
}

TEST_CASE("what was synced, name and content, is there after every cut", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("new", OpenMode::kCreateNew);
        file->write_at(0, bytes_of("content"));
        file->sync();
        files.sync_directory("/");
        files.note("added");
        file->write_at(0, bytes_of("CONTENT"));
    });
    CHECK(pictures_after(replay, 5) ==
          std::set{Picture{{"new", "content"}, {"old", "old content"}}});
    CHECK(replay.notes_before(4).empty());
    CHECK(replay.notes_before(5) == std::vector<std::string>{"added"});
    CHECK(picture_of(*replay.files_at(6)).at("new") == "CONTENT");
}

TEST_CASE("a synced file without a synced name may be gone", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("new", OpenMode::kCreateNew);
        file->write_at(0, bytes_of("content"));
        file->sync();
    });
    CHECK(pictures_after(replay, 3) ==
          std::set{Picture{{"old", "old content"}},
                   Picture{{"new", "content"}, {"old", "old content"}}});
}

TEST_CASE("a synced name without synced content may hold nothing or a part", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("new", OpenMode::kCreateNew);
        file->write_at(0, bytes_of("content"));
        files.sync_directory("/");
    });
    std::set<std::string> contents;
    for (const Picture& picture : pictures_after(replay, 3)) {
        contents.insert(picture.at("new"));
    }
    CHECK(contents.contains(""));
    CHECK(contents.contains("cont"));
    CHECK(contents.contains("content"));
    for (const std::string& content : contents) {
        CHECK(std::string("content").starts_with(content));
    }
}

TEST_CASE("renaming over a file without syncing first shows old, new, empty or torn", "[support]") {
    CrashReplay careless = replay_of([](FaultFileSystem& files) {
        files.open("new", OpenMode::kCreateNew)->write_at(0, bytes_of("new content"));
        files.rename("new", "old");
        files.sync_directory("/");
    });
    std::set<std::string> contents;
    for (const Picture& picture : pictures_after(careless, 4)) {
        contents.insert(picture.at("old"));
    }
    CHECK(contents.contains(""));
    CHECK(contents.contains("new content"));
    CHECK_FALSE(contents.contains("old content"));

    CrashReplay careful = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("new", OpenMode::kCreateNew);
        file->write_at(0, bytes_of("new content"));
        file->sync();
        files.rename("new", "old");
        files.sync_directory("/");
    });
    for (std::size_t step = 0; step <= careful.steps(); ++step) {
        for (const Picture& picture : pictures_after(careful, step)) {
            const std::string& content = picture.at("old");
            const bool may_be_old = step < 5;
            const bool may_be_new = step >= 4;
            CHECK(((may_be_old && content == "old content") ||
                   (may_be_new && content == "new content")));
        }
    }
}

TEST_CASE("a removed file may be back until its directory is synced", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        files.remove_file("old");
        files.sync_directory("/");
    });
    CHECK(pictures_after(replay, 1) == std::set{Picture{}, Picture{{"old", "old content"}}});
    CHECK(pictures_after(replay, 2) == std::set{Picture{}});
}

TEST_CASE("writes are kept in any order, torn at sectors or cut anywhere", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("old", OpenMode::kReadWrite);
        file->write_at(0, bytes_of("AAA"));
        file->write_at(4, bytes_of("BBB"));
    });
    const std::set<Picture> pictures = pictures_after(replay, 2);
    for (const char* content : {"old content", "AAA content", "old BBBtent", "AAA BBBtent"}) {
        CHECK(pictures.contains(Picture{{"old", content}}));
    }

    CrashReplay large = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("old", OpenMode::kReadWrite);
        file->write_at(100, bytes_of(std::string(10000, 'x')));
    });
    bool is_torn = false;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const CrashChoice choice{.keep = Keep::kTorn, .seed = seed, .sector_bytes = 4096};
        const std::string content = picture_of(*large.files_after(1, choice)).at("old");
        for (std::size_t at = 100; at < content.size(); at += 4096 - at % 4096) {
            const std::string sector = content.substr(at, 4096 - at % 4096);
            is_torn = is_torn || sector.find('x') == std::string::npos;
            const auto foreign = sector.find_first_not_of(sector.front());
            REQUIRE(foreign == std::string::npos);
        }
    }
    CHECK(is_torn);
}

TEST_CASE("a move between directories may leave both names or none", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        files.create_directory("folder");
        files.sync_directory("/");
        files.rename("old", "folder/old");
    });
    const Picture here{{"folder/", ""}, {"old", "old content"}};
    const Picture there{{"folder/", ""}, {"folder/old", "old content"}};
    const Picture both{{"folder/", ""}, {"folder/old", "old content"}, {"old", "old content"}};
    const Picture none{{"folder/", ""}};
    CHECK(pictures_after(replay, 3) == std::set{here, there, both, none});
}

TEST_CASE("syncing all contents keeps every file but no name", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        const auto root = files.open_directory("/");
        root->create_new("a")->write_at(0, bytes_of("1"));
        root->create_new("b")->write_at(0, bytes_of("2"));
        root->sync_contents();
    });
    const std::set<Picture> pictures = pictures_after(replay, 5);
    CHECK(pictures.size() == 4);
    for (const Picture& picture : pictures) {
        CHECK((!picture.contains("a") || picture.at("a") == "1"));
        CHECK((!picture.contains("b") || picture.at("b") == "2"));
    }
}

TEST_CASE("a device that lies about its last syncs loses what they promised", "[support]") {
    CrashReplay replay = replay_of([](FaultFileSystem& files) {
        const auto file = files.open("old", OpenMode::kReadWrite);
        file->write_at(0, bytes_of("AAA"));
        file->sync();
        file->write_at(0, bytes_of("BBB"));
        file->sync();
    });
    const auto content = [&](std::uint64_t ignored_syncs) {
        const CrashChoice choice{.keep = Keep::kNone, .ignored_syncs = ignored_syncs};
        return picture_of(*replay.files_after(4, choice)).at("old");
    };
    CHECK(content(0) == "BBB content");
    CHECK(content(1) == "AAA content");
    CHECK(content(2) == "old content");
    CHECK(content(9) == "old content");
}

TEST_CASE("replaying everything gives what the disk held, at any moment", "[support]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        MemoryFileSystem memory;
        const MemoryTree before = memory.tree();
        FaultFileSystem files(memory);
        files.start_recording();
        SeededRandom random(seed);
        std::vector<std::pair<std::size_t, Picture>> moments;
        files.create_directory("d");
        const auto name = [&] {
            const std::string folder = random.one_in(2) ? "d/" : "";
            return folder + std::to_string(random.below(4));
        };
        for (int i = 0; i < 60; ++i) {
            const std::string path = name();
            const auto kind = random.below(6);
            if (kind < 3) {
                files.open(path, OpenMode::kReadWriteCreate)
                    ->write_at(random.below(20), random.bytes(random.below(30)));
            } else if (files.status(path)) {
                const auto file = files.open(path, OpenMode::kReadWrite);
                if (kind == 3) {
                    files.rename(path, name());
                    file->write_at(2, bytes_of("through another name"));
                } else if (kind == 4) {
                    files.remove_file(path);
                    file->write_at(2, bytes_of("without a name"));
                } else {
                    file->truncate(random.below(40));
                    file->sync();
                    files.sync_directory("d");
                }
            }
            moments.emplace_back(files.recorded().size(), picture_of(memory));
        }
        CrashReplay replay(before, files.recorded());
        for (const auto& [step, picture] : moments) {
            REQUIRE(picture_of(*replay.files_at(step)) == picture);
            REQUIRE(picture_of(*replay.files_after(step, {.keep = Keep::kAll})) == picture);
        }
        REQUIRE(picture_of(*replay.files_at(0)).empty());
    }
}

}  // namespace
}  // namespace kua::testing
