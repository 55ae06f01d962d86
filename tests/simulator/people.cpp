#include <algorithm>

#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"
#include "tests/support/test_vault.h"
#include "vault/base/hex.h"

namespace kua::simulator {
namespace {

std::string codes_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += std::string{" "} + name_of(finding.code) + "@" + finding.subject.substr(0, 19);
    }
    return text.empty() ? " no findings" : text;
}

// A remote of that name is another one than before.
void add_remote_again(Simulation& simulation, Person& who, const std::string& remote) {
    if (simulation.remotes.at(remote).unknown_to.erase(who.name) > 0) {
        who->remove_remote(remote);
        RemoteRequest request;
        request.name = remote;
        request.address = "/" + remote;
        who->add_remote(request);
    }
}

void accept_invitations(Simulation& simulation, Person& who) {
    VaultModel& model = simulation.model(who);
    if (!model.is_in && !who->invitations().empty()) {
        static_cast<void>(
            who->accept_case({.name = simulation.world.case_id, .from = {}, .unverified = true}));
        model.is_in = true;
        simulation.say(who.name + " joins");
    }
}

// What somebody left there without finding anything wrong.
void note_held(Simulation& simulation, Person& who, RemoteModel& there,
               const RemoteReport& report) {
    const VaultModel& model = simulation.model(who);
    if (!report.findings.empty() || !model.is_in || simulation.is_removed(who)) {
        return;
    }
    for (const auto& [author, head] : model.heads) {
        there.held[author] = std::max(there.held[author], head);
    }
}

// As far as anybody has what `who` wrote: remotes may have lost it meanwhile, or be new ones.
std::uint64_t longest(Simulation& simulation, const Person& who) {
    std::uint64_t size = 0;
    for (Person* person : simulation.world.honest()) {
        const VaultModel& model = simulation.model(*person);
        const auto head = model.heads.find(who.fingerprint);
        size = std::max(size, head == model.heads.end() ? 0 : head->second.size);
    }
    return size;
}

// Somebody who is spoken of only by a pseudonym, and what they allow. True if anything was said:
// who is there already isn't added, and who took all back before has nothing more to take.
void say_of_a_source(Simulation& simulation, Person& who, std::uint64_t number) {
    const std::string& case_id = simulation.world.case_id;
    const std::string source = "P-0" + std::to_string(1 + number / 4 % 2);
    const std::string text = who.name + " " + std::to_string(number);
    const std::vector<SourceSummary> sources = who->sources(case_id);
    const bool is_there = std::ranges::any_of(
        sources, [&](const SourceSummary& known) { return known.pseudonym == source; });
    if (!is_there) {
        who->add_source({source, case_id, {{"note", {text}}}});
    } else if (number / 8 % 2 == 0) {
        who->give_consent(
            {source,
             case_id,
             {},
             {{"level", {std::to_string(number / 4 % 6)}}, {"how_informed", {"message"}}},
             ""});
    } else {
        who->withdraw_consent({source, case_id, {}, {{"purposes", {"publish"}}}, ""});
    }
}

// Something about what is there already: a tag, a link, a place, a description, a source. Always
// in one bundle.
void say_more(Simulation& simulation, Person& who, std::uint64_t number) {
    const std::string& case_id = simulation.world.case_id;
    const std::vector<ItemSummary> items = who->list({case_id, false, {}});
    const std::string text = who.name + " " + std::to_string(number);
    if (items.size() < 2) {
        static_cast<void>(who->add_thing({"place", case_id, {{"place_name", {text}}}}));
        return;
    }
    const ItemSummary& one = items[number % items.size()];
    const ItemSummary& other = items[(number + 1) % items.size()];
    switch (number / 4 % 7) {
        case 0:
            who->describe({one.id, case_id, {{"note", {text}}, {"place", {"Ken square"}}}, "why"});
            break;
        case 1:
            who->tag({{one.id}, "q-order", case_id, {{"comment", {text}}}});
            break;
        case 2:
            who->link({one.id, "same_event", other.id, case_id, {{"comment", {text}}}});
            break;
        case 3:
            static_cast<void>(who->add_thing({"place", case_id, {{"place_name", {text}}}}));
            break;
        case 4:
        case 5:
            say_of_a_source(simulation, who, number);
            break;
        default:
            who->tag({{other.id},
                      "q-order",
                      case_id,
                      {{"tag_state", {"removed"}}, {"comment", {text}}}});
    }
}

bool reads(Simulation& simulation, Person& who) {
    return who.name != "Dana" && !is_sealed(simulation.world, who);
}

}  // namespace

bool add_item(Simulation& simulation, Person& who) {
    VaultModel& model = simulation.model(who);
    if (!model.is_in || (who.name == "Dana" && !is_sealed(simulation.world, who))) {
        return false;  // a reader
    }
    if (model.is_restored && !simulation.is_cheat(who) &&
        !(simulation.behaviours.adds_after_restore && simulation.choice.one_in(16))) {
        return false;
    }
    const std::string name = std::to_string(++simulation.items);
    const std::string content = "what " + who.name + " has seen, " + name;
    try {
        if (simulation.items % 4 == 0 && reads(simulation, who)) {
            say_more(simulation, who, simulation.items);
            observe(simulation, who, Wrote::kBundle);
            simulation.say(who.name + " says more, " + name);
            ++simulation.counts["times more was said"];
            return true;
        }
        if (simulation.behaviours.casework && simulation.items % 4 == 1 && reads(simulation, who)) {
            const bool is_entered = work_on_case(simulation, who, simulation.items);
            observe(simulation, who, is_entered ? Wrote::kBundle : Wrote::kNothing);
            simulation.say(who.name + " works on the case, " + name);
            return true;
        }
        static_cast<void>(who.add(name + ".txt", content));
        observe(simulation, who, Wrote::kBundle);
        const std::string digest = base::encode_hex(crypto::sha256(base::bytes_of(content)));
        model.added[digest] = model.heads[who.fingerprint].size;
        simulation.say(who.name + " adds " + name);
        ++simulation.counts["items added"];
    } catch (const Error& error) {
        const bool may_be = simulation.is_cheat(who) || model.is_restored ||
                            simulation.truth.is_forked(who.fingerprint);
        require(error.code() == ErrorCode::kRefused && may_be,
                who.name + " can't add: " + error.what());
        simulation.say(who.name + " is refused to add");
        observe(simulation, who, Wrote::kNothing);
    }
    return true;
}

void note_spread(Simulation& simulation, Person& who, const std::string& remote) {
    simulation.is_spread = simulation.is_spread ||
                           (simulation.remotes.at(remote).touched && simulation.model(who).is_in &&
                            !simulation.is_cheat(who) && is_sealed(simulation.world, who));
}

RemoteReport sync_once(Simulation& simulation, Person& who, const std::string& remote) {
    add_remote_again(simulation, who, remote);
    const RemoteReport report = who.try_sync(remote);
    simulation.say(
        who.name + " syncs with " + remote + ": in " + std::to_string(report.bundles_in) + " out " +
        std::to_string(report.bundles_out) + codes_text(report.findings) + " " + report.failure);
    ++simulation.counts["syncs"];
    simulation.counts["bundles in"] += report.bundles_in;
    for (const Finding& finding : report.findings) {
        ++simulation.counts[std::string{"found "} + name_of(finding.code)];
    }
    RemoteModel& there = simulation.remotes.at(remote);
    accept_invitations(simulation, who);
    note_spread(simulation, who, remote);
    simulation.are_grants_spread =
        simulation.are_grants_spread || (there.touched && report.grants_carried > 0);
    if (simulation.is_cheat(who)) {
        observe(simulation, who, Wrote::kReceipt);
        return report;
    }
    require(report.failure.empty() || there.touched,
            who.name + " can't sync with " + remote + ": " + report.failure);
    observe(simulation, who, Wrote::kReceipt);
    check_findings(simulation, who, remote, report);
    if (report.failure.empty()) {
        check_forks(simulation, who, remote, report);
        note_held(simulation, who, there, report);
        VaultModel& model = simulation.model(who);
        if (model.is_restored) {
            model.synced_since.insert(remote);
            model.is_restored = model.synced_since.size() < kRemotes.size() ||
                                model.heads[who.fingerprint].size < longest(simulation, who);
        }
    } else {
        ++simulation.counts["syncs that failed"];
    }
    return report;
}

bool sync(Simulation& simulation, Person& who, const std::string& remote) {
    static_cast<void>(sync_once(simulation, who, remote));
    return true;
}

bool restart(Simulation& simulation, Person& who) {
    who.restart();
    simulation.say(who.name + " restarts");
    observe(simulation, who, Wrote::kNothing);
    return true;
}

bool back_up(Simulation& simulation, Person& who) {
    auto& backups = simulation.backups[who.name];
    if (backups.size() == 2) {
        backups.erase(backups.begin());
    }
    backups.push_back({who.backup(), simulation.model(who)});
    simulation.say(who.name + " makes a backup");
    return true;
}

bool restore(Simulation& simulation, Person& who) {
    auto& backups = simulation.backups[who.name];
    const bool may = who.name != "Rosa" || simulation.behaviours.owner_restores;
    if (backups.empty() || !may) {
        return false;
    }
    const Backup& backup = simulation.pick(backups);
    who.restore(backup.files);
    simulation.went_back.insert(who.name);
    VaultModel& model = simulation.model(who);
    model = backup.model;
    model.is_restored = true;
    model.synced_since.clear();
    for (auto& [name, remote] : simulation.remotes) {
        // The backup may know an older remote of that name, or not yet the present one.
        if (remote.replaced > 0) {
            remote.unknown_to.insert(who.name);
        }
    }
    simulation.say(who.name + " goes back to a backup");
    ++simulation.counts["restores"];
    observe(simulation, who, Wrote::kNothing);
    return true;
}

namespace {

// Whether Rosa may say who belongs to the case: not while more of her own may come from elsewhere,
// and never again with two histories.
bool may_rule(Simulation& simulation) {
    const Person& rosa = simulation.world.rosa;
    return !simulation.model(rosa).is_restored && !simulation.truth.is_forked(rosa.fingerprint);
}

}  // namespace

bool invite_dana(Simulation& simulation) {
    World& world = simulation.world;
    if (simulation.model(world.dana).is_in || simulation.is_dana_invited || !may_rule(simulation)) {
        return false;
    }
    simulation.is_dana_invited = true;
    const std::string role = simulation.choice.one_in(4) ? "depositor" : "reader";
    world.rosa->add_member(
        {.contact = "Dana", .role = role, .case_name = world.case_id, .unverified = true});
    simulation.say("Rosa invites Dana as " + role);
    observe(simulation, world.rosa, Wrote::kBundle);
    return true;
}

bool remove_somebody(Simulation& simulation) {
    World& world = simulation.world;
    std::vector<Person*> candidates = {&world.timur, &world.adil, &world.adil};
    if (simulation.model(world.dana).is_in) {
        candidates.push_back(&world.dana);
    }
    Person& who = *simulation.pick(candidates);
    if (simulation.removed.size() == 2 || simulation.is_removed(who) || !may_rule(simulation)) {
        return false;
    }
    const std::uint64_t known = simulation.model(world.rosa).heads[who.fingerprint].size;
    std::optional<std::uint64_t> last;
    if (known > 0 && simulation.choice.one_in(3)) {
        last = simulation.choice.below(known + 1);
    }
    const ExposureReport report = world.rosa->remove_member(
        {.member = who.name, .case_name = world.case_id, .last_entry = last});
    simulation.removed[who.fingerprint] = {report.last_entry, report.epoch - 1};
    simulation.say("Rosa removes " + who.name + " after " + std::to_string(report.last_entry));
    ++simulation.counts["removals"];
    observe(simulation, world.rosa, Wrote::kBundle);
    return true;
}

}  // namespace kua::simulator
