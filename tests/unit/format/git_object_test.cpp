#include "vault/format/git_object.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "vault/base/bytes.h"

namespace kua::format {
namespace {

using testing::code_of;

base::ByteView bytes(std::string_view text) {
    return base::bytes_of(text);
}

// From `git hash-object`.
TEST_CASE("objects have the names that git gives them", "[format]") {
    CHECK(git_id(GitKind::kBlob, {}).hex() == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    CHECK(git_id(GitKind::kBlob, bytes("hello\n")).hex() ==
          "ce013625030ba8dba906f756967f9e9ca394464a");
    CHECK(git_id(GitKind::kTree, {}).hex() == "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

TEST_CASE("names are forty digits in lower case", "[format]") {
    const std::string name = "ce013625030ba8dba906f756967f9e9ca394464a";
    CHECK(GitId::parse(name)->hex() == name);
    CHECK_FALSE(GitId::parse(name.substr(1)));
    CHECK_FALSE(GitId::parse("CE013625030ba8dba906f756967f9e9ca394464a"));
    CHECK_FALSE(GitId::parse(name + "00"));
}

TEST_CASE("a tree reads back in the order git wants", "[format]") {
    const GitId id = git_id(GitKind::kBlob, {});
    const base::Bytes content = write_git_tree(
        {{"objects", true, id}, {"objects.age", false, id}, {"bundle.age", false, id}});
    const std::vector<GitTreeEntry> entries = parse_git_tree(content);
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].name == "bundle.age");
    CHECK(entries[1].name == "objects.age");  // "." sorts before the "/" that trees end with
    CHECK(entries[2].name == "objects");
    CHECK(entries[2].is_tree);
    CHECK(write_git_tree(entries) == content);
}

TEST_CASE("a tree that git or kua wouldn't write is refused", "[format]") {
    const std::string id(20, 'x');
    const auto one = [&](const std::string& start) { return start + '\0' + id; };
    const std::string text = GENERATE_COPY(
        one("100755 run"), one("120000 link"), one("160000 module"), one("040000 tree"),
        one("100644 "), one("100644 .git"), one("100644 .GIT"), one("40000 .."), one("100644 a/b"),
        one("100644 a b"), one("100644 -f"), one("100644 a") + one("100644 a"),
        one("100644 b") + one("100644 a"), one("100644 a") + one("40000 a"),
        std::string("100644 a"), std::string("100644 a\0xxx", 12), one("100644 a") + "1",
        one("\x31\x30\x30\x36\x34\x34 \xd0\xb0"));
    CHECK(code_of([&] { return parse_git_tree(bytes(text)); }) == ErrorCode::kDamaged);
}

TEST_CASE("a commit tells nothing but its tree and its parent", "[format]") {
    const GitId tree = git_id(GitKind::kTree, {});
    CHECK(base::text_of(write_git_commit({tree, {}})) ==
          "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
          "author kua <kua@invalid> 0 +0000\ncommitter kua <kua@invalid> 0 +0000\n\n");
    const GitCommit later{tree, git_id(GitKind::kBlob, {})};
    CHECK(parse_git_commit(write_git_commit(later)) == later);
    CHECK(parse_git_commit(write_git_commit({tree, {}})) == GitCommit{tree, {}});
}

TEST_CASE("a commit with anything more is refused", "[format]") {
    const std::string good{
        base::text_of(write_git_commit({git_id(GitKind::kTree, {}), git_id(GitKind::kBlob, {})}))};
    const auto replaced = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    const std::string text = GENERATE_COPY(
        good + "x", good.substr(1), good.substr(0, good.size() - 1), replaced("kua ", "Rosa "),
        replaced(" 0 +0000", " 1 +0000"), replaced("+0000", "+0500"),
        replaced("tree 4b", "tree 4B"),
        replaced("\nauthor", "\nparent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor"),
        replaced("\n\n", "\nencoding x\n\n"), std::string());
    CHECK(code_of([&] { return parse_git_commit(bytes(text)); }) == ErrorCode::kDamaged);
}

}  // namespace
}  // namespace kua::format
