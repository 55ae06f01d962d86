// One simulation: the world, what is known of it, and one source of choices. Steps change it
// (steps.h), checks compare the vaults with what is known (checks.h), run() does both.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/simulator/failure.h"
#include "tests/simulator/look.h"
#include "tests/simulator/truth.h"
#include "tests/simulator/world.h"
#include "vault/crypto/sha256.h"

namespace kua::simulator {

// What may happen besides. Off are those that came later, so that a seed stays what it was.
struct Behaviours {
    bool owner_restores = false;     // the owner's vault goes back to a backup
    bool bad_on_base = false;        // Adil leaves what is refused at the honest host, too
    bool seals_again = false;        // Adil seals bundles of others once more
    bool casework = false;           // testimonies, texts, events, hand-overs, destroying
    bool forks_never_delay = false;  // no allowance at the end for who waits because of a fork
    bool adds_after_restore = true;  // before a sync brought back what was written since
};

// What a vault holds, as far as has been told.
struct VaultModel {
    Heads heads;
    std::set<std::string> forks_found;           // authors
    std::map<std::string, std::uint64_t> added;  // digests of items acknowledged, and entry
    bool is_in = true;                           // has joined the case
    bool is_restored = false;                    // and hasn't synced with all remotes since
    std::set<std::string> synced_since;          // the restore
};

struct Backup {
    testing::FolderCopy files;
    VaultModel model;
};

struct RemoteModel {
    bool touched = false;                  // by bad luck or malice, since it was made
    std::vector<testing::FolderCopy> old;  // earlier states
    std::set<std::string> unknown_to;      // who has to add it again, as it is another one
    std::uint64_t replaced = 0;            // so many times
    Heads held;                            // of the honest host: what was left there
};

struct Simulation {
    Simulation(std::uint64_t seed, const Behaviours& behaviours, std::ostream* trace);

    // Says what happens, for the trace and its digest.
    void say(const std::string& line);
    std::string digest();  // of all that was said

    VaultModel& model(const Person& who) { return models.at(who.name); }
    // Whose fingerprint begins so; null if nobody's does.
    Person* find(const std::string& fingerprint_front);
    template <class Several>
    auto& pick(Several& from) {
        return from.at(choice.below(from.size()));
    }
    bool is_cheat(const Person& who) const { return who.fingerprint == world.adil.fingerprint; }
    bool is_removed(const Person& who) const { return removed.contains(who.fingerprint); }

    const Behaviours behaviours;
    testing::SeededRandom choice;
    World world;
    Truth truth;
    std::map<std::string, VaultModel> models;  // by name
    std::map<std::string, RemoteModel> remotes;
    std::map<std::string, std::vector<Backup>> backups;
    std::map<format::GitId, Head> made_by_hand;  // good bundles of Adil's, by commit
    std::set<format::GitId> by_hand;             // all that Adil put anywhere so, good or not
    struct Removal {
        std::uint64_t counted = 0;  // entries
        std::uint64_t last_epoch = 1;
    };
    std::map<std::string, Removal> removed;  // by fingerprint
    std::set<std::string> went_back;         // to a backup, at any time: names
    std::set<std::string> kept_waiting;      // by an owner's fork, when all is quiet: names
    // When all is quiet: whose entries (fingerprints) somebody (a name) goes on waiting for.
    std::map<std::string, std::set<std::string>> waits_for;
    // What Adil signed and put in the place of another author. Journals change places, so somebody
    // may come to take it for his.
    std::map<Head, Written> misplaced;
    std::set<std::string> destroyed;  // digests of items that anybody destroyed
    bool is_spread = false;  // by a sealed vault, which passes on unread what was tampered with
    bool are_grants_spread = false;  // by any vault, which does so with others' inboxes
    bool is_fork_begun = false;
    bool is_dana_invited = false;
    std::uint64_t items = 0;
    std::uint64_t step = 0;
    std::map<std::string, std::uint64_t> counts;  // of what happened, for the summary

private:
    crypto::Sha256 said_;
    std::ostream* trace_;
};

}  // namespace kua::simulator
