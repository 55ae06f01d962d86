// T13: lines and disclosures of a bundle that were changed. Nobody signs them one by one: the
// checkpoint's root does, so a twin has leaves, root and head made anew, by the author.
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/journal/test_log.h"
#include "vault/base/parse.h"
#include "vault/format/disclosure.h"
#include "vault/format/sshsig.h"
#include "vault/journal/bundle.h"

namespace kua::journal {
namespace {

using testing::Codes;
using testing::codes_of;
using testing::has_finding;
using testing::JournalWorld;

std::vector<std::string> lines_of(const std::string& text) {
    const auto lines = base::split_lines(text, 100).value();
    return {lines.begin(), lines.end()};
}

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

// A log of entries 1 to 3 in two bundles; the second one, of entries 2 and 3, is changed.
struct LineWorld : JournalWorld {
    LineWorld() {
        append(1);
        append(rosa, {note("two"), note("three")});
        content = open_bundle(sealed_bundle(2), identity);
        lines = lines_of(content.entries);
        disclosures = lines_of(content.disclosures);
    }

    // As the author could do it: with leaves, root and head that fit the lines.
    void put_back_as_author() {
        format::MerkleFrontier frontier;
        frontier.append(leaf_of(lines_of(open_bundle(sealed_bundle(1), identity).entries).at(0)));
        base::Bytes leaves;
        for (const std::string& line : lines) {
            const format::MerkleHash leaf = leaf_of(line);
            frontier.append(leaf);
            base::append(leaves, leaf);
        }
        content.checkpoint = format::encode_checkpoint(
            {case_id, rosa.fingerprint, {frontier.size(), frontier.root()}});
        content.checkpoint_signature =
            format::sign(rosa.signer, format::SignatureNamespace::kCheckpoint,
                         base::bytes_of(content.checkpoint));
        put_back();
        write("UPDATE bundle SET leaves = ?1 WHERE first = 2", leaves);
        write("UPDATE log SET frontier = ?1, checkpoint = ?2, signature = ?3", frontier.encode(),
              content.checkpoint, content.checkpoint_signature);
        write("UPDATE log_root SET root = ?2 WHERE size = ?1", frontier.size(), frontier.root());
    }
    // As somebody else could: nothing signed fits any more.
    void put_back() {
        content.entries = text_of(lines);
        content.disclosures = text_of(disclosures);
        replace_bundle(2, seal_bundle(content, identity.recipient(), random));
    }

    void change_line(std::size_t which, const char* member, const base::Json& value) {
        base::Json json = base::parse_json(lines.at(which));
        json[member] = value;
        lines.at(which) = json.dump();
    }

    BundleContent content;
    std::vector<std::string> lines;
    std::vector<std::string> disclosures;
};

TEST_CASE("a log whose author wrote other words from the start is that author's log",
          "[journal][T13]") {
    LineWorld world;
    world.change_line(0, "time", "2017-11-24T00:00:00Z");
    world.change_line(1, "type", "item.linked");
    world.put_back_as_author();
    CHECK(world.check().findings.empty());
}

TEST_CASE("a line that is changed without its root is found, whatever is changed",
          "[journal][T13]") {
    const std::vector<std::pair<const char*, base::Json>> twins = {
        {"time", "2017-11-24T00:00:00Z"}, {"type", "item.linked"}, {"lamport", 9}, {"seq", 9}};
    for (const auto& [member, value] : twins) {
        CAPTURE(member);
        LineWorld world;
        world.change_line(1, member, value);
        world.put_back();
        CHECK(codes_of(world.check().findings) == Codes{FindingCode::kDamaged});
        CHECK(world.seen == std::vector<std::uint64_t>{1});
    }
}

TEST_CASE("a line of another case, author or place is found, also when its author signed it",
          "[journal][T13]") {
    const std::vector<std::pair<const char*, base::Json>> twins = {
        {"case", std::string(32, 'd')},
        {"case", std::string(32, 'C')},
        {"author", std::string(64, 'b')},
        {"author", std::string(64, 'A')},
        {"seq", 1},
        {"seq", 2},
        {"seq", 4},
        {"seq", 0},
        {"lamport", 0},
        {"lamport", 1},
        {"lamport", 2},
        {"lamport", base::kMaxJsonInteger + 1},
        {"kua", 2},
        {"type", "Item"},
        {"time", std::string(65, '9')},
        {"facts", base::Json::array()},
        {"facts", {"x"}},
        {"surplus", 1},
    };
    for (const auto& [member, value] : twins) {
        CAPTURE(member, value.dump());
        LineWorld world;
        world.change_line(1, member, value);
        world.put_back_as_author();
        CHECK(codes_of(world.check().findings) == Codes{FindingCode::kDamaged});
        CHECK(world.seen == std::vector<std::uint64_t>{1});
    }
}

TEST_CASE("entries that claim to come after more than there can have been are named",
          "[journal][T13][T15]") {
    LineWorld world;
    world.change_line(1, "lamport", 4);  // one more than there are entries
    world.put_back_as_author();
    world.write("UPDATE log SET lamport = 4");
    const LogReport report = world.check();
    CHECK(codes_of(report.findings) == Codes{FindingCode::kFastForward});
    CHECK(has_finding(report.findings, FindingCode::kFastForward, "bundle from entry 2: "));
    CHECK(world.seen == std::vector<std::uint64_t>{1, 2, 3});  // they are the author's all the same
}

TEST_CASE("a lamport number that follows from what was seen is no fast-forward", "[journal]") {
    JournalWorld world;
    world.append(world.rosa, {JournalWorld::note("1"), JournalWorld::note("2")});
    world.append(world.mara, {JournalWorld::note("3")});
    world.append(world.rosa, {JournalWorld::note("4")});
    for (const LogHead& head : list_logs(world.store.catalog(), world.case_id)) {
        CHECK(check_log(world.store.catalog(), head, {world.rosa.known(), world.mara.known()},
                        {&world.identity, 1}, {})
                  .findings.empty());
    }
}

TEST_CASE("lines in another order, doubled, missing or added are found", "[journal][T13]") {
    LineWorld world;
    SECTION("in another order") {
        std::swap(world.lines[0], world.lines[1]);
    }
    SECTION("doubled") {
        world.lines[1] = world.lines[0];
    }
    SECTION("one missing") {
        world.lines.pop_back();
    }
    SECTION("one added") {
        world.lines.push_back(world.lines[1]);
        world.change_line(2, "seq", 4);
        world.change_line(2, "lamport", 4);
    }
    SECTION("an empty one") {
        world.lines[1].clear();
    }
    SECTION("a byte order mark") {
        world.lines[0].insert(0, "\xef\xbb\xbf");
    }
    world.put_back_as_author();
    CHECK(has_finding(world.check().findings, FindingCode::kDamaged, "bundle from entry 2: "));
    CHECK(world.seen == std::vector<std::uint64_t>{1});
}

TEST_CASE("disclosures that don't fit their lines are found; nobody has to sign those",
          "[journal][T13]") {
    LineWorld world;
    std::vector<std::string>& all = world.disclosures;
    const auto with = [&](std::size_t which, const char* member, const base::Json& value) {
        base::Json json = base::parse_json(all.at(which));
        json[member] = value;
        all.at(which) = json.dump();
    };
    const base::Json first = base::parse_json(all[0])["disclosures"];
    const base::Json second = base::parse_json(all[1])["disclosures"];
    SECTION("those of two entries changed places") {
        std::swap(all[0], all[1]);
    }
    SECTION("those of another entry") {
        with(0, "disclosures", second);
    }
    SECTION("one twice") {
        with(0, "disclosures", {first[0], first[0]});
    }
    SECTION("one too many") {
        with(0, "disclosures", {first[0], second[0]});
    }
    SECTION("the value under another salt") {
        with(0, "disclosures", {format::make_disclosure("note", "two", world.random).text});
    }
    SECTION("another number") {
        with(0, "seq", 1);
    }
    SECTION("no number") {
        with(0, "seq", nullptr);
    }
    SECTION("a member that nobody knows") {
        with(0, "surplus", 1);
    }
    SECTION("no list") {
        with(0, "disclosures", first[0]);
    }
    SECTION("no texts") {
        with(0, "disclosures", {1});
    }
    SECTION("a line missing") {
        all.pop_back();
    }
    SECTION("a line too many") {
        all.push_back(all[1]);
    }
    SECTION("no JSON") {
        all[1] = "{";
    }
    SECTION("not base64url") {
        with(0, "disclosures", {"?"});
    }
    world.put_back();
    CHECK(codes_of(world.check().findings) == Codes{FindingCode::kDamaged});
    CHECK(world.seen == std::vector<std::uint64_t>{1});
}

TEST_CASE("disclosures that are withheld are no finding", "[journal]") {
    LineWorld world;
    base::Json json = base::parse_json(world.disclosures[0]);
    json["disclosures"] = base::Json::array();
    world.disclosures[0] = json.dump();
    world.put_back();
    CHECK(world.check().findings.empty());
}

}  // namespace
}  // namespace kua::journal
