// A member who signs an entry that gives the digest of one original to an object of other bytes.
// What comes in isn't decrypted, so it is here then; it must not keep the genuine bytes out.
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/hand_made.h"
#include "vault/base/hex.h"
#include "vault/base/memory_stream.h"
#include "vault/evidence/item_id.h"
#include "vault/format/age_writer.h"
#include "vault/format/padme.h"

namespace kua::exchange {
namespace {

using testing::ExchangeWorld;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;

const std::string kGenuine = "what the camera saw";
const std::string kOthers = "what somebody wants";

// An item of `claimed` whose object holds `held`; returns its id.
std::string bring_item(ExchangeWorld& world, HandMade& made, const std::string& claimed,
                       std::string held) {
    const std::uint64_t size_bytes = claimed.size();
    held.resize(format::padded_object_size(held.size()), '\0');
    base::MemorySink sink;
    format::AgeWriter writer{sink, {made.recipient}, world.random};
    writer.write(base::bytes_of(held));
    writer.finish();
    base::Bytes sealed = sink.take();
    const store::SealedDigest object{crypto::sha256(sealed)};
    made.manifest.objects.push_back({object, sealed.size()});
    made.objects.push_back(std::move(sealed));
    std::string item = evidence::item_id_of(world.mara.fingerprint, object);
    made.drafts = {{"item.added",
                    {{"item", item},
                     {"object", base::encode_hex(object.bytes)},
                     {"digest", base::encode_hex(crypto::sha256(base::bytes_of(claimed)))},
                     {"bytes", size_bytes},
                     {"name", "clip.mp4"},
                     {"kind", "video"}}}};
    return item;
}

AddReport add_genuine(ExchangeWorld& world) {
    world.files.add_file("/card/clip.mp4", base::bytes_of(kGenuine));
    AddRequest request;
    request.paths = {"/card/clip.mp4"};
    request.threads = 1;
    return world.rosa->add(request, no_progress());
}

TEST_CASE("an object of other bytes under the digest of a clip doesn't keep the clip out",
          "[exchange][sync][T13]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    const std::string hostile = bring_item(world, made, kGenuine, kOthers);
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    const AddReport report = add_genuine(world);
    CHECK(report.known.empty());
    REQUIRE(report.added.size() == 1);
    REQUIRE(report.added[0].damaged_copies.size() == 1);
    CHECK(report.added[0].damaged_copies[0].id == hostile);
    CHECK(report.added[0].damaged_copies[0].code == FindingCode::kChanged);
    ExportRequest request;
    request.items = {report.added[0].id};
    request.to = "/out";
    CHECK(world.rosa->export_items(request, no_progress()).exported.size() == 1);
    CHECK(base::text_of(world.files.content("/out/clip.mp4")) == kGenuine);
    CHECK(has_finding(world.rosa.damage(), FindingCode::kChanged, hostile));
    CHECK(world.rosa->rebuild(no_progress()).same);
}

TEST_CASE("a member's item that holds other bytes than it says gets no name; others do",
          "[threads][exchange][sync]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    const std::string hostile = bring_item(world, made, kGenuine, kOthers);
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    const AddReport added = add_genuine(world);
    REQUIRE(added.added.size() == 1);
    ExportRequest request;
    request.items = {hostile, added.added[0].id};
    request.to = "/out";
    const ExportReport report = world.rosa->export_items(request, no_progress());
    REQUIRE(report.failed.size() == 1);
    CHECK(report.failed[0].code == ErrorCode::kDamaged);
    REQUIRE(report.exported.size() == 1);
    CHECK(report.exported[0].id == added.added[0].id);
    CHECK(world.files.list("/out").size() == 1);
    CHECK(base::text_of(world.files.content(report.exported[0].path)) == kGenuine);
}

TEST_CASE("a member's item that holds what it says is known when its bytes come in",
          "[exchange][sync]") {
    ExchangeWorld world;
    HandMade made = hand_made(world, world.mara);
    const std::string honest = bring_item(world, made, kGenuine, kGenuine);
    testing::push(world, kStick1, made.ref, testing::carry(made, world.random));
    CHECK(world.rosa.findings(kStick1).empty());
    const AddReport report = add_genuine(world);
    CHECK(report.added.empty());
    REQUIRE(report.known.size() == 1);
    CHECK(report.known[0].id == honest);
}

}  // namespace
}  // namespace kua::exchange
