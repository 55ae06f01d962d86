#include <algorithm>

#include "tests/simulator/checks.h"
#include "vault/exchange/quarantine.h"

namespace kua::simulator {
namespace {

void note_own(Simulation& simulation, Person& who, const std::vector<Head>& bundles,
              std::size_t from, Wrote wrote) {
    std::size_t written = 0;
    for (std::size_t i = from; i < bundles.size(); ++i) {
        const Head before = i == 0 ? Head{} : bundles[i - 1];
        if (simulation.truth.knows(who.fingerprint, bundles[i])) {
            continue;  // it came back
        }
        ++written;
        const bool may_be = wrote != Wrote::kNothing && written == 1 && i + 1 == bundles.size() &&
                            (wrote == Wrote::kBundle || bundles[i].size == before.size + 1);
        require(may_be, who.name + " has entries under their own name that they didn't write");
        simulation.truth.note(who.fingerprint, {before, bundles[i],
                                                read_seen(simulation.world, who, who.fingerprint)});
    }
}

void note_forks_found(Simulation& simulation, Person& who) {
    VaultModel& model = simulation.model(who);
    model.forks_found.clear();
    for (const exchange::Quarantined& kept : exchange::list_quarantined(who.catalog())) {
        const std::string front = "journal of ";
        if (kept.code == name_of(FindingCode::kFork) && kept.subject.starts_with(front)) {
            if (const Person* author = simulation.find(kept.subject.substr(front.size(), 8))) {
                model.forks_found.insert(author->fingerprint);
            }
        }
    }
}

}  // namespace

void note_beginning(Simulation& simulation) {
    for (Person* person : simulation.world.authors()) {
        Head before;
        for (const Head& head : read_bundles(simulation.world, *person, person->fingerprint)) {
            simulation.truth.note(person->fingerprint, {before, head, {}});
            before = head;
        }
    }
    for (Person* person : simulation.world.authors()) {
        observe(simulation, *person, Wrote::kNothing);
    }
}

void observe(Simulation& simulation, Person& who, Wrote wrote) {
    VaultModel& model = simulation.model(who);
    if (!model.is_in) {
        return;
    }
    const Heads now = read_heads(simulation.world, who);
    for (const auto& [author, head] : model.heads) {
        const auto here = now.find(author);
        require(head.size == 0 || (here != now.end() && here->second.size >= head.size),
                who.name + "'s copy of a journal is shorter than it was");
    }
    for (const auto& [author, head] : now) {
        const Head before = model.heads[author];
        if (head == before) {
            continue;
        }
        const std::vector<Head> bundles = read_bundles(simulation.world, who, author);
        require(!bundles.empty() && bundles.back() == head,
                who.name + "'s bundles don't lead to the head of their journal");
        std::size_t from = 0;
        if (before.size != 0) {
            const auto at = std::ranges::find(bundles, before);
            require(at != bundles.end(), who.name + "'s copy of a journal was rewritten");
            from = static_cast<std::size_t>(at - bundles.begin()) + 1;
        }
        if (author == who.fingerprint) {
            note_own(simulation, who, bundles, from, wrote);
        }
        for (const Head& bundle : bundles) {
            const auto misplaced = simulation.misplaced.find(bundle);
            if (author == simulation.world.adil.fingerprint &&
                misplaced != simulation.misplaced.end()) {
                simulation.truth.note(author, misplaced->second);
            }
            require(simulation.truth.knows(author, bundle),
                    who.name + " accepted up to entry " + std::to_string(bundle.size) +
                        " what its author " + author.substr(0, 8) + " never wrote");
        }
        model.heads[author] = head;
    }
    if (!simulation.truth.forked().empty()) {
        note_forks_found(simulation, who);
    }
}

}  // namespace kua::simulator
