#include "vault/journal/bundle.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/unit/journal/test_log.h"
#include "vault/base/memory_stream.h"
#include "vault/format/age_writer.h"
#include "vault/format/padme.h"
#include "vault/format/tar.h"

namespace kua::journal {
namespace {

using testing::code_of;
using testing::JournalWorld;

using Member = std::pair<std::string, std::string>;

std::vector<Member> members_of(const BundleContent& content) {
    return {{"checkpoint", content.checkpoint},  {"checkpoint.sig", content.checkpoint_signature},
            {"manifest.json", content.manifest}, {"manifest.sig", content.manifest_signature},
            {"entries.jsonl", content.entries},  {"disclosures.jsonl", content.disclosures}};
}

base::Bytes seal(const std::vector<Member>& members, JournalWorld& world, bool padded = true) {
    base::MemorySink sink;
    format::AgeWriter age{sink, world.identity.recipient(), world.random};
    format::TarWriter tar{age};
    for (const auto& [name, content] : members) {
        tar.add(name, base::bytes_of(content));
    }
    if (padded) {
        tar.finish_padded();
    } else {
        tar.finish();
    }
    age.finish();
    return sink.take();
}

BundleContent written(JournalWorld& world) {
    world.append(2);
    return open_bundle(world.sealed_bundle(1), world.identity);
}

TEST_CASE("a bundle opens as it was sealed, of either kind of key", "[journal]") {
    JournalWorld world{GENERATE(format::AgeKeyKind::kX25519, format::AgeKeyKind::kHybrid)};
    const BundleContent content = written(world);
    const BundleContent again =
        open_bundle(seal_bundle(content, world.identity.recipient(), world.random), world.identity);
    CHECK(members_of(again) == members_of(content));
    const VerifiedBundle verified = verify_bundle(again, world.rosa.signer.public_key());
    CHECK(verified.entries.size() == 2);
    CHECK(verified.manifest.count == 2);
    CHECK(verified.checkpoint.head.size == 2);
}

TEST_CASE("the size of a bundle tells no more than its padded size does", "[journal]") {
    JournalWorld world;
    world.append(world.rosa, {JournalWorld::note("a")});
    world.append(world.rosa, {JournalWorld::note(std::string(300, 'a'))});
    CHECK(world.sealed_bundle(1).size() == world.sealed_bundle(2).size());
    CHECK(world.sealed_bundle(1).size() > 8192);
}

TEST_CASE("only the case's identity opens a bundle", "[journal]") {
    JournalWorld world;
    written(world);
    const auto other = format::AgeIdentity::generate(format::AgeKeyKind::kX25519, world.random);
    const auto other_kind =
        format::AgeIdentity::generate(format::AgeKeyKind::kHybrid, world.random);
    for (const format::AgeIdentity* identity : {&other, &other_kind}) {
        CHECK(code_of([&] { return open_bundle(world.sealed_bundle(1), *identity); }) ==
              ErrorCode::kWrongKey);
    }
}

TEST_CASE("an archive with other members, or in another order, is refused", "[journal][T13]") {
    JournalWorld world;
    const std::vector<Member> good = members_of(written(world));
    REQUIRE_FALSE(
        code_of([&] { return open_bundle(seal(good, world), world.identity); }).has_value());
    std::vector<std::vector<Member>> twins;
    for (std::size_t i = 0; i < good.size(); ++i) {
        const auto at = static_cast<std::ptrdiff_t>(i);
        twins.push_back(good);
        twins.back().erase(twins.back().begin() + at);  // missing
        twins.push_back(good);
        twins.back().insert(twins.back().begin() + at, good[i]);  // doubled
        twins.push_back(good);
        twins.back()[i].first = "x" + good[i].first;  // of another name
        twins.push_back(good);
        std::swap(twins.back()[i], twins.back()[(i + 1) % good.size()]);  // in another order
        twins.push_back(good);
        twins.back().insert(twins.back().begin() + at, {"surplus", "x"});
    }
    twins.push_back(good);
    twins.back()[0].second = std::string(1025, 'x');  // larger than any checkpoint
    twins.push_back(good);
    twins.back()[1].second = std::string(4097, 'x');
    twins.emplace_back();
    for (std::size_t i = 0; i < twins.size(); ++i) {
        CAPTURE(i);
        CHECK(code_of([&] { return open_bundle(seal(twins[i], world), world.identity); }) ==
              ErrorCode::kDamaged);
    }
    CHECK(code_of([&] { return open_bundle(seal(good, world, false), world.identity); }) ==
          ErrorCode::kDamaged);
}

TEST_CASE("what is no archive is refused, whoever sealed it", "[journal][T45]") {
    JournalWorld world;
    for (const base::Bytes& plain : {base::Bytes{}, world.random.bytes(512), base::Bytes(1024),
                                     base::Bytes(8192), world.random.bytes(8192)}) {
        base::MemorySink sink;
        format::AgeWriter age{sink, world.identity.recipient(), world.random};
        age.write(plain);
        age.finish();
        const base::Bytes sealed = sink.take();
        CHECK(code_of([&] { return open_bundle(sealed, world.identity); }) == ErrorCode::kDamaged);
    }
    CHECK(code_of([&] { return open_bundle({}, world.identity); }) == ErrorCode::kDamaged);
    CHECK(code_of([&] {
              return open_bundle(base::bytes_of("age-encryption.org/v1\n"), world.identity);
          }) == ErrorCode::kDamaged);
}

TEST_CASE("more than a bundle can hold is refused before it is signed away", "[journal]") {
    JournalWorld world;
    BundleContent content = written(world);
    content.manifest = std::string(kMaxManifestBytes + 1, ' ');
    CHECK(code_of([&] { return seal_bundle(content, world.identity.recipient(), world.random); }) ==
          ErrorCode::kFailed);
}

}  // namespace
}  // namespace kua::journal
