// The named attacks of whoever holds a stick or a member's keys, each on everybody who may be there
// (owner, contributor, reader, depositor), met by a vault that is open, was opened anew, and was
// restored from a backup of the moment before. Each is found, nothing of it is taken, nothing that
// is here moves back, and over another stick all goes on.
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/hand_made.h"
#include "tests/unit/exchange/refusals.h"
#include "vault/exchange/carrier.h"
#include "vault/format/card.h"

namespace kua::exchange {
namespace {

using testing::carry;
using testing::ExchangeWorld;
using testing::FolderCopy;
using testing::hand_made;
using testing::HandMade;
using testing::has_finding;
using testing::kStick1;
using testing::kStick2;
using testing::Named;
using testing::Person;
using testing::Start;

// Mara's journal is attacked, or Rosa's; `who` meets it at stick 1.
struct NamedAttack {
    const char* name;
    FindingCode code;
    const char* text;
    std::function<void(ExchangeWorld&, Person& who)> prepare;
    Named named = Named::kAlways;  // once: that stick is as good as before when it was found there
};

format::GitId tip_of(ExchangeWorld& world, const std::string& ref) {
    return world.refs(kStick1, {ref}).at(ref);
}

// What lies at the tip of `ref`, once more behind it.
void commit_again(ExchangeWorld& world, const std::string& ref) {
    const auto stick = world.open(kStick1);
    stick->fetch({ref}, {});
    const ReadCommit commit = read_commit(*stick, stick->read_refs({ref}).at(ref));
    const auto bundle = stick->read(*commit.bundle, format::GitKind::kBlob, 1 << 20);
    testing::push(world, kStick1, ref, {*bundle, {}, {}});
}

void push_by_hand(ExchangeWorld& world, const std::function<void(HandMade&)>& change) {
    HandMade made = hand_made(world, world.mara);
    change(made);
    testing::push(world, kStick1, made.ref, carry(made, world.random));
}

// Dana becomes a member, all hear of it; then the owner's journal is as it was before.
void roll_back_roster(ExchangeWorld& world, Person& who) {
    const std::string ref = world.rosa.ref(world.rosa);
    const format::GitId before = tip_of(world, ref);
    const auto root = crypto::IdentityRoot::generate(world.random);
    world.files.add_file("/cards/Dana",
                         base::bytes_of(format::make_card("Dana", root, world.random).text));
    world.rosa->add_contact("/cards/Dana");
    world.rosa->add_member(
        {.contact = "Dana", .role = "reader", .case_name = world.case_id, .unverified = true});
    world.rosa.sync(kStick1);
    who.sync(kStick1);
    testing::move_ref(world, kStick1, ref, before);
}

std::vector<NamedAttack> named_attacks() {
    return {
        {"rollback", FindingCode::kRollback, "it held this journal up to",
         [](ExchangeWorld& world, Person& who) {
             const FolderCopy old = world.backup(kStick1);
             world.mara.add("one.jpg", "one");
             world.mara.sync(kStick1);
             who.sync(kStick1);
             world.restore(kStick1, old);
         }},
        {"roster rollback", FindingCode::kRollback, "it held this journal up to", roll_back_roster},
        {"freeze", FindingCode::kRollback, "it lacks this journal",
         [](ExchangeWorld& world, Person&) {
             world.mara.add("one.jpg", "one");
             world.mara.sync(kStick1);
             world.remove_ref(kStick1, world.rosa.ref(world.mara));
         }},
        {"fast-forward", FindingCode::kFastForward, "ahead",
         [](ExchangeWorld& world, Person&) {
             push_by_hand(world, [](HandMade& made) { made.lamport = 1'000'000; });
         }},
        {"mix-and-match", FindingCode::kForged, "signature",
         [](ExchangeWorld& world, Person&) {
             HandMade made = hand_made(world, world.rosa);
             made.ref = world.rosa.ref(world.mara);
             testing::push(world, kStick1, made.ref, carry(made, world.random));
         },
         Named::kOnce},
        {"endless data", FindingCode::kDamaged, "more than one can bring",
         [](ExchangeWorld& world, Person&) {
             push_by_hand(world, [&](HandMade& made) {
                 testing::bring_object(made, 1, world.random);
                 made.change = [](journal::Manifest& manifest) {
                     manifest.objects.front().size_bytes = std::uint64_t{1} << 52;
                 };
             });
         }},
        {"wrong target", FindingCode::kWrongCase, "not sealed to this case",
         [](ExchangeWorld& world, Person&) {
             push_by_hand(world, [&](HandMade& made) {
                 made.recipient =
                     format::AgeIdentity::generate(made.recipient.kind(), world.random).recipient();
             });
         },
         Named::kOnce},
        {"replay", FindingCode::kDamaged, "taken before",
         [](ExchangeWorld& world, Person&) { commit_again(world, world.rosa.ref(world.mara)); },
         Named::kOnce},
        {"replayed word of the owner", FindingCode::kDamaged, "taken before",
         [](ExchangeWorld& world, Person&) { commit_again(world, world.rosa.ref(world.rosa)); },
         Named::kOnce},
        {"withheld middle", FindingCode::kGap, "are missing",
         [](ExchangeWorld& world, Person&) {
             push_by_hand(world, [&](HandMade& made) { testing::seal(made, world.random); });
         }},
    };
}

struct State {
    std::map<std::string, std::uint64_t> sizes;  // of each journal
    std::size_t items = 0;
};

State state_of(Person& who, bool reads) {
    State state;
    for (const journal::LogHead& log : who.heads()) {
        state.sizes[log.author] = log.size;
    }
    state.items = reads ? who.items() : 0;
    return state;
}

void check_met(ExchangeWorld& world, Person& who, const NamedAttack& attack, bool reads) {
    const FolderCopy before = who.backup();
    const State state = state_of(who, reads);
    const std::uint64_t of_mara = who.entries_of(world.mara);
    for (const std::string moment : {"open", "opened anew", "restored"}) {
        CAPTURE(moment);
        if (moment == "restored") {
            who.restore(before);
        } else if (moment == "opened anew") {
            who.restart();
        }
        const RemoteReport report = who.try_sync(kStick1);
        CHECK(report.failure.empty());
        if (reads && attack.named == Named::kOnce && moment == "opened anew") {
            CHECK(report.findings.empty());
        } else if (reads) {
            CHECK(has_finding(report.findings, attack.code, attack.text));
        }
        CHECK(who.entries_of(world.mara) == of_mara);
        const State now = state_of(who, reads);
        CHECK(now.items == state.items);
        for (const auto& [author, size] : state.sizes) {
            CHECK(now.sizes.at(author) >= size);
        }
    }
    CHECK(who.damage().empty());
}

void check_goes_on(ExchangeWorld& world, Person& who, bool reads) {
    world.mara.add("three.jpg", "three");
    CHECK(world.mara.findings(kStick2).empty());
    if (reads) {
        CHECK(who.findings(kStick2).empty());
        CHECK(who.entries_of(world.mara) == world.mara.entries_of(world.mara));
        CHECK(who.items() == world.mara.items());
    } else {  // who may carry what can't be checked, but goes on bringing
        who.add("four.jpg", "four");
        who.sync(kStick2);
    }
    CHECK((world.rosa.findings(kStick2).empty() || !reads));
    CHECK(world.rosa.entries_of(who) == who.entries_of(who));
    CHECK(who.damage().empty());
}

// Who wrote what was attacked may find it, too, once.
void check_goes_on_there(ExchangeWorld& world, Person& who) {
    world.mara.add("two.jpg", "two");
    world.mara.sync(kStick1);
    CHECK(world.mara.findings(kStick1).empty());
    CHECK(who.findings(kStick1).empty());
    CHECK(who.entries_of(world.mara) == world.mara.entries_of(world.mara));
}

void check_named_attacks(const std::string& role) {
    ExchangeWorld beginning{Start::kStrangers};
    beginning.invite(beginning.mara, "contributor", kStick1);
    if (role != "owner") {
        beginning.invite(beginning.adil, role, kStick1);
    }
    beginning.settle(kStick1);
    for (Person* person : beginning.people()) {
        person->close();
    }
    std::uint64_t seed = 100;
    for (const NamedAttack& attack : named_attacks()) {
        INFO(attack.name << ", met by the " << role);
        ExchangeWorld world{beginning, beginning.files.tree(), ++seed};
        Person& who = role == "owner" ? world.rosa : world.adil;
        const bool reads = role != "depositor";
        attack.prepare(world, who);
        check_met(world, who, attack, reads);
        if (attack.named == Named::kOnce && reads) {
            check_goes_on_there(world, who);
        }
        check_goes_on(world, who, reads);
    }
}

TEST_CASE("the named attacks are found by the owner", "[exchange][sync][T15]") {
    check_named_attacks("owner");
}
TEST_CASE("the named attacks are found by a contributor", "[exchange][sync][T15]") {
    check_named_attacks("contributor");
}
TEST_CASE("the named attacks are found by a reader", "[exchange][sync][T15]") {
    check_named_attacks("reader");
}
TEST_CASE("the named attacks move nothing of a depositor", "[exchange][sync][T15]") {
    check_named_attacks("depositor");
}

}  // namespace
}  // namespace kua::exchange
