// The end of a simulation: what all must have come to.
#include <algorithm>

#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"
#include "vault/base/hex.h"
#include "vault/journal/ids.h"

namespace kua::simulator {
namespace {

// Honest members who can read, and hear of what is new.
std::vector<Person*> readers(Simulation& simulation) {
    std::vector<Person*> found;
    for (Person* person : simulation.world.honest()) {
        if (simulation.model(*person).is_in && !simulation.is_removed(*person) &&
            !simulation.kept_waiting.contains(person->name) &&
            !is_sealed(simulation.world, *person)) {
            found.push_back(person);
        }
    }
    return found;
}

// Those whose journal must be the same everywhere.
std::vector<Person*> steady_authors(Simulation& simulation) {
    std::vector<Person*> found;
    for (Person* person : simulation.world.honest()) {
        if (simulation.model(*person).is_in && !simulation.is_removed(*person) &&
            !simulation.kept_waiting.contains(person->name) &&
            !simulation.truth.is_forked(person->fingerprint)) {
            found.push_back(person);
        }
    }
    return found;
}

bool is_quiet(const RemoteReport& report) {
    return report.bundles_in + report.bundles_out + report.grants_in + report.grants_out == 0;
}

// The longest that any honest vault or the honest host has of each journal: nothing of it may get
// lost.
Heads expected(Simulation& simulation) {
    Heads heads = simulation.remotes.at(kBase).held;
    for (Person* person : simulation.world.honest()) {
        const VaultModel& model = simulation.model(*person);
        if (model.is_in && !simulation.is_removed(*person)) {
            for (const auto& [author, head] : model.heads) {
                heads[author] = std::max(heads[author], head);
            }
        }
    }
    return heads;
}

// What nobody took is the newest of Adil's journal at the honest host.
bool is_held_up(Simulation& simulation, Person& who) {
    const std::string& adil = simulation.world.adil.fingerprint;
    const auto there = simulation.world.refs(kBase, refs_of(simulation.world, who, adil));
    return std::ranges::any_of(
        there, [&](const auto& ref) { return !head_of(simulation, adil, ref.second); });
}

// Adil's two stories can keep somebody waiting who has heard neither to its end: what others wrote
// builds on what nobody may take any more. If an owner went on in a backup, that holds for whoever
// has heard that story, the owner first. So can what Adil left at the honest host in the place of
// an entry of his, or a sealed vault carried there unread: what lies behind isn't taken
// (docs/threat-model.md, "What was refused stays in the way"), and other remotes are met no more in
// the end. And a sealed vault that went back to
// before it had written anything can't tell whose the entries under its name are: kua says to open
// it and sync before adding.
bool is_kept_waiting(Simulation& simulation, Person& who, const RemoteReport& report) {
    const VaultModel& model = simulation.model(who);
    const Person& owner = simulation.world.rosa;
    const bool waits = std::ranges::any_of(
        report.findings, [](const Finding& finding) { return finding.code == FindingCode::kGap; });
    if (simulation.truth.is_forked(owner.fingerprint) && (waits || &who == &owner)) {
        ++simulation.counts["readers that an owner's fork keeps waiting"];
        return true;
    }
    if (waits && is_sealed(simulation.world, who) && simulation.went_back.contains(who.name)) {
        ++simulation.counts["sealed vaults that went back and wait to be opened"];
        return true;
    }
    if (waits && is_held_up(simulation, who)) {
        ++simulation.counts["readers that what was refused keeps waiting"];
        return true;
    }
    for (const std::string& forked : simulation.truth.forked()) {
        if (waits && !model.forks_found.contains(forked) &&
            !simulation.behaviours.forks_never_delay) {
            ++simulation.counts["readers that a fork keeps waiting"];
            return true;
        }
    }
    return false;
}

void check_last_findings(Simulation& simulation, Person& who, const RemoteReport& report) {
    for (const Finding& finding : report.findings) {
        const std::string front = "journal of ";
        const Person* about = finding.subject.starts_with(front)
                                  ? simulation.find(finding.subject.substr(front.size(), 8))
                                  : nullptr;
        // Who carries unread what a bad remote showed can't take in its place what is genuine.
        const bool is_in_the_way = simulation.is_spread && finding.code == FindingCode::kDamaged &&
                                   is_sealed(simulation.world, who);
        simulation.counts["carriers kept from carrying"] += is_in_the_way ? 1U : 0U;
        const bool is_fine =
            is_in_the_way ||
            (about != nullptr && (simulation.is_cheat(*about) || simulation.is_removed(*about) ||
                                  simulation.truth.is_forked(about->fingerprint)));
        require(is_fine, who.name + " still finds when all is quiet: " + name_of(finding.code) +
                             " " + finding.subject + ": " + finding.text);
    }
}

std::set<std::string> items_of(Simulation& simulation, Person& who) {
    std::set<std::string> digests;
    for (const ItemSummary& item : who->list({simulation.world.case_id, false, {}})) {
        digests.insert(item.digest);
    }
    return digests;
}

void check_items(Simulation& simulation, Person& reader, const Heads& heads) {
    const std::set<std::string> items = items_of(simulation, reader);
    for (Person* author : simulation.world.honest()) {
        const VaultModel& model = simulation.model(*author);
        if (!model.is_in || simulation.truth.is_forked(author->fingerprint)) {
            continue;
        }
        const auto removal = simulation.removed.find(author->fingerprint);
        const auto head = heads.find(author->fingerprint);
        const std::uint64_t counted = removal != simulation.removed.end() ? removal->second.counted
                                      : head != heads.end()               ? head->second.size
                                                                          : 0;
        for (const auto& [digest, seq] : model.added) {
            require(items.contains(digest) || seq > counted, reader.name + " lacks what " +
                                                                 author->name + " added as entry " +
                                                                 std::to_string(seq));
        }
    }
}

void check_keys(Simulation& simulation) {
    for (const auto& [fingerprint, removal] : simulation.removed) {
        Person& who = *simulation.find(fingerprint);
        const auto epochs = who.catalog()
                                .query_integer("SELECT MAX(epoch) FROM case_key WHERE case_id = ?1",
                                               journal::blob_of(simulation.world.case_id))
                                .value_or(0);
        require(static_cast<std::uint64_t>(epochs) <= removal.last_epoch,
                who.name + " was removed and got new keys");
    }
}

}  // namespace

void settle(Simulation& simulation) {
    constexpr int kRounds = 12;
    const Heads before = expected(simulation);
    simulation.say("quiet");
    for (int round = 0;; ++round) {
        require(round < kRounds, "it never becomes quiet");
        bool quiet = true;
        std::vector<std::pair<Person*, RemoteReport>> reports;
        for (Person* person : simulation.world.honest()) {
            if (!simulation.is_removed(*person)) {
                reports.emplace_back(person, sync_once(simulation, *person, kBase));
                quiet = quiet && is_quiet(reports.back().second);
            }
        }
        if (quiet) {
            for (const auto& [person, report] : reports) {
                if (is_kept_waiting(simulation, *person, report)) {
                    simulation.kept_waiting.insert(person->name);
                } else {
                    check_last_findings(simulation, *person, report);
                }
            }
            break;
        }
    }
    for (Person* author : steady_authors(simulation)) {
        const std::string& fingerprint = author->fingerprint;
        const Head own = simulation.model(*author).heads[fingerprint];
        const auto least = before.find(fingerprint);
        require(least == before.end() || own.size >= least->second.size,
                author->name + "'s journal lost entries that were elsewhere");
        for (Person* reader : readers(simulation)) {
            require(simulation.model(*reader).heads[fingerprint] == own,
                    reader->name + " has other entries of " + author->name + " than they wrote");
        }
    }
}

void check_end(Simulation& simulation, bool with_verification) {
    check_keys(simulation);
    std::map<Heads, std::pair<Person*, std::string>> projections;
    for (Person* reader : readers(simulation)) {
        Heads heads = simulation.model(*reader).heads;
        check_items(simulation, *reader, heads);
        for (const auto& [fingerprint, removal] : simulation.removed) {
            const bool has_all =
                heads.contains(fingerprint) && heads.at(fingerprint).size >= removal.counted;
            if (has_all && !simulation.truth.is_forked(fingerprint)) {
                heads.erase(fingerprint);  // what doesn't count may be anywhere or not
            }
        }
        const std::string digest = reader->projection().hex;
        const auto [at, is_new] = projections.try_emplace(heads, reader, digest);
        require(is_new || at->second.second == digest,
                reader->name + " and " + at->second.first->name +
                    " have the same journals and not the same picture");
        simulation.counts["pictures compared"] += is_new ? 0U : 1U;
    }
    for (Person* person : simulation.world.honest()) {
        observe(simulation, *person, Wrote::kNothing);
        if (with_verification) {
            const std::vector<Finding> damage = person->damage();
            require(damage.empty(), damage.empty() ? ""
                                                   : person->name + "'s vault doesn't verify: " +
                                                         damage[0].subject + ": " + damage[0].text);
            ++simulation.counts["vaults verified"];
        }
    }
}

}  // namespace kua::simulator
