// T13: bundles that say something else than the author's, put together again and signed anew, by
// the author, by somebody else, or not at all.
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/journal/test_log.h"
#include "vault/base/base64.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/format/sshsig.h"
#include "vault/journal/bundle.h"

namespace kua::journal {
namespace {

using format::SignatureNamespace;
using testing::Codes;
using testing::codes_of;
using testing::JournalWorld;

constexpr std::uint64_t kTwin = 3;  // the first entry of the bundle that has a twin
const base::Json kMissing = "<missing>";

// Three bundles of Rosa's, who has seen one of Mara's. The last one is what the tests change.
struct TwinWorld : JournalWorld {
    TwinWorld() {
        append(rosa, {note("one")});
        append(mara, {note("two")});
        append(rosa, {note("three")});
        append(rosa, {note("four"), {"item.added", {{"name", "clip.mp4"}, {"bytes", 7}}}},
               {{store::SealedDigest{crypto::sha256(base::bytes_of("object"))}, 4711}});
        content = open_bundle(sealed_bundle(kTwin), identity);
    }

    void sign(const crypto::Ed25519Signer& signer) {
        content.checkpoint_signature = format::sign(signer, SignatureNamespace::kCheckpoint,
                                                    base::bytes_of(content.checkpoint));
        content.manifest_signature =
            format::sign(signer, SignatureNamespace::kBundle, base::bytes_of(content.manifest));
    }
    void put_back() { replace_bundle(kTwin, seal_bundle(content, identity.recipient(), random)); }
    // The findings about Rosa's log, whose fingerprint is the lower one.
    std::vector<Finding> findings() { return check().findings; }

    BundleContent content;
};

// What a changed member is found to be, by who signed the change.
void check_signed_twin(const std::function<void(BundleContent&)>& change) {
    TwinWorld world;
    change(world.content);
    const BundleContent changed = world.content;
    world.put_back();
    CHECK(codes_of(world.findings()) == Codes{FindingCode::kForged});
    world.content = changed;
    world.sign(world.stranger.signer);
    world.put_back();
    CHECK(codes_of(world.findings()) == Codes{FindingCode::kForged});
    world.content = changed;
    world.sign(world.rosa.signer);
    world.put_back();
    CHECK(codes_of(world.findings()) == Codes{FindingCode::kDamaged});
}

std::string hex_digits(char digit, std::size_t count) {
    return std::string(count, digit);
}

TEST_CASE("a bundle that is put together again unchanged has no finding", "[journal][T13]") {
    TwinWorld world;
    world.put_back();
    CHECK(world.findings().empty());
    CHECK(world.seen == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("every member of a manifest that is changed is found, whoever signed it",
          "[journal][T13]") {
    const base::Json good_seen = {
        {"author", hex_digits('b', 64)},
        {"size", 1},
        {"root", base::encode_base64(crypto::sha256({}), base::Base64::kPadded)}};
    const auto seen_with = [&](const char* member, const base::Json& value) {
        base::Json seen = good_seen;
        seen[member] = value;
        return base::Json::array({seen});
    };
    const auto object_with = [&](const char* member, const base::Json& value) {
        base::Json object = {{"sealed", hex_digits('d', 64)}, {"bytes", 4711}};
        object[member] = value;
        return base::Json::array({object});
    };
    const std::vector<std::pair<const char*, std::vector<base::Json>>> twins = {
        {"kua", {0, 2, "1", nullptr, kMissing}},
        {"case",
         {hex_digits('d', 32), hex_digits('C', 32), hex_digits('c', 31), hex_digits('c', 33), "",
          12, kMissing}},
        {"author",
         {hex_digits('b', 64), hex_digits('A', 64), hex_digits('a', 63), hex_digits('a', 65),
          nullptr, kMissing}},
        {"first", {0, 1, 2, 4, base::kMaxJsonInteger, -3, "3", 3.5, kMissing}},
        {"count", {0, 1, 3, 100'001, base::kMaxJsonInteger, -2, "2", kMissing}},
        {"previous",
         {nullptr, hex_digits('0', 64), hex_digits('A', 64), hex_digits('0', 63), "", 0, kMissing}},
        {"epoch", {0, -1, "1", nullptr, kMissing}},
        {"roster", {0, -1, "1", nullptr, kMissing}},
        {"seen",
         {nullptr, "", kMissing, base::Json::object(), base::Json::array({1}),
          seen_with("author", hex_digits('b', 63)), seen_with("author", hex_digits('B', 64)),
          seen_with("size", -1), seen_with("size", "1"), seen_with("root", ""),
          seen_with("root", "AAAA"), seen_with("root", nullptr), seen_with("surplus", 1)}},
        {"objects",
         {nullptr, "", kMissing, base::Json::object(), base::Json::array({1}),
          object_with("sealed", hex_digits('d', 63)), object_with("sealed", hex_digits('D', 64)),
          object_with("bytes", -1), object_with("bytes", "1"), object_with("bytes", nullptr),
          object_with("surplus", 1)}},
        {"surplus", {1}},
    };
    for (const auto& [member, values] : twins) {
        for (const base::Json& value : values) {
            CAPTURE(member, value.dump());
            check_signed_twin([&, name = member](BundleContent& content) {
                base::Json manifest = base::parse_json(content.manifest);
                if (value == kMissing) {
                    manifest.erase(name);
                } else {
                    manifest[name] = value;
                }
                content.manifest = manifest.dump() + "\n";
            });
        }
    }
}

TEST_CASE("a manifest that isn't one line of one object is found", "[journal][T13]") {
    for (const std::string_view ending : {"", "x\n", "{}\n"}) {
        CAPTURE(ending);
        check_signed_twin([&](BundleContent& content) {
            content.manifest.pop_back();
            content.manifest += ending;
        });
    }
    check_signed_twin([](BundleContent& content) { content.manifest = "[]\n"; });
    check_signed_twin([](BundleContent& content) {
        content.manifest.insert(1, "\"kua\":1,");  // a member twice
    });
}

TEST_CASE("every part of a checkpoint that is changed is found, whoever signed it",
          "[journal][T13]") {
    const std::vector<std::function<void(std::vector<std::string>&)>> changes = {
        [](auto& lines) { lines[0] = "kua/" + hex_digits('d', 32) + lines[0].substr(36); },
        [](auto& lines) { lines[0] = lines[0].substr(0, 37) + hex_digits('b', 64); },
        [](auto& lines) { lines[0] = "kva" + lines[0].substr(3); },
        [](auto& lines) { lines[0] += "/x"; },
        [](auto& lines) { lines[0].pop_back(); },
        [](auto& lines) { lines[1] = "3"; },
        [](auto& lines) { lines[1] = "5"; },
        [](auto& lines) { lines[1] = "04"; },
        [](auto& lines) { lines[1] = "-4"; },
        [](auto& lines) { lines[1] = "4 "; },
        [](auto& lines) { lines[1] = "9007199254740992"; },
        [](auto& lines) { lines[1].clear(); },
        [](auto& lines) {
            lines[2] = base::encode_base64(crypto::sha256({}), base::Base64::kPadded);
        },
        [](auto& lines) { lines[2].front() = lines[2].front() == 'A' ? 'B' : 'A'; },
        [](auto& lines) { lines[2].pop_back(); },
        [](auto& lines) { lines[2] += "AAAA"; },
        [](auto& lines) { lines.pop_back(); },
        [](auto& lines) { lines.emplace_back("extension"); },
        [](auto& lines) { std::swap(lines[0], lines[1]); },
        [](auto& lines) { lines.clear(); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        CAPTURE(i);
        check_signed_twin([&](BundleContent& content) {
            const auto parts = base::split_lines(content.checkpoint, 9).value();
            std::vector<std::string> lines{parts.begin(), parts.end()};
            changes[i](lines);
            content.checkpoint.clear();
            for (const std::string& line : lines) {
                content.checkpoint += line + "\n";
            }
        });
    }
}

TEST_CASE("a signature under another namespace, over another text or spoiled is forged",
          "[journal][T13]") {
    TwinWorld world;
    const BundleContent good = world.content;
    const auto findings_after = [&](const std::function<void(BundleContent&)>& change) {
        world.content = good;
        change(world.content);
        world.put_back();
        return codes_of(world.findings());
    };
    const auto sign = [&](SignatureNamespace sig_namespace, const std::string& text) {
        return format::sign(world.rosa.signer, sig_namespace, base::bytes_of(text));
    };
    const Codes forged{FindingCode::kForged};
    for (const auto wrong : {SignatureNamespace::kBundle, SignatureNamespace::kCard}) {
        CHECK(findings_after([&](BundleContent& content) {
                  content.checkpoint_signature = sign(wrong, content.checkpoint);
              }) == forged);
    }
    for (const auto wrong : {SignatureNamespace::kCheckpoint, SignatureNamespace::kCard}) {
        CHECK(findings_after([&](BundleContent& content) {
                  content.manifest_signature = sign(wrong, content.manifest);
              }) == forged);
    }
    CHECK(findings_after([](BundleContent& content) {
              std::swap(content.checkpoint_signature, content.manifest_signature);
          }) == forged);
    const BundleContent before = open_bundle(world.sealed_bundle(2), world.identity);
    CHECK(findings_after([&](BundleContent& content) {
              content.checkpoint_signature = before.checkpoint_signature;
          }) == forged);
    CHECK(findings_after([&](BundleContent& content) {
              content.manifest_signature = before.manifest_signature;
          }) == forged);
    for (std::string BundleContent::*member :
         {&BundleContent::checkpoint_signature, &BundleContent::manifest_signature}) {
        CHECK(findings_after([&](BundleContent& content) { (content.*member).clear(); }) == forged);
        CHECK(findings_after([&](BundleContent& content) { (content.*member) += "\n"; }) == forged);
        CHECK(findings_after(
                  [&](BundleContent& content) { (content.*member) += content.*member; }) == forged);
        CHECK(findings_after([&](BundleContent& content) { (content.*member)[60] ^= 1; }) ==
              forged);
    }
}

TEST_CASE("an older bundle replayed with a new checkpoint of the author's is found",
          "[journal][T13]") {
    TwinWorld world;
    const BundleContent before = open_bundle(world.sealed_bundle(2), world.identity);
    SECTION("its manifest and entries") {
        world.content.manifest = before.manifest;
        world.content.entries = before.entries;
        world.content.disclosures = before.disclosures;
    }
    SECTION("its entries") {
        world.content.entries = before.entries;
        world.content.disclosures = before.disclosures;
    }
    SECTION("its checkpoint") {
        world.content.checkpoint = before.checkpoint;
    }
    world.sign(world.rosa.signer);
    world.put_back();
    CHECK(codes_of(world.findings()) == Codes{FindingCode::kDamaged});
}

}  // namespace
}  // namespace kua::journal
