#include "vault/evidence/journal_view.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::TestVault;

struct LogVault : TestVault {
    LogVault() {
        first = add("a.jpg", "a", {{"note", {"by the fountain"}}});
        second = add("b.jpg", "b");
        add("again.jpg", "a");
        export_to("/out", {second});
    }
    std::string first;
    std::string second;
};

std::string types_of(const std::vector<LogEntry>& log) {
    std::string types;
    for (const LogEntry& entry : log) {
        types += entry.type + "@" + std::to_string(entry.seq) + " ";
    }
    return types;
}

TEST_CASE("a log shows every entry, the oldest first, without facts", "[evidence]") {
    LogVault vault;
    const std::vector<LogEntry> log = vault->log({});
    CHECK(types_of(log) ==
          "case.created@1 item.added@2 item.added@3 custody.received@4 custody.exported@5 ");
    CHECK(log[0].item.empty());
    CHECK(log[1].item == vault.first);
    CHECK(vault.first.starts_with(log[1].short_item));
    CHECK(log[1].facts.empty());
    CHECK(log[1].author_name == "Rosa");
}

TEST_CASE("the newest entries are the last ones, in the same order", "[evidence]") {
    LogVault vault;
    LogRequest request;
    request.newest = 2;
    CHECK(types_of(vault->log(request)) == "custody.received@4 custody.exported@5 ");
    request.newest = 100;
    CHECK(vault->log(request).size() == 5);
    request.newest = 0;
    CHECK(vault->log(request).empty());
}

TEST_CASE("the log of an item has its entries alone, with what they say", "[evidence]") {
    LogVault vault;
    LogRequest request;
    request.item = vault.first;
    const std::vector<LogEntry> log = vault->log(request);
    CHECK(types_of(log) == "item.added@2 custody.received@4 ");
    REQUIRE_FALSE(log[0].facts.empty());
    CHECK(std::ranges::any_of(log[0].facts, [](const FactValue& fact) {
        return fact.name == "note" && fact.text == "by the fountain";
    }));
    request.newest = 1;
    CHECK(types_of(vault->log(request)) == "custody.received@4 ");
}

TEST_CASE("a log of many entries names items as one of few does", "[evidence]") {
    CaseDraft draft;
    draft.classic = true;
    TestVault vault{testing::cheap_vault(draft)};
    for (int i = 0; i < 1010; ++i) {
        vault.files.add_file("/card/" + std::to_string(i), base::bytes_of(std::to_string(i)));
    }
    vault->add(TestVault::request_of({"/card"}), no_progress());
    const std::vector<LogEntry> all = vault->log({});
    REQUIRE(all.size() == 1011);
    LogRequest few;
    few.newest = 20;
    const std::vector<LogEntry> newest = vault->log(few);
    REQUIRE(newest.size() == 20);
    for (std::size_t i = 0; i < newest.size(); ++i) {
        CHECK(newest[i].short_item == all[991 + i].short_item);
        CHECK(newest[i].item == all[991 + i].item);
    }
}

}  // namespace
}  // namespace kua::evidence
