// The end of a simulation: what all must have come to.
#include <algorithm>

#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"
#include "vault/base/hex.h"
#include "vault/exchange/carrier.h"
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

// When all is quiet, for entries of that author.
bool waits_for(Simulation& simulation, const Person& who, const std::string& author) {
    const auto waits = simulation.waits_for.find(who.name);
    return waits != simulation.waits_for.end() && waits->second.contains(author);
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

// The first that isn't here of an author's journal at the honest host, for each place where it
// lies.
std::vector<format::GitId> first_absent(Simulation& simulation, Person& who,
                                        const std::string& author) {
    std::vector<format::GitId> absent;
    const auto host = simulation.world.open(kBase);
    for (const auto& [ref, tip] : host->read_refs(refs_of(simulation.world, who, author))) {
        host->fetch({ref}, {});
        std::optional<format::GitId> first;
        std::optional<format::GitId> next = tip;
        while (next && !find_commit(simulation.world, who, author, *next)) {
            first = next;
            next = exchange::read_commit(*host, *next).parent;
        }
        if (first) {
            absent.push_back(*first);
        }
    }
    return absent;
}

bool is_held_up(Simulation& simulation, Person& who, const std::string& author) {
    return std::ranges::any_of(
        first_absent(simulation, who, author),
        [&](const format::GitId& commit) { return simulation.by_hand.contains(commit); });
}

// Findings name authors by the first digits.
std::string short_name(const std::string& fingerprint) {
    return fingerprint.substr(0, 8);
}

// The author whom a finding is about; null if it is about no journal.
Person* author_of(Simulation& simulation, const Finding& finding) {
    const std::string front = "journal of ";
    return finding.subject.starts_with(front)
               ? simulation.find(short_name(finding.subject.substr(front.size())))
               : nullptr;
}

// Whose entries it is that the finding says are waited for (vault/exchange/seen.cpp); empty if it
// says nothing of the kind.
std::string waited_for(const Finding& finding) {
    const std::size_t end = finding.text.rfind(", which it builds on");
    constexpr std::size_t kDigits = 8;
    return end == std::string::npos || end < kDigits ? std::string{}
                                                     : finding.text.substr(end - kDigits, kDigits);
}

// Authors whose entries may be missing here for good, and all who built on them. Adil's two stories
// can keep somebody waiting who has heard neither to its end: what others wrote builds on what
// nobody may take any more. So can what Adil put by hand, if a sealed vault carried it unread to
// the honest host, or he did himself: what lies behind isn't taken (docs/threat-model.md, "What was
// refused stays in the way"), and other remotes are met no more in the end.
std::set<std::string> may_be_missing(Simulation& simulation, Person& who,
                                     const RemoteReport& report) {
    std::set<std::string> missing;
    if (std::ranges::find(report.findings, FindingCode::kGap, &Finding::code) ==
        report.findings.end()) {
        return missing;
    }
    for (const Person* author : simulation.world.authors()) {
        const std::string& fingerprint = author->fingerprint;
        const bool is_untold = simulation.truth.is_forked(fingerprint) &&
                               !simulation.model(who).forks_found.contains(fingerprint) &&
                               !simulation.behaviours.forks_never_delay;
        const bool is_read = !is_sealed(simulation.world, who);
        if (is_untold || (is_read && is_held_up(simulation, who, fingerprint))) {
            missing.insert(short_name(fingerprint));
        }
    }
    for (bool is_more = !missing.empty(); is_more;) {
        is_more = false;
        for (const Finding& finding : report.findings) {
            const Person* author = author_of(simulation, finding);
            if (finding.code == FindingCode::kGap && author != nullptr &&
                missing.contains(waited_for(finding))) {
                is_more = missing.insert(short_name(author->fingerprint)).second || is_more;
            }
        }
    }
    return missing;
}

// If an owner went on in a backup, whoever has heard that story may wait for ever, the owner first.
bool is_kept_waiting(Simulation& simulation, Person& who, const RemoteReport& report) {
    const Person& owner = simulation.world.rosa;
    const bool waits = std::ranges::any_of(
        report.findings, [](const Finding& finding) { return finding.code == FindingCode::kGap; });
    return simulation.truth.is_forked(owner.fingerprint) && (waits || &who == &owner);
}

// A sealed vault that went back to before it had written anything can't tell whose the entries
// under its name are: kua says to open it and sync before adding.
bool waits_to_be_opened(Simulation& simulation, Person& who, const Finding& finding) {
    return finding.code == FindingCode::kGap && author_of(simulation, finding) == &who &&
           is_sealed(simulation.world, who) && simulation.went_back.contains(who.name);
}

// Somebody who went back and whose last entries only Adil has, or somebody removed: he has told of
// them at the honest host, and they come no more, since other remotes are met no more in the end.
bool waits_for_what_is_lost(Simulation& simulation, Person& who, const Finding& finding) {
    if (finding.code != FindingCode::kGap || author_of(simulation, finding) != &who ||
        !simulation.went_back.contains(who.name)) {
        return false;
    }
    const std::uint64_t here = simulation.model(who).heads[who.fingerprint].size;
    return here == expected(simulation)[who.fingerprint].size &&
           first_absent(simulation, who, who.fingerprint).empty() &&
           simulation.truth.has_more_than(who.fingerprint, here);
}

void check_last_finding(Simulation& simulation, Person& who, const Finding& finding) {
    const Person* about = author_of(simulation, finding);
    // Who carries unread what a bad remote showed can't take in its place what is genuine.
    const bool is_in_the_way = simulation.is_spread && finding.code == FindingCode::kDamaged &&
                               is_sealed(simulation.world, who);
    simulation.counts["carriers kept from carrying"] += is_in_the_way ? 1U : 0U;
    const bool is_fine =
        is_in_the_way ||
        (about != nullptr && (simulation.is_cheat(*about) || simulation.is_removed(*about) ||
                              simulation.truth.is_forked(about->fingerprint)));
    require(is_fine, who.name + " still finds when all is quiet: " + name_of(finding.code) + " " +
                         finding.subject + ": " + finding.text);
}

void check_last_findings(Simulation& simulation, Person& who, const RemoteReport& report) {
    if (is_kept_waiting(simulation, who, report)) {
        ++simulation.counts["readers that an owner's fork keeps waiting"];
        simulation.kept_waiting.insert(who.name);
        return;
    }
    const std::set<std::string> missing = may_be_missing(simulation, who, report);
    for (const Finding& finding : report.findings) {
        const Person* author = author_of(simulation, finding);
        if (waits_to_be_opened(simulation, who, finding)) {
            ++simulation.counts["sealed vaults that went back and wait to be opened"];
            simulation.waits_for[who.name].insert(who.fingerprint);
        } else if (waits_for_what_is_lost(simulation, who, finding)) {
            ++simulation.counts["vaults that went back and wait for what only Adil has"];
            simulation.waits_for[who.name].insert(who.fingerprint);
        } else if (finding.code == FindingCode::kGap && author != nullptr &&
                   missing.contains(short_name(author->fingerprint))) {
            ++simulation.counts["journals that somebody waits for"];
            simulation.waits_for[who.name].insert(author->fingerprint);
        } else {
            check_last_finding(simulation, who, finding);
        }
    }
}

std::set<std::string> items_of(Simulation& simulation, Person& who) {
    std::set<std::string> digests;
    for (const ItemSummary& item : who->list({simulation.world.case_id, false, {}})) {
        digests.insert(item.digest);
        require(!item.shredded || simulation.destroyed.contains(item.digest),
                who.name + "'s vault calls an item destroyed that nobody destroyed");
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
        const std::uint64_t here = head != heads.end() ? head->second.size : 0;
        std::uint64_t counted = here;
        if (removal != simulation.removed.end()) {
            counted = waits_for(simulation, reader, author->fingerprint)
                          ? std::min(here, removal->second.counted)
                          : removal->second.counted;
        }
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

// Everybody has it as its author does; who waits has the beginning of it. An author who went back
// to a backup can wait for their own: then all others have the same, and nothing else.
void check_journal_of(Simulation& simulation, Person& author, const Heads& before) {
    const std::string& fingerprint = author.fingerprint;
    const std::vector<Person*> all = readers(simulation);
    Head own = simulation.model(author).heads[fingerprint];
    const auto least = before.find(fingerprint);
    const Head elsewhere = least == before.end() ? Head{} : least->second;
    if (waits_for(simulation, author, fingerprint)) {
        own = std::max(own, elsewhere);
        for (Person* reader : all) {
            own = std::max(own, simulation.model(*reader).heads[fingerprint]);
        }
    }
    require(own.size >= elsewhere.size,
            author.name + "'s journal lost entries that were elsewhere");
    for (Person* reader : all) {
        const Head head = simulation.model(*reader).heads[fingerprint];
        const bool is_as_it_was = head == own || (waits_for(simulation, *reader, fingerprint) &&
                                                  simulation.truth.agree(fingerprint, head, own));
        require(is_as_it_was,
                reader->name + " has other entries of " + author.name + " than they wrote");
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
                check_last_findings(simulation, *person, report);
            }
            break;
        }
    }
    for (Person* author : steady_authors(simulation)) {
        check_journal_of(simulation, *author, before);
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
