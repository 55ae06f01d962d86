#include "vault/evidence/outgoing/export.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/findings.h"
#include "tests/support/rename_watch.h"
#include "tests/support/test_vault.h"
#include "vault/base/hex.h"

namespace kua::evidence {
namespace {

using testing::CallKind;
using testing::code_of;
using testing::FaultFileSystem;
using testing::TestVault;

const std::filesystem::path kOut = "/out";

std::vector<std::string> names_in(TestVault& vault, const std::filesystem::path& dir = kOut) {
    std::vector<std::string> names;
    for (const base::DirectoryEntry& entry : vault.files.list(dir)) {
        names.push_back(entry.name);
    }
    return names;
}

std::uint64_t exports_in_journal(TestVault& vault) {
    const std::vector<LogEntry> log = vault->log({});
    return static_cast<std::uint64_t>(std::ranges::count(
        log, "custody.exported", [](const LogEntry& entry) { return entry.type; }));
}

// Everything to kOut, through files that fail; by all threads there are unless told otherwise.
ExportReport export_through(TestVault& vault, FaultFileSystem& files, unsigned threads = 0) {
    vault.close();
    ExportRequest request;
    request.all = true;
    request.to = kOut;
    request.threads = threads;
    return vault.open_through(files, Access::kWrite).export_items(request, no_progress());
}

// Keeps what is written to it.
FaultFileSystem::Fake honest(bool is_other_device) {
    return {.is_removable = is_other_device,
            .is_other_device = is_other_device,
            .kept_bytes = std::uint64_t{1} << 40};
}

TEST_CASE("an export is the original, byte for byte, and in the journal", "[threads][evidence]") {
    TestVault vault;
    const std::string content = GENERATE(std::string{}, std::string{"frames"},
                                         std::string(65'536, 'x'), std::string(2'000'000, 'y'));
    const std::string item = vault.add("clip.mp4", content);
    const ExportReport report = vault.export_to(kOut, {item});
    REQUIRE(report.exported.size() == 1);
    CHECK(report.exported[0].path == kOut / "clip.mp4");
    CHECK(vault.text(kOut / "clip.mp4") == content);
    CHECK(names_in(vault) == std::vector<std::string>{"clip.mp4"});
    CHECK(exports_in_journal(vault) == 1);
    CHECK(vault.verify().ok());
}

// A thread writes two at a time, and reads back what the vault's own device has meanwhile.
TEST_CASE("originals of all sizes go out whole beside each other", "[threads][evidence]") {
    constexpr std::size_t kChunk = 65'536;
    TestVault vault;
    std::map<std::string, std::string> contents;
    char letter = 'a';
    for (const std::size_t size_bytes :
         {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 5 * kChunk,
          40 * kChunk + 7, std::size_t{63}, 2 * kChunk + 1, 17 * kChunk}) {
        const std::string name = std::string{letter} + ".bin";
        contents[name] = std::string(size_bytes, letter++);
        vault.add(name, contents[name]);
    }
    const bool is_other_device = GENERATE(false, true);
    const unsigned threads = GENERATE(1U, 2U, 3U);
    vault.files.add_directory(kOut);
    FaultFileSystem files{vault.files};
    files.plug_in_fake(kOut, honest(is_other_device));
    const ExportReport report = export_through(vault, files, threads);
    CHECK(report.failed.empty());
    CHECK(report.exported.size() == contents.size());
    for (const auto& [name, content] : contents) {
        CHECK((vault.text(kOut / name) == content));
    }
    CHECK(names_in(vault).size() == contents.size());
    CHECK(exports_in_journal(vault) == contents.size());
}

TEST_CASE("nothing that is there is overwritten, and the others go out",
          "[threads][evidence][T43]") {
    TestVault vault;
    const std::string first = vault.add("a.txt", "from the vault");
    const std::string second = vault.add("b.txt", "b");
    vault.files.add_directory(kOut);
    SECTION("a file") {
        vault.files.add_file(kOut / "a.txt", base::bytes_of("was here"));
        vault.export_to(kOut, {});
        CHECK(vault.text(kOut / "a.txt") == "was here");
    }
    SECTION("a link to somewhere") {
        vault.files.add_file("/target", base::bytes_of("was here"));
        vault.files.add_symlink(kOut / "a.txt", "/target");
        vault.export_to(kOut, {});
        CHECK(vault.text("/target") == "was here");
        CHECK(vault.files.status(kOut / "a.txt")->kind == base::FileKind::kSymlink);
    }
    SECTION("a link to nowhere") {
        vault.files.add_symlink(kOut / "a.txt", "/nowhere");
        vault.export_to(kOut, {});
        CHECK_FALSE(vault.files.status("/nowhere"));
    }
    SECTION("a directory") {
        vault.files.add_directory(kOut / "a.txt");
        vault.export_to(kOut, {});
        CHECK(vault.files.status(kOut / "a.txt")->kind == base::FileKind::kDirectory);
    }
    CHECK(vault.text(kOut / "b.txt") == "b");
    CHECK(names_in(vault).size() == 2);
    CHECK(exports_in_journal(vault) == 1);
    const ExportReport again = vault.export_to(kOut, {first, second});
    CHECK(again.exported.empty());
    REQUIRE(again.failed.size() == 2);
    CHECK(again.failed[0].code == ErrorCode::kExists);
}

// Something turns up under the final name at the last moment.
TEST_CASE("a name that is taken while the export runs stays what it is",
          "[threads][evidence][T43]") {
    TestVault vault;
    vault.add("a.txt", "from the vault");
    vault.files.add_directory(kOut);
    vault.close();
    const bool is_link = GENERATE(false, true);
    FaultFileSystem faulty{vault.files};
    faulty.before_each_call([&](const testing::Call& call) {
        if (call.kind != CallKind::kRename) {
            return;
        }
        if (is_link) {
            vault.files.add_symlink(kOut / "a.txt", "/vault/kua.vault");
        } else {
            vault.files.add_file(kOut / "a.txt", base::bytes_of("faster"));
        }
    });
    const base::Bytes header = vault.files.content("/vault/kua.vault");
    const ExportReport report = export_through(vault, faulty);
    REQUIRE(report.failed.size() == 1);
    CHECK(report.failed[0].code == ErrorCode::kExists);
    CHECK(names_in(vault) == std::vector<std::string>{"a.txt"});
    CHECK((is_link || vault.text(kOut / "a.txt") == "faster"));
    CHECK(vault.files.content("/vault/kua.vault") == header);
}

TEST_CASE("exported files are synced under their names, then their directory",
          "[threads][evidence][T20]") {
    TestVault vault;
    vault.add("a.txt", "a");
    vault.add("b.mp4", std::string(2'000'000, 'b'));
    FaultFileSystem watched{vault.files};
    const testing::RenameWatch watch{watched};
    export_through(vault, watched, 1);
    CHECK(watch.all_safe());
    CHECK(watch.renamed_in(kOut) == std::set<std::filesystem::path>{"a.txt", "b.mp4"});
}

TEST_CASE("what a stick doesn't keep gets no name and is not said to be exported",
          "[threads][evidence][T20]") {
    TestVault vault;
    vault.add("a.txt", "a");
    vault.files.add_directory(kOut);
    FaultFileSystem fake{vault.files};
    const bool is_removable = GENERATE(false, true);
    fake.plug_in_fake(kOut, {.is_removable = is_removable, .is_other_device = !is_removable});
    CHECK(code_of([&] { return export_through(vault, fake); }) == ErrorCode::kStorage);
    CHECK(names_in(vault).empty());
    CHECK(exports_in_journal(vault) == 0);
}

TEST_CASE("a directory that is a link is not written into", "[threads][evidence][T43]") {
    TestVault vault;
    vault.add("a.txt", "a");
    vault.files.add_directory("/elsewhere");
    vault.files.add_symlink(kOut, "/elsewhere");
    CHECK(code_of([&] { return vault.export_to(kOut, {}); }) == ErrorCode::kNoFile);
    CHECK(names_in(vault, "/elsewhere").empty());
}

// `sql` makes what is stored of the item's last bytes from `data`.
void change_last_piece(TestVault& vault, const std::string& item, const std::string& sql) {
    vault.with_store([&](store::Store& store) {
        const auto piece = store.catalog().query_integer(
            "SELECT first_piece + pieces - 1 FROM extent JOIN item USING (sealed_digest)"
            " WHERE item = ?1",
            item);
        store::Connection segment{
            store.environment(),
            store.objects().segment_path(1),
            crypto::derive_segment_key(store.key_slots().vault_key(), 1).expose(),
            {.cipher = store::kSegmentCipher, .mode = store::ConnectionMode::kWrite}};
        store::Transaction write{segment};
        write.run("UPDATE piece SET data = " + sql + " WHERE id = ?1", *piece);
        write.commit();
    });
}

TEST_CASE("a file that fails at its end takes none of those behind it with it",
          "[threads][evidence][T21]") {
    TestVault vault;
    std::vector<std::string> items;
    for (char letter = 'a'; letter <= 'f'; ++letter) {
        items.push_back(vault.add({letter}, std::string(200'000, letter)));
    }
    // Its chunks before the last are written and read back, and count in its digest.
    change_last_piece(vault, items[1],
                      "CAST(substr(data, 1, length(data) - 4) || x'01020304' AS BLOB)");
    ExportRequest request;
    request.items = items;
    request.to = kOut;
    request.threads = GENERATE(1U, 2U);
    const ExportReport report = vault->export_items(request, no_progress());
    CHECK(report.exported.size() == 5);
    REQUIRE(report.failed.size() == 1);
    CHECK(report.failed[0].code == ErrorCode::kDamaged);
    CHECK(names_in(vault) == std::vector<std::string>{"a", "c", "d", "e", "f"});
    CHECK(exports_in_journal(vault) == 5);
}

TEST_CASE("an object with a flipped bit is refused and the others go out",
          "[threads][evidence][T21]") {
    TestVault vault;
    std::vector<std::string> items;
    for (int i = 0; i < 4; ++i) {
        items.push_back(vault.add(std::to_string(i) + ".txt", "content " + std::to_string(i)));
    }
    const std::size_t damaged = 2;
    SECTION("in the payload") {
        change_last_piece(vault, items[damaged], "zeroblob(length(data))");
    }
    SECTION("in the header") {
        vault.write(
            "UPDATE object SET header = CAST(replace(header, x'0a2d2d2d', x'0a2d2d2e') AS BLOB)"
            " WHERE sealed_digest = (SELECT sealed_digest FROM item WHERE item = ?1)",
            items[damaged]);
    }
    SECTION("its row gone") {
        vault.write(
            "DELETE FROM object WHERE sealed_digest ="
            " (SELECT sealed_digest FROM item WHERE item = ?1)",
            items[damaged]);
    }
    SECTION("its size in the catalog") {
        vault.write("UPDATE item SET bytes = bytes - 1 WHERE item = ?1", items[damaged]);
    }
    SECTION("its digest in the catalog") {
        vault.write("UPDATE item SET digest = zeroblob(32) WHERE item = ?1", items[damaged]);
    }
    SECTION("the object of another item") {
        vault.write(
            "UPDATE item SET sealed_digest = (SELECT sealed_digest FROM item"
            " WHERE item = ?2) WHERE item = ?1",
            items[damaged], items[0]);
    }
    const ExportReport report = vault.export_to(kOut, {});
    CHECK(report.exported.size() == 3);
    REQUIRE(report.failed.size() == 1);
    CHECK(report.failed[0].code == ErrorCode::kDamaged);
    CHECK(names_in(vault) == std::vector<std::string>{"0.txt", "1.txt", "3.txt"});
    CHECK(vault.text(kOut / "3.txt") == "content 3");
    CHECK(exports_in_journal(vault) == 3);
    CHECK_FALSE(vault.verify().ok());
}

// Reads back something else than was written to it, as failing media do.
TEST_CASE("what reads back differently gets no name and no entry", "[threads][evidence][T20]") {
    TestVault vault;
    vault.add("a.txt", "from the vault");
    vault.files.add_directory(kOut);
    vault.close();
    const bool is_shorter = GENERATE(false, true);
    const bool is_other_device = GENERATE(false, true);
    FaultFileSystem faulty{vault.files};
    faulty.plug_in_fake(kOut, honest(is_other_device));
    faulty.before_each_call([&](const testing::Call& call) {
        const std::string name = call.path.filename().string();
        if (call.kind == CallKind::kRead && name.ends_with(".part")) {
            const auto file = vault.files.open(call.path, base::OpenMode::kReadWrite);
            if (is_shorter) {
                file->truncate(5);
            } else {
                file->write_at(0, base::bytes_of("F"));
            }
        }
    });
    CHECK(code_of([&] { return export_through(vault, faulty); }) == ErrorCode::kStorage);
    CHECK(names_in(vault).empty());
    CHECK(exports_in_journal(vault) == 0);
    CHECK(vault.verify().ok());
}

TEST_CASE("an export that fails at any call leaves no half file under a final name",
          "[threads][evidence][T03]") {
    TestVault vault;
    vault.add("a.txt", "content a");
    vault.add("b.txt", "content b");
    vault.close();
    const testing::MemoryTree tree = vault.files.tree();
    const auto effect = GENERATE(testing::Fault::Effect::kNothing, testing::Fault::Effect::kHalf,
                                 testing::Fault::Effect::kWhole);
    // Every third call: each of them fails with one effect or another.
    for (std::uint64_t n = 1 + static_cast<std::uint64_t>(effect);; n += 3) {
        vault.files = testing::MemoryFileSystem{tree};
        FaultFileSystem faulty{vault.files};
        bool met = true;
        try {
            Vault open = vault.open_through(faulty, Access::kWrite);
            faulty.fail({.at = n, .error = EIO, .for_ever = false, .effect = effect});
            ExportRequest request;
            request.all = true;
            request.to = kOut;
            request.threads = 1;
            open.export_items(request, no_progress());
            met = faulty.failures() > 0;
        } catch (const Error& error) {
            CHECK(error.code() != ErrorCode::kBug);
        }
        CAPTURE(n);
        if (vault.files.status(kOut)) {
            for (const std::string& name : names_in(vault)) {
                const bool temporary = name.starts_with(".kua-") && name.ends_with(".part");
                CHECK((temporary || vault.text(kOut / name) == "content " + name.substr(0, 1)));
            }
        }
        if (!met) {
            break;
        }
    }
}

TEST_CASE("names that are the same, but for case or what is unsafe, get numbers",
          "[threads][evidence][T43]") {
    TestVault vault;
    int content = 0;
    for (const char* name : {"IMG.jpg", "img.JPG", "Img.jpg", "a?b", "a*b", "a_b"}) {
        vault.add(std::string{"folder"} + std::to_string(content) + "/" + name,
                  std::to_string(content));
        ++content;
    }
    vault.export_to(kOut, {});
    CHECK(names_in(vault) == std::vector<std::string>{"IMG.jpg", "Img (3).jpg", "a_b", "a_b (2)",
                                                      "a_b (3)", "img (2).JPG"});
    CHECK(vault.text(kOut / "img (2).JPG") == "1");
    CHECK(vault.text(kOut / "a_b (3)") == "5");
}

TEST_CASE("many items of one name go out in the time of as many names", "[threads][evidence]") {
    TestVault vault;
    // Each counting from 2 would be two million tries.
    const std::size_t items = 2000 / testing::stride(5, "items");
    for (std::size_t i = 0; i < items; ++i) {
        vault.files.add_file("/card/" + std::to_string(i) + "/IMG_0001.jpg",
                             base::bytes_of(std::to_string(i)));
    }
    vault->add(TestVault::request_of({"/card"}), no_progress());
    const ExportReport report = vault.export_to(kOut, {});
    CHECK(report.exported.size() == items);
    CHECK(vault.files.status(kOut / ("IMG_0001 (" + std::to_string(items) + ").jpg")));
}

TEST_CASE("items with hostile names all stay in their directory", "[threads][evidence][T43]") {
    TestVault vault;
    std::size_t count = 0;
    for (const char* name : {"..\\..\\evil", "C:evil", "CON", "nul.txt", "a\nb", "\x1b[2J",
                             "\xff\xfe", "-rf", ".hidden", "trailing. ", "x:y",
                             "gpj.\xe2\x80\xae"
                             "exe",
                             "$(id)"}) {
        vault.files.add_file(base::fs::path{"/card"} / name, base::bytes_of(std::to_string(count)));
        ++count;
    }
    vault->add(TestVault::request_of({"/card"}), no_progress());
    // Names that no file system gives, as another author could write them.
    vault.write("UPDATE item SET name = '../../../escape' WHERE name = 'CON'");
    vault.write("UPDATE item SET name = '/vault/kua.vault' WHERE name = 'nul.txt'");
    vault.write("UPDATE item SET name = '' WHERE name = '-rf'");
    const auto before = vault.files.list("/");
    vault.files.add_directory(kOut);
    const ExportReport report = vault.export_to(kOut, {});
    CHECK(report.exported.size() == count);
    CHECK(names_in(vault).size() == count);
    CHECK(vault.files.list("/").size() == before.size() + 1);
    for (const ExportedItem& item : report.exported) {
        CHECK(item.path.parent_path() == kOut);
    }
}

TEST_CASE("a sealed export is the age file whose digest the entry names", "[threads][evidence]") {
    TestVault vault;
    vault.add("a.txt", "from the vault");
    ExportRequest request;
    request.all = true;
    request.sealed = true;
    request.to = kOut;
    REQUIRE(vault->export_items(request, no_progress()).exported.size() == 1);
    const base::Bytes sealed = vault.files.content(kOut / "a.txt.age");
    CHECK(base::encode_hex(crypto::sha256(sealed)) == vault->list({}).at(0).sealed_digest);
    CHECK(base::text_of(sealed).starts_with("age-encryption.org/v1\n"));
}

TEST_CASE("a purpose that isn't one is a mistake and nothing goes out", "[threads][evidence]") {
    TestVault vault;
    vault.add("a.txt", "a");
    ExportRequest request;
    request.all = true;
    request.to = kOut;
    request.purpose = "curiosity";
    CHECK(code_of([&] { return vault->export_items(request, no_progress()); }) ==
          ErrorCode::kUsage);
    CHECK_FALSE(vault.files.status(kOut));
}

}  // namespace
}  // namespace kua::evidence
