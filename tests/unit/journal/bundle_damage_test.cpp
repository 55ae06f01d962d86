// T10 and T11: bundles whose bytes were changed on the way. Not one may open, and so not one byte
// of one is ever seen by what reads entries.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/unit/journal/test_log.h"
#include "vault/journal/bundle.h"

namespace kua::journal {
namespace {

using testing::JournalWorld;

// Sanitizers take many times as long: there every 16th change has to do.
constexpr std::size_t kStep = testing::kSanitized ? 16 : 1;

struct DamageWorld : JournalWorld {
    explicit DamageWorld(format::AgeKeyKind kind) : JournalWorld(kind) {
        append(2);
        sealed = sealed_bundle(1);
        open_bundle(sealed, identity);
    }

    // Whether the bundle is refused as damaged or as not for this case, and in no other way.
    bool is_refused(base::ByteView changed) {
        const auto code = testing::code_of([&] { return open_bundle(changed, identity); });
        return code == ErrorCode::kDamaged || code == ErrorCode::kWrongKey;
    }

    void attempt(base::ByteView changed) {
        ++tried;
        opened += is_refused(changed) ? 0U : 1U;
    }

    base::Bytes sealed;
    std::size_t tried = 0;
    std::size_t opened = 0;
};

TEST_CASE("a bundle with any one bit flipped doesn't open", "[journal][T10]") {
    DamageWorld world{GENERATE(format::AgeKeyKind::kX25519, format::AgeKeyKind::kHybrid)};
    for (std::size_t bit = 0; bit < world.sealed.size() * 8; bit += kStep) {
        std::byte& byte = world.sealed[bit / 8];
        byte ^= std::byte{1} << (bit % 8);
        world.attempt(world.sealed);
        byte ^= std::byte{1} << (bit % 8);
    }
    WARN(world.tried << " flipped bits, " << world.opened << " accepted");
    CHECK(world.opened == 0);
    CHECK(world.tried == (world.sealed.size() * 8 + kStep - 1) / kStep);
    CHECK_FALSE(world.is_refused(world.sealed));
}

TEST_CASE("a bundle with a byte set to something else doesn't open", "[journal][T10]") {
    DamageWorld world{format::AgeKeyKind::kX25519};
    for (std::size_t at = 0; at < world.sealed.size(); at += kStep) {
        const std::byte before = world.sealed[at];
        for (const std::byte other : {std::byte{0}, std::byte{0xff}, before ^ std::byte{0x80}}) {
            world.sealed[at] = other;
            if (other != before) {
                world.attempt(world.sealed);
            }
        }
        world.sealed[at] = before;
    }
    WARN(world.tried << " bytes set, " << world.opened << " accepted");
    CHECK(world.opened == 0);
}

TEST_CASE("a bundle that is cut, shortened or lengthened anywhere doesn't open", "[journal][T11]") {
    DamageWorld world{format::AgeKeyKind::kX25519};
    const base::ByteView sealed = world.sealed;
    for (std::size_t at = 0; at < sealed.size(); at += kStep) {
        world.attempt(sealed.first(at));
        base::Bytes changed = base::copy_of(sealed.first(at));
        base::append(changed, sealed.subspan(at + 1));
        world.attempt(changed);  // one byte missing
        for (const std::byte surplus : {std::byte{0}, sealed[at]}) {
            changed.assign(sealed.begin(), sealed.end());
            changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), surplus);
            world.attempt(changed);
        }
    }
    for (std::size_t surplus = 1; surplus <= 70'000; surplus += surplus < 20 ? 1 : 997) {
        base::Bytes changed = world.sealed;
        changed.resize(sealed.size() + surplus);
        world.attempt(changed);
        base::append(changed, sealed);
        world.attempt(changed);
    }
    WARN(world.tried << " cuts and additions, " << world.opened << " accepted");
    CHECK(world.opened == 0);
}

TEST_CASE("the header of one bundle doesn't open the payload of another", "[journal][T12]") {
    DamageWorld world{GENERATE(format::AgeKeyKind::kX25519, format::AgeKeyKind::kHybrid)};
    world.append(2);
    const base::Bytes other = world.sealed_bundle(3);
    REQUIRE(other.size() == world.sealed.size());
    // Wherever the one ends and the other begins.
    for (std::size_t at = 1; at < other.size(); at += 7) {
        base::Bytes spliced = base::copy_of(base::ByteView{world.sealed}.first(at));
        base::append(spliced, base::ByteView{other}.subspan(at));
        // Both begin alike: where nothing differs yet, or no more, it is one of the two.
        if (spliced != other && spliced != world.sealed) {
            REQUIRE(world.is_refused(spliced));
        }
    }
}

}  // namespace
}  // namespace kua::journal
