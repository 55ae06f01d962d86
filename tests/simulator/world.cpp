#include "tests/simulator/world.h"

#include <map>

#include "tests/simulator/failure.h"
#include "tests/support/test_vault.h"

namespace kua::simulator {
namespace {

struct Beginning {
    testing::MemoryTree tree;
    std::string case_id;
    std::vector<std::string> fingerprints;
};

void sync_over_base(Person& who) {
    const RemoteReport report = who.try_sync(kBase);
    require(report.failure.empty(), "the beginning of the world: " + report.failure);
}

}  // namespace

World::World() : ExchangeWorld(testing::Start::kNothing, 1) {}

World::World(const Setting& setting, std::uint64_t seed)
    : ExchangeWorld(testing::Start::kNothing, seed) {
    static std::map<Setting, Beginning> beginnings;
    auto at = beginnings.find(setting);
    if (at == beginnings.end()) {
        World made;
        made.create(setting);
        Beginning beginning{{}, made.case_id, {}};
        for (Person* person : made.authors()) {
            person->close();
            beginning.fingerprints.push_back(person->fingerprint);
        }
        beginning.tree = made.files.tree();
        at = beginnings.emplace(setting, std::move(beginning)).first;
    }
    const Beginning& beginning = at->second;
    files = testing::MemoryFileSystem{beginning.tree};
    case_id = beginning.case_id;
    for (std::size_t i = 0; i < authors().size(); ++i) {
        authors()[i]->fingerprint = beginning.fingerprints.at(i);
    }
    other_adil.fingerprint = adil.fingerprint;
}

void World::create(const Setting& setting) {
    files.add_directory("/cards");
    for (Person* person : authors()) {
        CaseDraft own_case;
        own_case.title = "Case of " + person->name;
        own_case.classic = setting.classic;
        CreateOptions options = testing::cheap_vault(own_case);
        options.name = person->name;
        static_cast<void>(create_vault({files, clock, random}, person->dir,
                                       testing::passphrase_of("correct horse"), options,
                                       store_options()));
        person->fingerprint = (*person)->identity().fingerprint;
        (*person)->write_card("/cards/" + person->name);
        for (const std::string& remote : kRemotes) {
            RemoteRequest request;
            request.name = remote;
            request.address = "/" + remote;
            (*person)->add_remote(request);
        }
    }
    for (Person* person : authors()) {
        if (person != &rosa) {
            (*person)->add_contact("/cards/Rosa");
            rosa->add_contact("/cards/" + person->name);
        }
    }
    case_id = rosa->find_case("").id;
    invite_over_base(mara, "contributor");
    invite_over_base(timur, "contributor");
    invite_over_base(adil, "contributor");
    if (setting.dana_is_in) {
        invite_over_base(dana, setting.role_of_dana);
    }
    for (int round = 0; round < 3; ++round) {
        for (Person* person : authors()) {
            sync_over_base(*person);
        }
    }
}

void World::invite_over_base(Person& who, const std::string& role) {
    rosa->add_member({.contact = who.name, .role = role, .case_name = case_id, .unverified = true});
    sync_over_base(rosa);
    sync_over_base(who);
    static_cast<void>(who->accept_case({.name = case_id, .from = {}, .unverified = true}));
    sync_over_base(who);
}

}  // namespace kua::simulator
