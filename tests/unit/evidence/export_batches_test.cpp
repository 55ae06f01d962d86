// Exports of more items than a batch takes, and what is left of them when they end early.
#include <algorithm>
#include <atomic>
#include <optional>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/kept_beginning.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/outgoing/export.h"

namespace kua::evidence {
namespace {

using testing::Call;
using testing::CallKind;
using testing::FaultFileSystem;
using testing::TestVault;

const std::filesystem::path kTarget = "/out";

bool is_temporary(const Call& call) {
    return call.path.filename().string().ends_with(".part");
}

// Four batches; named and, but for one that is large, filled by their number.
struct ManyItems {
    static constexpr std::size_t kCount = 800;
    static constexpr std::size_t kBatch = 256;
    static constexpr std::size_t kLargeBytes = 2'000'000;

    ManyItems() {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < kCount; ++i) {
            names.push_back(std::to_string(i));
        }
        std::ranges::sort(names);  // as they come in
        large = names[kBatch + 100];
        static const testing::Beginning kept = testing::kept_beginning("many-items", [&] {
            add_all(names);
            return testing::Beginning{vault.files.tree(), {}, {}};
        });
        vault.close();
        vault.files = testing::MemoryFileSystem{kept.tree};
    }

    void add_all(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            vault.files.add_file(base::fs::path{"/card"} / name, base::bytes_of(content_of(name)));
        }
        vault->add(TestVault::request_of({"/card"}), no_progress());
        REQUIRE(vault->list({}).at(kBatch + 100).name == large);
        vault.files.add_directory(kTarget);
        vault.close();
    }

    std::string content_of(const std::string& name) const {
        return name == large ? std::string(kLargeBytes, 'x') : name;
    }

    // What went wrong, if anything did.
    std::optional<Error> export_through(FaultFileSystem& faulty, unsigned threads,
                                        Progress& progress = no_progress()) {
        Vault open = vault.open_through(faulty, Access::kWrite);
        ExportRequest request;
        request.all = true;
        request.to = kTarget;
        request.threads = threads;
        try {
            report = open.export_items(request, progress);
            CHECK(report.failed.empty());
            return std::nullopt;
        } catch (const Error& error) {
            return error;
        }
    }

    // The export ends with that, and of what it wrote the first batch alone is there.
    void check_first_batch_alone(FaultFileSystem& faulty, unsigned threads,
                                 const std::string& why) {
        const std::optional<Error> failure = export_through(faulty, threads);
        REQUIRE(failure);
        CHECK(failure->code() == ErrorCode::kStorage);
        CHECK(std::string{failure->what()} ==
              "256 files were exported and are whole; then: " + why);
        CHECK(whole_files() == kBatch);
    }

    // Every file there is whole, and those are the ones that the journal knows.
    std::size_t whole_files() {
        const std::vector<base::DirectoryEntry> files = vault.files.list(kTarget);
        for (const base::DirectoryEntry& file : files) {
            CHECK((vault.text(kTarget / file.name) == content_of(file.name)));
        }
        const std::vector<LogEntry> log = vault->log({});
        const auto exported = std::ranges::count(log, "custody.exported",
                                                 [](const LogEntry& entry) { return entry.type; });
        CHECK(static_cast<std::size_t>(exported) == files.size());
        CHECK(vault.verify().ok());
        return files.size();
    }

    // Whether the call writes the large one, and not its first bytes.
    bool is_large(const Call& call) {
        return call.kind == CallKind::kWrite && is_temporary(call) &&
               vault.files.status(call.path)->size_bytes > 1000;
    }

    TestVault vault;
    std::string large;  // lies in the second batch
    ExportReport report;
};

TEST_CASE("more items than a batch takes all go out", "[threads][evidence]") {
    ManyItems many;
    const unsigned threads = GENERATE(1U, 2U, 5U);
    FaultFileSystem files{many.vault.files};
    CHECK_FALSE(many.export_through(files, threads));
    CHECK(many.whole_files() == ManyItems::kCount);
}

TEST_CASE("a medium that is full after some batches keeps those, whole and journalled",
          "[threads][evidence][T03]") {
    ManyItems many;
    const unsigned threads = GENERATE(1U, 3U);
    FaultFileSystem files{many.vault.files};
    files.before_each_call([&](const Call& call) {
        if (many.is_large(call)) {
            throw Error{ErrorCode::kStorage, "no room left"};
        }
    });
    many.check_first_batch_alone(files, threads, "no room left");
}

TEST_CASE("what is being written when another file fails is written to its end",
          "[threads][evidence][T03]") {
    ManyItems many;
    FaultFileSystem files{many.vault.files};
    std::atomic<bool> is_slow = true;  // the first file, of the first batch
    std::atomic<bool> has_failed = false;
    files.before_each_call([&](const Call& call) {
        if (many.is_large(call)) {
            has_failed = true;
            has_failed.notify_all();
            throw Error{ErrorCode::kStorage, "no room left"};
        }
        if (call.kind == CallKind::kWrite && is_temporary(call) && is_slow.exchange(false)) {
            has_failed.wait(false);
        }
    });
    REQUIRE(many.export_through(files, 3));
    CHECK(many.whole_files() == ManyItems::kBatch);
}

TEST_CASE("a batch that can't be finished ends the writing of the others",
          "[threads][evidence][T20]") {
    ManyItems many;
    const unsigned threads = GENERATE(1U, 3U);
    FaultFileSystem files{many.vault.files};
    files.plug_in_fake(kTarget, {.is_removable = false,
                                 .is_other_device = true,  // so it is read back once it is written
                                 .kept_bytes = ManyItems::kLargeBytes});
    std::atomic<int> read_back = 0;
    files.before_each_call([&](const Call& call) {
        if (call.kind == CallKind::kOpen && is_temporary(call) && ++read_back > 300) {
            throw Error{ErrorCode::kStorage, "the medium is gone"};
        }
    });
    many.check_first_batch_alone(files, threads, "the medium is gone");
}

TEST_CASE("files whose names may not be durable are told of, but not as whole",
          "[threads][evidence][T03][T20]") {
    ManyItems many;
    const CallKind kind = GENERATE(CallKind::kSyncDirectory, CallKind::kSyncContents);
    const unsigned threads = kind == CallKind::kSyncDirectory ? 1 : 3;
    FaultFileSystem files{many.vault.files};
    std::atomic<bool> is_named = false;
    files.before_each_call([&](const Call& call) {
        is_named = is_named || call.kind == CallKind::kRename;
        if (call.kind == kind && call.path == kTarget && is_named) {
            throw Error{ErrorCode::kStorage, "the medium is gone"};
        }
    });
    const std::optional<Error> failure = many.export_through(files, threads);
    REQUIRE(failure);
    CHECK(std::string{failure->what()} ==
          "256 files have their names but may not be safe there; then: the medium is gone");
    CHECK(many.whole_files() == ManyItems::kBatch);
}

TEST_CASE("that exports can't be entered in the journal is found once, not for each batch",
          "[threads][evidence]") {
    ManyItems many;
    many.vault.write("UPDATE bundle SET first = first + 1000000");
    many.vault.close();
    FaultFileSystem files{many.vault.files};
    CHECK_FALSE(many.export_through(files, 3));
    CHECK(many.report.exported.size() == ManyItems::kCount);
    REQUIRE(many.report.findings.size() == 1);
    CHECK(many.report.findings[0].text.starts_with(
        "these exports could not be entered in the journal"));
}

TEST_CASE("an export that ends early tells what its report would have told",
          "[threads][evidence]") {
    ManyItems many;
    many.vault.files.add_file(kTarget / "0", base::bytes_of("was here"));
    many.vault.write("UPDATE bundle SET first = first + 1000000");
    many.vault.close();
    FaultFileSystem files{many.vault.files};
    files.before_each_call([&](const Call& call) {
        if (many.is_large(call)) {
            throw Error{ErrorCode::kStorage, "no room left"};
        }
    });
    const std::optional<Error> failure = many.export_through(files, 3);
    REQUIRE(failure);
    const std::string said = failure->what();
    CHECK(
        said.starts_with("255 files were exported and are whole; 1 item could not be exported; "
                         "these exports could not be entered in the journal: "));
    CHECK(said.ends_with("; then: no room left"));
}

class CancelsWhenTold final : public Progress {
public:
    void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
    void advance(std::uint64_t, std::uint64_t) override {}
    void end() override {}
    bool cancelled() const override { return is_told_; }
    void tell() { is_told_ = true; }

private:
    std::atomic<bool> is_told_ = false;
};

TEST_CASE("a person who stops an export keeps the batches that are done",
          "[threads][evidence][T03]") {
    ManyItems many;
    const unsigned threads = GENERATE(1U, 3U);
    FaultFileSystem files{many.vault.files};
    CancelsWhenTold progress;
    std::atomic<std::size_t> named = 0;
    files.before_each_call([&](const Call& call) {
        if (call.kind == CallKind::kRename && ++named == ManyItems::kBatch) {
            progress.tell();
        }
    });
    const std::optional<Error> failure = many.export_through(files, threads, progress);
    REQUIRE(failure);
    CHECK(failure->code() == ErrorCode::kInterrupted);
    // Others may have been written meanwhile, but get no names.
    const std::size_t whole = many.whole_files();
    CHECK(whole == ManyItems::kBatch);
}

TEST_CASE("after a person stops an export no file is begun that was only taken",
          "[threads][evidence][T03]") {
    ManyItems many;
    const unsigned threads = GENERATE(1U, 3U);
    FaultFileSystem files{many.vault.files};
    CancelsWhenTold progress;
    std::atomic<std::size_t> begun_after = 0;
    files.before_each_call([&](const Call& call) {
        if (call.kind == CallKind::kCreate && is_temporary(call) && progress.cancelled()) {
            ++begun_after;
        }
        if (call.kind == CallKind::kWrite && is_temporary(call)) {
            progress.tell();
        }
    });
    const std::optional<Error> failure = many.export_through(files, threads, progress);
    REQUIRE(failure);
    CHECK(failure->code() == ErrorCode::kInterrupted);
    CHECK(begun_after < threads);  // at most what another was just about to begin
    CHECK(many.whole_files() == 0);
}

}  // namespace
}  // namespace kua::evidence
