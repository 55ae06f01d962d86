#include "tests/support/fault_filesystem.h"

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "tests/support/memory_filesystem.h"

namespace kua::testing {
namespace {

using base::bytes_of;
using base::OpenMode;

// Some work with every kind of change in it.
void work_on(base::FileSystem& files) {
    files.create_directory("vault");
    const auto directory = files.open_directory("vault");
    {
        const auto file = directory->create_new("new");
        file->write_at(0, bytes_of("12345678"));
        file->truncate(6);
        file->sync();
    }
    directory->rename_no_replace("new", "final");
    directory->sync();
    files.open("vault/other", OpenMode::kReadWriteCreate)->write_at(0, bytes_of("x"));
    directory->sync_contents();
    files.rename("vault/other", "vault/moved");
    files.remove_file("vault/moved");
    files.sync_directory("vault");
}

TEST_CASE("calls are counted, those that change something apart", "[support]") {
    MemoryFileSystem memory;
    FaultFileSystem files(memory);
    work_on(files);
    CHECK(files.calls() == 14);
    CHECK(files.changing_calls() == 13);
    base::Bytes out(10);
    const auto file = files.open("vault/final", OpenMode::kRead);
    CHECK(file->read_at(0, out) == 6);
    CHECK(files.calls() == 16);
    CHECK(files.changing_calls() == 13);
    file->will_read_all();
    CHECK(files.calls() == 16);
}

TEST_CASE("a fake stick keeps nothing once its cache is dropped", "[support]") {
    MemoryFileSystem memory;
    memory.add_file("/stick/old", bytes_of("old"));
    memory.add_file("/sticky/other", bytes_of("other"));
    FaultFileSystem files(memory);
    files.plug_in_fake("/stick");
    const auto text_of = [](base::File& file) {
        base::Bytes out(10);
        out.resize(file.read_at(0, out));
        return std::string{base::text_of(out)};
    };
    const auto file = files.open("/stick/new", OpenMode::kCreateNew);
    file->write_at(0, bytes_of("new"));
    CHECK(text_of(*file) == "new");
    files.open("/stick/new", OpenMode::kRead)->drop_cache(0, 0);
    CHECK(text_of(*file) != "new");
    for (const auto& [path, text] : {std::pair{"/stick/old", "old"}, {"/sticky/other", "other"}}) {
        const auto kept = files.open(path, OpenMode::kRead);
        kept->drop_cache(0, 0);
        CHECK(text_of(*kept) == text);
    }
    CHECK(files.is_removable("/stick/old"));
    CHECK_FALSE(files.is_removable("/sticky"));
    CHECK(files.status("/stick/old")->device != files.status("/sticky/other")->device);
}

TEST_CASE("each call can fail, with the code and words of its error", "[support]") {
    for (const int error : {ENOSPC, EDQUOT, EIO, EROFS, EACCES}) {
        std::uint64_t failed_runs = 0;
        for (std::uint64_t n = 1; n <= 20; ++n) {
            MemoryFileSystem memory;
            FaultFileSystem files(memory);
            files.fail({.at = n, .error = error});
            const auto code = code_of([&] { work_on(files); });
            CHECK(code.has_value() == (files.failures() == 1));
            if (code) {
                ++failed_runs;
                CHECK(code == (error == EACCES ? ErrorCode::kNoFile : ErrorCode::kStorage));
            }
        }
        const bool is_full = error == ENOSPC || error == EDQUOT;
        CHECK(failed_runs == (is_full ? 12U : error == EROFS ? 13U : 14U));
    }
}

TEST_CASE("a fault happens once or for ever, until it is healed", "[support]") {
    MemoryFileSystem memory;
    FaultFileSystem files(memory);
    const auto file = files.open("a", OpenMode::kCreateNew);
    const auto writing = [&] { return code_of([&] { file->write_at(0, bytes_of("x")); }); };
    files.fail({.at = 2, .error = EIO});
    CHECK_FALSE(writing());
    CHECK(writing() == ErrorCode::kStorage);
    CHECK_FALSE(writing());
    files.fail({.at = 2, .error = EIO, .for_ever = true});
    CHECK_FALSE(writing());
    CHECK(writing());
    CHECK(writing());
    CHECK(code_of([&] { return files.status("a"); }) == ErrorCode::kStorage);
    CHECK(files.failures() == 3);
    files.heal();
    CHECK_FALSE(writing());
}

TEST_CASE("a call that fails may have done nothing, half or all of its work", "[support]") {
    MemoryFileSystem memory;
    FaultFileSystem files(memory);
    const auto file = files.open("a", OpenMode::kCreateNew);
    using Effect = Fault::Effect;
    for (const auto& [effect, size] :
         {std::pair{Effect::kNothing, 0U}, std::pair{Effect::kHalf, 2U},
          std::pair{Effect::kWhole, 4U}}) {
        file->truncate(0);
        files.fail({.error = ENOSPC, .effect = effect});
        CHECK(code_of([&] { file->write_at(0, bytes_of("1234")); }) == ErrorCode::kStorage);
        CHECK(memory.content("a").size() == size);
    }
    files.fail({.error = EIO, .effect = Effect::kWhole});
    CHECK(code_of([&] { files.remove_file("a"); }) == ErrorCode::kStorage);
    CHECK_FALSE(memory.status("a"));
}

TEST_CASE("a hook sees each call before it happens and may stop it", "[support]") {
    MemoryFileSystem memory;
    FaultFileSystem files(memory);
    std::vector<std::uint64_t> numbers;
    files.before_each_call([&](const Call& call) {
        numbers.push_back(call.number);
        if (call.kind == CallKind::kCreate && call.path == "vault/new") {
            throw Error{ErrorCode::kInterrupted, "stopped"};
        }
    });
    CHECK(code_of([&] { work_on(files); }) == ErrorCode::kInterrupted);
    CHECK(numbers == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(memory.status("vault"));
    CHECK_FALSE(memory.status("vault/new"));
}

TEST_CASE("what took place is recorded in order, and only that", "[support]") {
    MemoryFileSystem memory;
    FaultFileSystem files(memory);
    files.create_directory("before");
    files.start_recording();
    work_on(files);
    files.note("done");
    CHECK(code_of([&] { files.remove_file("none"); }));
    std::vector<StepKind> kinds;
    for (const Step& step : files.recorded()) {
        kinds.push_back(step.kind);
    }
    using enum StepKind;
    CHECK(kinds == std::vector{kCreateDirectory, kCreate, kWrite, kTruncate, kSync, kRename,
                               kSyncDirectory, kCreate, kWrite, kSyncContents, kRename, kRemove,
                               kSyncDirectory, kNote});
    const Trace trace = files.recorded();
    CHECK(trace[1].path == "vault/new");
    CHECK(trace[2].content == base::copy_of(bytes_of("12345678")));
    CHECK(trace[5].to == "vault/final");
    CHECK(trace[1].inode == memory.status("vault/final")->inode);
}

TEST_CASE("of a write that did not fit, what was kept is recorded", "[support]") {
    MemoryFileSystem memory;
    memory.set_capacity_bytes(3);
    FaultFileSystem files(memory);
    files.start_recording();
    const auto file = files.open("a", OpenMode::kCreateNew);
    CHECK(code_of([&] { file->write_at(0, bytes_of("12345")); }) == ErrorCode::kStorage);
    CHECK(files.recorded().at(1).content == base::copy_of(bytes_of("123")));
}

}  // namespace
}  // namespace kua::testing
