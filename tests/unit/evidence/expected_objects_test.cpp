// What the journals say must be there, when two of them name the same sealed bytes.
#include "vault/evidence/expected_objects.h"

#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/findings.h"
#include "vault/base/hex.h"

namespace kua::evidence {
namespace {

journal::VerifiedBundle bundle_adding(const std::string& item, const store::SealedDigest& object,
                                      const std::string& digest, std::uint64_t bytes) {
    journal::VerifiedBundle bundle;
    bundle.manifest.objects = {{object, 5000}};
    journal::Entry entry;
    entry.header.type = "item.added";
    entry.facts = {{"item", item},
                   {"digest", digest},
                   {"object", base::encode_hex(object.bytes)},
                   {"bytes", bytes}};
    bundle.entries.push_back(entry);
    return bundle;
}

TEST_CASE("an item that names another's sealed bytes takes it out of no check", "[evidence]") {
    store::SealedDigest object;
    object.bytes.fill(std::byte{7});
    const std::string one(64, '1');
    const std::string other(64, '2');
    ExpectedObjects expected;
    std::vector<Finding> findings;
    expected.add(bundle_adding("i-m", object, one, 100), findings);
    expected.add(bundle_adding("i-r", object, one, 100), findings);
    expected.add(bundle_adding("i-m", object, one, 100), findings);
    CHECK(findings.empty());
    REQUIRE(expected.objects().size() == 1);
    CHECK(expected.objects().at(object).item == "i-m");
    CHECK(expected.objects().at(object).more == std::vector<std::string>{"i-r"});
    // Both can't be true.
    expected.add(bundle_adding("i-s", object, other, 100), findings);
    expected.add(bundle_adding("i-t", object, one, 101), findings);
    CHECK(findings.size() == 2);
    CHECK(testing::has_finding(findings, FindingCode::kFactMismatch, "says that they are others"));
}

}  // namespace
}  // namespace kua::evidence
