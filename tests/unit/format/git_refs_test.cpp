#include "vault/format/git_refs.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"

namespace kua::format {
namespace {

const std::string kId(40, 'a');
const std::string kName(32, '7');
const std::string kFirst = "# v2 git bundle\n";
const std::string kRefLine = kId + " refs/heads/" + kName + "\n";

bool refs_refused(const std::string& front) {
    return testing::code_of([&] { parse_bundle_header(front); }) == ErrorCode::kDamaged;
}

TEST_CASE("a ref is 40 digits and a line feed", "[format][git]") {
    const GitId id = GitId::parse(kId).value();
    CHECK(write_git_ref(id) == kId + "\n");
    CHECK(parse_git_ref(kId + "\n") == id);
    for (const std::string& wrong : {std::string(), kId, kId + "\r\n", kId + "\n\n", " " + kId,
                                     "A" + kId.substr(1) + "\n", std::string("ref: refs/x\n")}) {
        CHECK_FALSE(parse_git_ref(wrong));
    }
}

TEST_CASE("names of refs are 32 digits", "[format][git]") {
    CHECK(is_ref_name(kName));
    for (const std::string& wrong :
         {std::string(), kName + "7", kName.substr(1), std::string("main"), "A" + kName.substr(1),
          "../" + kName.substr(3)}) {
        CHECK_FALSE(is_ref_name(wrong));
    }
}

TEST_CASE("of packed refs only kua's are taken", "[format][git]") {
    const auto refs = parse_packed_refs("# pack-refs with: peeled\n" + kId + " refs/heads/main\n^" +
                                        kId + "\n" + kRefLine + kId + " refs/tags/" + kName +
                                        "\nnoise\n\n" + kId + " refs/heads/" + kName);
    REQUIRE(refs.size() == 1);
    CHECK(refs.begin()->first == kName);
    CHECK(parse_packed_refs("").empty());
}

TEST_CASE("the front of a bundle reads as it was written", "[format][git]") {
    const GitId id = GitId::parse(kId).value();
    const GitBundleHeader header{{id, GitId{}}, {{kName, id}}};
    const std::string text = write_bundle_header(header);
    const ParsedBundleHeader parsed = parse_bundle_header(text + "PACK\n\n");
    CHECK(parsed.header == header);
    CHECK(parsed.size_bytes == text.size());
}

TEST_CASE("comments and refs of others in the front of a bundle are skipped", "[format][git]") {
    const auto parsed = parse_bundle_header(kFirst + "-" + kId + " some subject\n-" + kId + "\n" +
                                            kId + " HEAD\n" + kRefLine + "\n");
    CHECK(parsed.header.prerequisites.size() == 2);
    CHECK(parsed.header.refs.size() == 1);
}

TEST_CASE("the front of a bundle that is malformed is damage", "[format][git]") {
    CHECK(refs_refused(""));
    CHECK(refs_refused("# v3 git bundle\n@object-format=sha1\n\n"));
    CHECK(refs_refused(kFirst));
    CHECK(refs_refused(kFirst + kRefLine));  // no end
    CHECK(refs_refused(kFirst + "\r\n"));
    CHECK(refs_refused(kFirst + kId + "\n\n"));                // a ref without a name
    CHECK(refs_refused(kFirst + kRefLine + kRefLine + "\n"));  // twice
    CHECK(refs_refused(kFirst + kRefLine + "-" + kId + "\n\n"));
    CHECK(refs_refused(kFirst + "-" + kId.substr(1) + "\n\n"));
    CHECK(refs_refused(kFirst + "-" + kId + "x\n\n"));
    CHECK(refs_refused(kFirst + std::string(kMaxBundleHeaderBytes, 'x') + "\n\n"));
}

}  // namespace
}  // namespace kua::format
