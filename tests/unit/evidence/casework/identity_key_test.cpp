// The identity key when the device fails: what the journal names must not be lost.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/errors.h"
#include "tests/support/fault_filesystem.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::Call;
using testing::CallKind;
using testing::FaultFileSystem;
using testing::passphrase_of;
using testing::TestVault;

const std::filesystem::path kNamesKey = "/stick/names.key";

void create_key(Vault& vault) {
    vault.create_identity_key({"", kNamesKey, passphrase_of("of the names")});
}

// The numbers of the calls that making a key takes: the last one that changes something, with
// which it is in the journal, and the last of all, which read that back.
struct Calls {
    std::uint64_t committed = 0;
    std::uint64_t last = 0;
};
Calls calls_of_making() {
    TestVault vault;
    vault.files.add_directory("/stick");
    vault.close();
    FaultFileSystem watched{vault.files};
    Calls calls;
    {
        Vault open = vault.open_through(watched, Access::kWrite);
        const std::uint64_t before = watched.calls();
        watched.before_each_call([&](const Call& call) {
            calls.last = call.number - before;
            if (call.changes() && call.kind != CallKind::kSync &&
                call.path.string().find("catalog") != std::string::npos) {
                calls.committed = calls.last;
            }
        });
        create_key(open);
        watched.before_each_call(nullptr);
    }
    return calls;
}

TEST_CASE("an identity key that the journal may name stays, whatever fails then",
          "[evidence][casework]") {
    static const Calls calls = calls_of_making();
    REQUIRE(calls.committed > 0);
    REQUIRE(calls.last > calls.committed);
    const std::size_t which = GENERATE(0U, 1U, 2U);
    TestVault vault;
    vault.files.add_directory("/stick");
    vault.add("who.txt", "of somebody", {{"source", {"P-07"}}});
    vault.close();
    FaultFileSystem faulty{vault.files};
    {
        Vault open = vault.open_through(faulty, Access::kWrite);
        const std::vector<std::uint64_t> ats{calls.committed, calls.committed + 1, calls.last};
        faulty.fail({ats.at(which), EIO, false, testing::Fault::Effect::kNothing});
        try {
            create_key(open);
            FAIL("it was not noticed");
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::kStorage);
            CHECK(std::string{error.what()}.find("names.key\" stays") != std::string::npos);
        }
        REQUIRE(faulty.failures() == 1);
    }
    CHECK(vault.files.status(kNamesKey).has_value());
    if (!vault->identity_key("").recipient.empty()) {
        vault->add_identity({"P-07", "", SecretText{"real_name: somebody"}, std::nullopt});
        const IdentityReport report =
            vault->identify("P-07", "", kNamesKey, passphrase_of("of the names"));
        CHECK(report.records.size() == 1);
    }
}

}  // namespace
}  // namespace kua::evidence
