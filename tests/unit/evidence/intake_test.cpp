#include "vault/evidence/intake/intake.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/findings.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::TestVault;

const std::string kMiddle(300'000, 'm');   // hashed while it is sealed, if its size is new
const std::string kLarge(1'500'000, 'x');  // more than what is read at once

std::vector<std::string> names_in(Vault& vault) {
    std::vector<std::string> names;
    for (const ItemSummary& item : vault.list({})) {
        names.push_back(item.name);
    }
    return names;
}

std::vector<std::string> types_in_history(Vault& vault, const std::string& item) {
    std::vector<std::string> types;
    for (const CustodyEvent& event : vault.show(item, "").history) {
        types.push_back(event.type);
    }
    return types;
}

TEST_CASE("the same bytes are stored once and every arrival is kept", "[threads][evidence]") {
    TestVault vault;
    const std::string content = GENERATE(std::string{}, std::string{"frames"}, kMiddle, kLarge);
    const std::string item = vault.add("clip.mp4", content);
    CHECK(vault.add("copy of clip.mp4", content, {{"source", {"P-12"}}}) == item);
    CHECK(vault->list({}).size() == 1);
    CHECK(vault->list({}).at(0).arrivals == 2);
    CHECK(vault->status().objects == 1);
    const ItemDetails details = vault->show(item, "");
    CHECK(types_in_history(*vault.operator->(), item) ==
          std::vector<std::string>{"item.added", "custody.received"});
    CHECK(details.summary.name == "clip.mp4");
    CHECK(details.summary.source == "unknown");  // the second arrival changes nothing of the first
    CHECK(vault.verify().ok());
}

// The first of twins is sealed before it is known which bytes it has; the other, of a size that is
// known by then, is hashed first and may claim them before it.
TEST_CASE("twins of any size in one run are one item, whichever is through first",
          "[threads][evidence]") {
    const std::string content =
        GENERATE(std::string(65'536, 'x'), std::string(65'537, 'x'), kMiddle, kLarge);
    const unsigned threads = GENERATE(1U, 4U);
    TestVault vault;
    for (int i = 0; i < 6; ++i) {
        vault.files.add_file("/card/" + std::to_string(i), base::bytes_of(content));
    }
    AddRequest request = TestVault::request_of({"/card"});
    request.threads = threads;
    const AddReport report = vault->add(request, no_progress());
    CHECK(report.added.size() == 1);
    CHECK(report.known.size() == 5);
    CHECK(vault->list({}).at(0).arrivals == 6);
    CHECK(vault->status().objects == 1);
    CHECK(vault.verify().ok());
}

TEST_CASE("an arrival that is in the journal already is not recorded again",
          "[threads][evidence]") {
    TestVault vault;
    const std::string item = vault.add("clip.mp4", "frames");
    const std::uint64_t entries = vault->status().cases.at(0).entries;
    const AddReport again = vault->add(TestVault::request_of({"/card/clip.mp4"}), no_progress());
    REQUIRE(again.known.size() == 1);
    CHECK(again.known[0].id == item);
    CHECK_FALSE(again.known[0].arrival_recorded);
    CHECK(vault->status().cases.at(0).entries == entries);
}

TEST_CASE("the same bytes under two names in one run are one item and two arrivals",
          "[threads][evidence]") {
    TestVault vault;
    vault.files.add_file("/card/a.jpg", base::bytes_of("frames"));
    vault.files.add_file("/card/b.jpg", base::bytes_of("frames"));
    vault.files.add_file("/card/large-a.mp4", base::bytes_of(kLarge));
    vault.files.add_file("/card/large-b.mp4", base::bytes_of(kLarge));
    const AddReport report = vault->add(TestVault::request_of({"/card"}), no_progress());
    CHECK(report.added.size() == 2);
    REQUIRE(report.known.size() == 2);
    CHECK(report.known[0].arrival_recorded);
    CHECK(vault->status().objects == 2);
    CHECK(vault.verify().ok());
}

TEST_CASE("a file that is named twice in one run arrives once", "[threads][evidence]") {
    TestVault vault;
    vault.files.add_file("/card/100/a.jpg", base::bytes_of("frames"));
    vault.files.add_file("/card/100/b.jpg", base::bytes_of("frames"));
    const AddReport report =
        vault->add(TestVault::request_of({"/card", "/card/100", "/card/100/a.jpg"}), no_progress());
    REQUIRE(report.added.size() == 1);
    REQUIRE(report.known.size() == 4);
    const auto recorded = std::count_if(report.known.begin(), report.known.end(),
                                        [](const KnownItem& one) { return one.arrival_recorded; });
    CHECK(recorded == 1);  // b.jpg
    CHECK(vault->list({}).at(0).arrivals == 2);
}

// Changes the file at `path` when it is read the `nth` time.
void change_at_read(testing::FaultFileSystem& faulty, TestVault& vault, const std::string& path,
                    int nth, const std::function<void(base::File&)>& change) {
    const auto reads = std::make_shared<int>(0);  // the hook is copied
    faulty.before_each_call([&vault, path, nth, change, reads](const testing::Call& call) {
        if (call.kind == testing::CallKind::kRead && call.path == path && ++*reads == nth) {
            change(*vault.files.open(path, base::OpenMode::kReadWrite));
        }
    });
}

TEST_CASE("a file that changes while it is read is named and not added",
          "[threads][evidence][T03]") {
    TestVault vault;
    vault.add("before.txt", "before");
    const std::string content = GENERATE(std::string{"frames"}, kMiddle, kLarge);
    const bool is_large = content == kLarge;
    vault.files.add_file("/inbox/clip.mp4", base::bytes_of(content));
    vault.files.add_file("/inbox/notes.txt", base::bytes_of("notes"));
    vault.close();
    testing::FaultFileSystem faulty{vault.files};
    std::string reason;
    SECTION("its bytes") {
        change_at_read(faulty, vault, "/inbox/clip.mp4", is_large ? 2 : 1,
                       [](base::File& file) { file.write_at(0, base::bytes_of("FRAMES")); });
        reason = "changed while being read; not added";
    }
    SECTION("it becomes shorter") {
        change_at_read(faulty, vault, "/inbox/clip.mp4", 1,
                       [](base::File& file) { file.truncate(3); });
        reason = "became shorter while being read; not added";
    }
    SECTION("it becomes longer") {
        change_at_read(faulty, vault, "/inbox/clip.mp4", 1, [&](base::File& file) {
            file.write_at(content.size(), base::bytes_of("more"));
        });
        reason = "changed while being read; not added";
    }
    {
        Vault open = vault.open_through(faulty, Access::kWrite);
        const AddReport report = open.add(TestVault::request_of({"/inbox"}), no_progress());
        REQUIRE(report.failed.size() == 1);
        CHECK(report.failed[0].path == "/inbox/clip.mp4");
        CHECK(report.failed[0].reason == reason);
        CHECK(report.added.size() == 1);
        CHECK(names_in(open) == std::vector<std::string>{"before.txt", "notes.txt"});
    }
    CHECK(vault.verify().ok());
    CHECK(vault->status().objects == 2);
}

TEST_CASE("a file whose twin was changed while being read is added as its own",
          "[threads][evidence]") {
    TestVault vault;
    vault.files.add_file("/inbox/a.mp4", base::bytes_of(kLarge));
    vault.files.add_file("/inbox/b.mp4", base::bytes_of(kLarge));
    vault.close();
    testing::FaultFileSystem faulty{vault.files};
    change_at_read(faulty, vault, "/inbox/a.mp4", 2,
                   [](base::File& file) { file.write_at(0, base::bytes_of("X")); });
    {
        Vault open = vault.open_through(faulty, Access::kWrite);
        const AddReport report = open.add(TestVault::request_of({"/inbox"}), no_progress());
        CHECK(report.failed.size() == 1);
        CHECK(report.added.size() == 1);
        CHECK(names_in(open) == std::vector<std::string>{"b.mp4"});
    }
    CHECK(vault.verify().ok());
}

TEST_CASE("an unreadable file among many fails alone", "[threads][evidence][T03]") {
    TestVault vault;
    for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) {
        vault.files.add_file(std::string{"/card/"} + name, base::bytes_of(name));
    }
    vault.files.set_readable("/card/b.jpg", false);
    const AddReport report =
        vault->add(TestVault::request_of({"/card", "/nowhere"}), no_progress());
    CHECK(report.added.size() == 2);
    REQUIRE(report.failed.size() == 2);
    CHECK(report.failed[0].path == "/nowhere");
    CHECK(report.failed[1].path == "/card/b.jpg");
    CHECK(report.failed[1].code == ErrorCode::kNoFile);
    CHECK(vault.verify().ok());
}

TEST_CASE("links, pipes and the vault itself are named and skipped", "[threads][evidence][T43]") {
    TestVault vault;
    vault.files.add_file("/secret.txt", base::bytes_of("not on the card"));
    vault.files.add_file("/card/a.jpg", base::bytes_of("a"));
    vault.files.add_symlink("/card/link", "/secret.txt");
    vault.files.add_symlink("/card/loop", "/card");
    vault.files.add_fifo("/card/pipe");
    const AddReport report =
        vault->add(TestVault::request_of({"/card", "/card/link", "/vault"}), no_progress());
    CHECK(report.added.size() == 1);
    CHECK(report.skipped.size() == 5);
    CHECK(names_in(*vault.operator->()) == std::vector<std::string>{"a.jpg"});
}

TEST_CASE("batches give the same as one commit", "[threads][evidence]") {
    TestVault vault;
    for (int i = 0; i < 10; ++i) {
        vault.files.add_file("/card/" + std::to_string(i),
                             base::bytes_of(std::to_string(i % 7)));  // three are there twice
    }
    AddRequest request = TestVault::request_of({"/card"});
    request.commit_every = GENERATE(0U, 1U, 3U);
    const AddReport report = vault->add(request, no_progress());
    CHECK(report.added.size() == 7);
    CHECK(report.known.size() == 3);
    CHECK(vault->list({}).size() == 7);
    CHECK(vault->status().cases.at(0).entries == 11);
    CHECK(vault.verify().ok());
}

// What is read together later lies together; the sizes of files must not scatter them.
TEST_CASE("files lie in the vault in the order they came, behind the long ones",
          "[threads][evidence]") {
    TestVault vault;
    const std::vector<std::pair<std::string, std::size_t>> files = {
        {"a", 900}, {"b", 300'000}, {"c", 1}, {"d", 70'000}, {"y", 4 << 20}, {"z", 5 << 20}};
    for (const auto& [name, size] : files) {
        vault.files.add_file("/card/" + name, base::bytes_of(std::string(size, name[0])));
    }
    REQUIRE(vault->add(TestVault::request_of({"/card"}), no_progress()).added.size() == 6);
    const auto order = vault.with_store([](store::Store& store) {
        std::string names;
        store::Rows rows = store.catalog().query(
            "SELECT item.name FROM extent JOIN item USING (sealed_digest) ORDER BY segment, "
            "first_piece");
        while (rows.next()) {
            names += rows.text(0);
        }
        return names;
    });
    CHECK(order == "zyabcd");
}

TEST_CASE("facts so long that a bundle couldn't hold those of all files are spread over several",
          "[threads][evidence]") {
    TestVault vault;
    // With a sanitizer as many as one bundle holds.
    const std::size_t files = 40 / testing::stride(10, "files");
    for (std::size_t i = 0; i < files; ++i) {
        vault.files.add_file("/card/" + std::to_string(i), base::bytes_of(std::to_string(i)));
    }
    AddRequest request = TestVault::request_of({"/card"});
    request.facts["witnesses"] = std::vector<std::string>(8, std::string(65'536, 'w'));
    for (const char* name : {"note", "place", "landmarks", "device", "tool", "acquired_place"}) {
        request.facts[name] = {std::string(65'536, 'n')};
    }
    CHECK(vault->add(request, no_progress()).added.size() == files);
    // One is of the case itself.
    CHECK(vault.number("SELECT COUNT(*) FROM bundle") == (testing::kSanitized ? 2 : 3));
    CHECK(vault.number("SELECT MAX(length(sealed)) FROM bundle") < std::int64_t{64} << 20);
}

// Holds up the reading of `path` until `later` is opened: by then another lane is through with all
// inputs between.
void hold_until_opened(testing::FaultFileSystem& faulty, const std::string& path,
                       const std::string& later) {
    const auto opened = std::make_shared<std::promise<void>>();  // the hook is copied
    const std::shared_future<void> is_opened = opened->get_future().share();
    faulty.before_each_call([opened, is_opened, path, later](const testing::Call& call) {
        if (call.kind == testing::CallKind::kOpen && call.path == later) {
            opened->set_value();
        }
        if (call.kind == testing::CallKind::kRead && call.path == path &&
            is_opened.wait_for(std::chrono::minutes{2}) != std::future_status::ready) {
            throw std::runtime_error{"nobody opened " + later};
        }
    });
}

// Tells of each file which kind it was asked as.
class KindInspector final : public MediaInspector {
public:
    std::unique_ptr<RunningInspection> begin(int /*descriptor*/, MediaKind kind) override {
        return std::make_unique<Running>(kind);
    }

private:
    class Running final : public RunningInspection {
    public:
        explicit Running(MediaKind kind) : kind_(kind) {}
        Inspection finish(const Progress& /*progress*/) override {
            const std::string device = kind_ == MediaKind::kPicture ? "camera" : "recorder";
            return {InspectionEnd::kAnswered,
                    R"({"kua_inspect":1,"tool":"reader 1","device":")" + device + "\"}"};
        }

    private:
        MediaKind kind_;
    };
};

TEST_CASE(
    "of files with the same bytes in one run the first is the item, whichever is sealed first",
    "[threads][evidence]") {
    const std::string content =
        GENERATE(std::string{"frames"}, std::string(65'536, 'x'), kMiddle, kLarge);
    const std::string twin = GENERATE("b.txt", "b.mp4", "b.jpg");
    TestVault vault;
    vault.files.add_file("/card/a.jpg", base::bytes_of(content));
    vault.files.add_file("/card/" + twin, base::bytes_of(content));
    vault.files.add_file("/card/c.jpg", base::bytes_of(content));
    vault.files.add_file("/card/d.txt", base::bytes_of("notes"));
    vault.close();
    testing::FaultFileSystem faulty{vault.files};
    hold_until_opened(faulty, "/card/a.jpg", "/card/d.txt");
    KindInspector inspector;
    {
        Vault open = vault.open_through(faulty, Access::kWrite);
        AddRequest request = TestVault::request_of({"/card"});
        request.threads = 2;
        request.inspector = &inspector;
        const AddReport report = open.add(request, no_progress());
        REQUIRE(report.added.size() == 2);
        CHECK(report.added[0].path == "/card/a.jpg");
        REQUIRE(report.known.size() == 2);
        CHECK(report.known[0].path == "/card/" + twin);
        CHECK(report.known[0].id == report.added[0].id);
        CHECK(report.known[1].id == report.added[0].id);
        CHECK(names_in(open) == std::vector<std::string>{"a.jpg", "d.txt"});
        const ItemDetails details = open.show(report.added[0].id, "");
        const auto device = std::ranges::find(details.facts, "device", &FactValue::name);
        REQUIRE(device != details.facts.end());
        CHECK(device->text == "camera");
        CHECK(open.status().objects == 2);
    }
    CHECK(vault.verify().ok());
}

class Stop final : public Progress {
public:
    explicit Stop(int after) : left_(after) {}
    void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
    void advance(std::uint64_t, std::uint64_t) override { --left_; }
    void end() override {}
    bool cancelled() const override { return left_ < 0; }

private:
    std::atomic<int> left_;
};

TEST_CASE("stopping keeps what was reported and nothing else", "[threads][evidence]") {
    TestVault vault;
    for (int i = 0; i < 6; ++i) {
        vault.files.add_file("/card/" + std::to_string(i), base::bytes_of(std::to_string(i)));
    }
    AddRequest request = TestVault::request_of({"/card"});
    request.commit_every = 2;
    std::size_t reported = 0;
    request.on_added = [&](const AddedItem&) { ++reported; };
    Stop stop{GENERATE(0, 3, 5, 8)};
    CHECK(code_of([&] { return vault->add(request, stop); }) == ErrorCode::kInterrupted);
    CHECK(reported < 6);
    CHECK(vault->list({}).size() == reported);
    vault.close();
    CHECK(vault.verify().ok());
}

}  // namespace
}  // namespace kua::evidence
