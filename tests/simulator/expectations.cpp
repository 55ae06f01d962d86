// Which findings are in order, and which had to be.
#include "tests/simulator/checks.h"

namespace kua::simulator {
namespace {

// Whom a finding is about; null if it isn't about anybody's journal.
Person* subject_of(Simulation& simulation, const Finding& finding) {
    for (const std::string front : {"journal of ", "invitations by "}) {
        if (finding.subject.starts_with(front)) {
            return simulation.find(finding.subject.substr(front.size(), 8));
        }
    }
    return nullptr;
}

// Of somebody honest, at a remote that may have been tampered with.
bool may_be_found(Simulation& simulation, Person& who, const Person& about, bool touched,
                  const Finding& finding) {
    const bool is_forked = simulation.truth.is_forked(about.fingerprint);
    switch (finding.code) {
        case FindingCode::kGap:
            return true;             // it comes in time, or check_end() finds out
        case FindingCode::kDamaged:  // so a vault that can't read calls two stories
            return touched || (is_forked && is_sealed(simulation.world, who));
        case FindingCode::kRollback:
        case FindingCode::kForged:
        case FindingCode::kWrongCase:
        case FindingCode::kReplay:
            return touched;
        case FindingCode::kFork:
            return is_forked;
        case FindingCode::kStopped:
            return is_forked;
        case FindingCode::kNotMember:
            return simulation.is_removed(about) || simulation.is_removed(who);
        case FindingCode::kMissing:
        case FindingCode::kChanged:
        case FindingCode::kSurplus:
        case FindingCode::kFactMismatch:
        case FindingCode::kUnknownAuthor:
        case FindingCode::kFastForward:
        case FindingCode::kNotAllowed:
        case FindingCode::kUnknownType:
        case FindingCode::kNotReadable:
            return false;
    }
    return false;
}

// Who went back to a backup doesn't know which invitations went out after it.
bool may_be_own(Simulation& simulation, const Person& who, const Finding& finding) {
    return finding.code == FindingCode::kForged &&
           finding.subject == "invitations that this vault sent" &&
           simulation.went_back.contains(who.name);
}

// What lay in an inbox at a bad remote may have been carried to where it is named now.
bool may_be_carried(Simulation& simulation, const Finding& finding) {
    const bool is_of_inbox =
        (finding.code == FindingCode::kForged &&
         finding.subject == "invitations that this vault sent") ||
        (finding.code == FindingCode::kDamaged && finding.subject.starts_with("invitations by "));
    return simulation.are_grants_spread && is_of_inbox;
}

std::string text_of(const Finding& finding) {
    return std::string{name_of(finding.code)} + " " + finding.subject + ": " + finding.text;
}

}  // namespace

void check_findings(Simulation& simulation, Person& who, const std::string& remote,
                    const RemoteReport& report) {
    const bool touched = simulation.remotes.at(remote).touched || simulation.is_spread;
    for (const Finding& finding : report.findings) {
        const Person* about = subject_of(simulation, finding);
        const bool is_fine =
            may_be_carried(simulation, finding) ||
            (about == nullptr ? touched || may_be_own(simulation, who, finding)
                              : simulation.is_cheat(*about) ||
                                    may_be_found(simulation, who, *about, touched, finding));
        require(is_fine, who.name + " finds at " + remote + " what can't be: " + text_of(finding));
    }
}

std::optional<Head> head_of(Simulation& simulation, const std::string& author,
                            const format::GitId& commit) {
    const auto by_hand = simulation.made_by_hand.find(commit);
    if (by_hand != simulation.made_by_hand.end()) {
        return by_hand->second;
    }
    std::vector<Person*> all = simulation.world.authors();
    all.push_back(&simulation.world.other_adil);
    for (Person* person : all) {
        const bool is_there = person != &simulation.world.other_adil || simulation.is_fork_begun;
        if (is_there && simulation.model(*person).is_in) {
            if (auto head = find_commit(simulation.world, *person, author, commit)) {
                return head;
            }
        }
    }
    return std::nullopt;
}

namespace {

bool says_anything_else(Simulation& simulation, const std::string& author,
                        const RemoteReport& report) {
    for (const Finding& finding : report.findings) {
        const Person* about = subject_of(simulation, finding);
        if (about != nullptr && about->fingerprint == author) {
            return true;
        }
    }
    return false;
}

// What the remote shows of the author leads elsewhere than what is here.
void check_shown(Simulation& simulation, Person& who, const std::string& remote,
                 const std::string& author, const RemoteReport& report) {
    const Head here = simulation.model(who).heads[author];
    const std::vector<std::string> refs = refs_of(simulation.world, who, author);
    for (const auto& [ref, tip] : simulation.world.refs(remote, refs)) {
        const auto there = head_of(simulation, author, tip);
        if (there && !simulation.truth.agree(author, *there, here)) {
            require(says_anything_else(simulation, author, report),
                    who.name + " met another history of " + author.substr(0, 8) + " at " + remote +
                        " and found no fork");
        }
    }
}

// Somebody whose journal is here has seen another history than is here.
void check_seen(Simulation& simulation, Person& who, const std::string& author) {
    const Heads& heads = simulation.model(who).heads;
    const Head here = heads.contains(author) ? heads.at(author) : Head{};
    for (const auto& [other, newest] : heads) {
        Head at = newest;
        while (other != author && at.size != 0) {
            const Written& bundle = simulation.truth.bundle_at(other, at);
            for (const Seen& seen : bundle.seen) {
                const bool is_another = seen.author == author && seen.head.size <= here.size &&
                                        simulation.truth.knows(author, seen.head) &&
                                        !simulation.truth.agree(author, seen.head, here);
                require(!is_another, who.name + " holds what " + other.substr(0, 8) +
                                         " has seen of another history of " + author.substr(0, 8) +
                                         " and found no fork");
            }
            at = bundle.before;
        }
    }
}

}  // namespace

void check_forks(Simulation& simulation, Person& who, const std::string& remote,
                 const RemoteReport& report) {
    for (const std::string& author : simulation.truth.forked()) {
        const VaultModel& model = simulation.model(who);
        if (!model.is_in || model.forks_found.contains(author) ||
            is_sealed(simulation.world, who)) {
            continue;
        }
        check_shown(simulation, who, remote, author, report);
        if (author != who.fingerprint) {
            check_seen(simulation, who, author);
        }
    }
}

}  // namespace kua::simulator
