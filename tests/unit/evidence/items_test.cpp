#include "vault/evidence/items.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/seeded_random.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::message_of;
using testing::TestVault;

TEST_CASE("an item is found by its id, the front of it, its digest and its name", "[evidence]") {
    TestVault vault;
    const std::string item = vault.add("IMG_0412.jpg", "pixels");
    vault.add("VID_0001.mp4", "frames");
    const ItemSummary shown = vault->show(item, "").summary;
    std::string upper = shown.short_id;
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    for (const std::string& name : {item, shown.short_id, upper, shown.digest,
                                    shown.digest.substr(0, 8), std::string{"IMG_0412.jpg"}}) {
        CAPTURE(name);
        CHECK(vault->show(name, "").summary.id == item);
    }
    for (const std::string& name :
         {std::string{"nothing"}, std::string{}, std::string{"i-"}, std::string{"IMG_0412.jpg.bak"},
          shown.digest + "00", shown.digest.substr(0, 3), std::string{"mg_0412"},
          std::string{"IMG"}, std::string{"IMG_0412.jp"}}) {
        CAPTURE(name);
        CHECK(code_of([&] { return vault->show(name, ""); }) == ErrorCode::kNotFound);
    }
}

TEST_CASE("a name that fits several items names them and shows none", "[evidence]") {
    TestVault vault;
    const std::string one = vault.add("IMG_0412.jpg", "one");
    vault.add("IMG_0412.jpg", "two");
    const std::string message = message_of([&] { return vault->show("IMG_0412.jpg", ""); });
    CHECK(message.find("fits 2 items") != std::string::npos);
    CHECK(message.find(vault->show(one, "").summary.short_id) != std::string::npos);
    for (int i = 0; i < 5; ++i) {
        vault.add("IMG_0412.jpg", std::to_string(i));
    }
    CHECK(message_of([&] {
              return vault->show("IMG_0412.jpg", "");
          }).find("fits more than 5 items") != std::string::npos);
}

TEST_CASE("the beginning of a name is no name, and whose it is is said", "[evidence]") {
    TestVault vault;
    const std::string one = vault.add("алаң 23 қараша.jpg", "one");
    const std::string two = vault.add(
        "\xf4\x8f\xbf\xbf"
        "last.jpg",
        "two");  // U+10FFFF
    const std::string three = vault.add("\xff\xfe.jpg", "three");
    const auto refusal = [&](const std::string& name) {
        CHECK(code_of([&] { return vault->show(name, ""); }) == ErrorCode::kNotFound);
        return message_of([&] { return vault->show(name, ""); });
    };
    for (const auto& [item, front] :
         {std::pair{one, "алаң"}, std::pair{two, "\xf4\x8f\xbf\xbf"}, std::pair{three, "\xff"}}) {
        const std::string short_id = vault->show(item, "").summary.short_id;
        CHECK(refusal(front).find("the beginning of that of " + short_id) != std::string::npos);
    }
    CHECK(refusal("алаң 24").find("beginning") == std::string::npos);
    CHECK(refusal("").find("beginning") == std::string::npos);
}

TEST_CASE("a file that is called like another's digest or id is not silently passed over",
          "[evidence]") {
    TestVault vault;
    const std::string item = vault.add("IMG_0412.jpg", "pixels");
    const ItemSummary shown = vault->show(item, "").summary;
    const std::string front = shown.digest.substr(0, 8);
    for (const std::string& name : {front, shown.short_id, shown.digest}) {
        CAPTURE(name);
        REQUIRE(vault->show(name, "").summary.id == item);
        const std::string other = vault.add(name, "called " + name);
        CHECK(code_of([&] { return vault->show(name, ""); }) == ErrorCode::kNotFound);
        CHECK(message_of([&] { return vault->show(name, ""); }).find("fits 2 items") !=
              std::string::npos);
        CHECK(vault->show(other, "").summary.name == name);
    }
    vault.add(item, "called like a whole id");
    CHECK(vault->show(item, "").summary.id == item);
    const std::string same = vault.add(shown.digest.substr(0, 12), "pixels");
    CHECK(same == item);
}

TEST_CASE("short ids are as long as they must be to be unique, and at least five", "[evidence]") {
    TestVault vault;
    const std::string item = vault.add("a.jpg", "a");
    CHECK(vault->show(item, "").summary.short_id == item.substr(0, 7));
    vault.write(
        "INSERT INTO item SELECT case_id, ?2, lamport, author, added, name, kind,"
        " media_type, digest, sealed_digest, bytes, source, captured, captured_basis,"
        " arrivals FROM item WHERE item = ?1",
        item, item.substr(0, 9) + (item[9] == '0' ? "1zzzz" : "0zzzz"));
    const std::vector<ItemSummary> items = vault->list({});
    REQUIRE(items.size() == 2);
    CHECK(items[0].short_id.size() == 10);
    CHECK(items[1].short_id.size() == 10);
    CHECK(items[0].short_id != items[1].short_id);
    CHECK(vault->show(item, "").summary.short_id == items[0].short_id);
}

TEST_CASE("the short ids of many items are those of each", "[evidence]") {
    TestVault vault;
    const std::string item = vault.add("a.jpg", "a");
    // Neighbours that share from none to all but one of their characters, more than are few.
    vault.with_store([&](store::Store& store) {
        testing::SeededRandom random{5};
        store::Transaction write{store.catalog()};
        for (std::size_t i = 0; i < 1000; ++i) {
            std::string other = item;
            for (std::size_t at = 2 + i % 11; at < other.size(); ++at) {
                other[at] = "0123456789abcdefghjkmnpqrstvwxyz"[random.below(32)];
            }
            write.run(
                "INSERT OR IGNORE INTO item SELECT case_id, ?2, lamport, author, added, name, kind,"
                " media_type, digest, sealed_digest, bytes, source, captured, captured_basis,"
                " arrivals FROM item WHERE item = ?1",
                item, other);
        }
        write.commit();
    });
    const std::vector<ItemSummary> items = vault->list({});
    CHECK(items.size() > 600);
    std::set<std::string> different;
    for (const ItemSummary& one : items) {
        CHECK(one.id.starts_with(one.short_id));
        CHECK(one.short_id == vault->show(one.id, "").summary.short_id);
        different.insert(one.short_id);
    }
    CHECK(different.size() == items.size());
}

TEST_CASE("lists are in the order of the journal and may be narrowed down", "[evidence]") {
    TestVault vault;
    vault.add("z.jpg", "1", {{"source", {"P-12"}}});
    vault.add("a.mp4", "2", {{"source", {"P-12"}}});
    vault.add("m.jpg", "3");
    const auto names = [&](const ListRequest& request) {
        std::string all;
        for (const ItemSummary& item : vault->list(request)) {
            all += item.name + " ";
        }
        return all;
    };
    ListRequest request;
    CHECK(names(request) == "z.jpg a.mp4 m.jpg ");
    request.filters.kind = "photo";
    CHECK(names(request) == "z.jpg m.jpg ");
    request.filters.source = "P-12";
    CHECK(names(request) == "z.jpg ");
    request.filters.kind = "photograph";
    CHECK(code_of([&] { return vault->list(request); }) == ErrorCode::kUsage);
}

// How many reads of the catalog's file a call takes in a vault that was just opened.
template <class Call>
std::uint64_t reads_of(TestVault& vault, Call&& call) {
    vault.close();
    testing::FaultFileSystem counting{vault.files};
    Vault open = vault.open_through(counting, Access::kWrite);
    std::atomic<std::uint64_t> reads = 0;
    counting.before_each_call([&reads](const testing::Call& one) {
        if (one.kind == testing::CallKind::kRead && one.path.filename() == "catalog.db") {
            ++reads;
        }
    });
    call(open);
    counting.before_each_call({});
    return reads;
}

void add_many(TestVault& vault, const std::string& folder, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string name = folder + "/note-" + std::to_string(i) + ".txt";
        vault.files.add_file("/many/" + name, base::bytes_of(name));
    }
    vault->add(TestVault::request_of({"/many/" + folder}), no_progress());
}

// In pages and not in seconds, so that it says the same on every machine.
TEST_CASE("what concerns one item reads as much in a large case as in a small one",
          "[evidence][T23]") {
    CaseDraft draft;
    draft.classic = true;  // sealing is faster
    TestVault vault(testing::cheap_vault(draft));
    const std::string item = vault.add("first.jpg", "first");
    vault.files.add_file("/card/known.jpg", base::bytes_of("first"));
    const std::vector<std::pair<const char*, std::function<void(Vault&)>>> calls = {
        {"show by id", [&](Vault& open) { open.show(item, ""); }},
        {"show by name", [](Vault& open) { open.show("first.jpg", ""); }},
        {"show by the front of a name",
         [](Vault& open) { code_of([&] { return open.show("firs", ""); }); }},
        {"show what isn't there",
         [](Vault& open) { code_of([&] { return open.show("absent", ""); }); }},
        {"log of an item",
         [&](Vault& open) {
             LogRequest request;
             request.item = item;
             open.log(request);
         }},
        {"the newest entries",
         [](Vault& open) {
             LogRequest request;
             request.newest = 3;
             request.with_facts = true;
             open.log(request);
         }},
        {"add what is known",
         [](Vault& open) { open.add(TestVault::request_of({"/card/known.jpg"}), no_progress()); }},
        {"add what is new",
         [&](Vault& open) {
             vault.files.add_file("/card/new.jpg", vault.random.bytes(100));
             open.add(TestVault::request_of({"/card/new.jpg"}), no_progress());
         }},
    };
    add_many(vault, "few", 50);
    std::vector<std::uint64_t> small;
    for (const auto& [name, call] : calls) {
        small.push_back(reads_of(vault, call));
    }
    add_many(vault, "many", 1500);
    for (std::size_t i = 0; i < calls.size(); ++i) {
        std::uint64_t large = reads_of(vault, calls[i].second);
        for (int again = 0; again < 3; ++again) {
            large = std::min(large, reads_of(vault, calls[i].second));
        }
        CAPTURE(calls[i].first, small[i], large);
        // Trees are one level higher: some pages more, and not one for every few items. The least
        // of some calls: now and then what is added splits a page or two, which reads others.
        CHECK(large <= small[i] + 40);
    }
}

TEST_CASE("the log of an item with many entries doesn't read the whole case", "[evidence][T23]") {
    TestVault vault;
    const std::string item = vault.add("a.jpg", "a");
    vault.write(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 1000)"
        " INSERT INTO entry SELECT case_id, lamport - n, author, seq, time, type, item"
        " FROM entry JOIN many WHERE item = ?1",
        item);
    const auto log = [&item](Vault& open) {
        LogRequest request;
        request.item = item;
        const std::vector<LogEntry> entries = open.log(request);
        CHECK(entries.size() > 1000);
        CHECK(entries.back().short_item == item.substr(0, 7));
    };
    const std::uint64_t small = reads_of(vault, log);
    vault.write(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 20000)"
        " INSERT INTO item SELECT case_id, printf('i-%016d', n), lamport, author, added, name,"
        " kind, media_type, digest, sealed_digest, bytes, source, captured, captured_basis,"
        " arrivals FROM item JOIN many WHERE item = ?1",
        item);
    CHECK(reads_of(vault, log) <= small + 40);
}

}  // namespace
}  // namespace kua::evidence
