// T24: no decision depends on the device's clock; what it says is kept as a claim.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_vault.h"

namespace kua {
namespace {

using testing::TestVault;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kYear = 31'556'952 * kSecond;

TEST_CASE("a vault works at any time, and its clock may jump between commands", "[evidence][T24]") {
    TestVault vault;
    const std::vector<std::int64_t> times = {
        testing::kFakeNow - 30 * kYear,
        testing::kFakeNow + 30 * kYear,
        (std::int64_t{1} << 31) * kSecond - 1,  // 2038
        (std::int64_t{1} << 31) * kSecond + 1,
        (std::int64_t{1} << 32) * kSecond - 1,  // 2106
        (std::int64_t{1} << 32) * kSecond + 1,
        0,
        -5 * kYear,
        testing::kFakeNow,
    };
    std::size_t count = 0;
    for (const std::int64_t time_ns : times) {
        vault.clock.set_unix_time_ns(time_ns);
        vault.clock.set_utc_offset_minutes(count % 2 == 0 ? 14 * 60 : -11 * 60);
        const std::string item = vault.add(std::to_string(count) + ".txt", std::to_string(count));
        ++count;
        CHECK(vault->list({}).size() == count);
        CHECK(vault->list({}).back().id == item);  // in the order of the journal
        CHECK(vault.export_to("/out-" + std::to_string(count), {item}).exported.size() == 1);
        vault.close();
    }
    CHECK(vault.verify().ok());
    CHECK(vault->rebuild(no_progress()).same);
    const std::vector<LogEntry> log = vault->log({});
    CHECK(log.at(1).time == "1987-11-24T02:36:00Z");
    CHECK(log.at(3).time == "2047-11-23T15:48:00Z");
    CHECK(log.at(5).time == "2038-01-19T03:14:07Z");
    CHECK(log.at(7).time == "2038-01-19T03:14:08Z");
    CHECK(log.at(9).time == "2106-02-07T06:28:15Z");
    CHECK(log.at(13).time == "1970-01-01T00:00:00Z");
}

TEST_CASE("a file's own time is a claim with its basis, whatever it is", "[evidence][T24]") {
    TestVault vault;
    vault.clock.set_utc_offset_minutes(300);
    struct Claim {
        std::int64_t modified_ns;
        const char* captured;
    };
    const std::vector<Claim> claims = {
        {0, "1970-01-01T05:00:00+05:00"},
        {-1, "1970-01-01T04:59:59+05:00"},
        {(std::int64_t{1} << 31) * kSecond, "2038-01-19T08:14:08+05:00"},
        {(std::int64_t{1} << 32) * kSecond, "2106-02-07T11:28:16+05:00"},
        {-100 * kYear, "1869-12-31T23:00:00+05:00"},
    };
    for (const Claim& claim : claims) {
        const std::string name = std::to_string(claim.modified_ns) + ".jpg";
        vault.files.add_file("/card/" + name, base::bytes_of(name));
        vault.files.set_modified_ns("/card/" + name, claim.modified_ns);
        const AddReport report =
            vault->add(TestVault::request_of({"/card/" + name}), no_progress());
        REQUIRE(report.added.size() == 1);
        const ItemSummary item = vault->show(report.added[0].id, "").summary;
        CHECK(item.captured.starts_with(claim.captured));
        CHECK(item.captured_basis == "file_time");
    }
    CHECK(vault.verify().ok());
}

}  // namespace
}  // namespace kua
