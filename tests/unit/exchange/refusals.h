// What is to hold of everything that is refused at a sync.
#pragma once

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/exchange_world.h"

namespace kua::testing {

// Whether a finding comes with every sync, or once, as the ref goes on behind what it is about.
enum class Named : std::uint8_t { kAlways, kOnce };

// Rosa finds exactly that at stick 1 and takes nothing; after a restart she finds it again, or
// nothing, and still takes nothing.
inline void check_refused(ExchangeWorld& world, FindingCode code, const std::string& text,
                          Named named = Named::kAlways) {
    Person& rosa = world.rosa;
    const std::uint64_t of_mara = rosa.entries_of(world.mara);
    const auto projection = rosa.projection();
    for (int time = 0; time < 2; ++time) {
        const RemoteReport report = rosa.sync(kStick1);
        CAPTURE(time);
        if (time == 0 || named == Named::kAlways) {
            CHECK(codes_of(report.findings) == Codes{code});
            CHECK(has_finding(report.findings, code, text));
        } else {
            CHECK(report.findings.empty());
        }
        CHECK(report.bundles_in == 0);
        CHECK(report.items_in == 0);
        rosa.restart();
    }
    CHECK(rosa.entries_of(world.mara) == of_mara);
    CHECK(rosa.projection() == projection);
    CHECK(rosa.damage().empty());
    std::size_t kept = 0;
    for (const QuarantinedSummary& one : rosa->quarantined()) {
        kept += one.code == name_of(code) ? 1U : 0U;
    }
    CHECK(kept == (code == FindingCode::kGap ? 0 : 1));
}

// Rosa's vault goes back to how it was before: what is wrong is found by that one, too.
inline void check_refused_after_restore(ExchangeWorld& world, const FolderCopy& old,
                                        FindingCode code, const std::string& text,
                                        Named named = Named::kAlways) {
    check_refused(world, code, text, named);
    world.rosa.restore(old);
    check_refused(world, code, text, named);
}

}  // namespace kua::testing
