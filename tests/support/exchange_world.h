// Several whole vaults and sticks on one disk in memory: Rosa, who owns a case, Mara and Adil. What
// happens to them happens to real people's: restarts, restored backups, sticks exchanged.
// hand_made.h has what an honest kua would never write.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/findings.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "vault/evidence/projection.h"
#include "vault/exchange/repository.h"
#include "vault/journal/log.h"
#include "vault/vault_state.h"

namespace kua::testing {

// A folder and all that lies in it, as a backup has it.
using FolderCopy = std::map<fs::path, SharedBytes>;
FolderCopy copy_folder(MemoryFileSystem& files, const fs::path& dir);
// The folder then holds what was copied and nothing else.
void put_back(MemoryFileSystem& files, const fs::path& dir, const FolderCopy& copy);

class ExchangeWorld;

class Person {
public:
    Person(ExchangeWorld& world, std::string name);

    // Open for writing.
    Vault* operator->();
    // The catalog of the open vault, for looking only.
    store::Connection& catalog();
    void close();
    // Closes it and opens it anew, through other files than the disk if there are any.
    void restart(base::FileSystem* through = nullptr);

    // In Rosa's case; returns the item's id.
    std::string add(const std::string& file, std::string_view content,
                    const GivenFacts& facts = {});
    // One sync that gets through; returns what it reported.
    RemoteReport sync(const std::string& stick);
    RemoteReport try_sync(const std::string& stick);  // may fail
    Codes findings(const std::string& stick) { return codes_of(sync(stick).findings); }

    FolderCopy backup();
    void restore(const FolderCopy& copy);

    // How many entries of that person in Rosa's case are here; how many of the items.
    std::uint64_t entries_of(const Person& author);
    std::size_t items();
    std::vector<journal::LogHead> heads();
    evidence::ProjectionDigest projection();
    // What a full verification finds.
    std::vector<Finding> damage();
    std::string ref(const Person& author, std::uint64_t epoch = 1);

    // What lies below, for reading and for writing by hand.
    template <class Body>
    auto with_store(Body&& body) {
        close();
        store::Store store = open_store();
        return body(store);
    }

    const std::string name;
    const fs::path dir;
    std::string fingerprint;

private:
    store::Store open_store();

    ExchangeWorld& world_;
    std::optional<Vault> vault_;
    Vault::State* state_ = nullptr;  // of vault_
};

// How far things are at the beginning of a test.
enum class Start : std::uint8_t {
    kNothing,    // an empty disk
    kStrangers,  // three vaults that hold each other's cards; two empty sticks
    kShared,     // Mara and Adil are contributors to Rosa's case; stick 1 has all, all have all
};

class ExchangeWorld {
public:
    explicit ExchangeWorld(Start start = Start::kShared, std::uint64_t seed = 77);
    // The same world on another disk, such as one after a crash.
    ExchangeWorld(const ExchangeWorld& other, const MemoryTree& tree, std::uint64_t seed);

    // Rosa's side of letting somebody in, and the invited's, over a stick.
    void invite(Person& who, const std::string& role, const std::string& stick);
    ExposureReport remove(const Person& who,
                          std::optional<std::uint64_t> last_entry = std::nullopt);
    // Everybody syncs with the stick until nobody has anything new.
    void settle(const std::string& stick);

    // Everybody knows it; the two of the beginning are there already.
    void add_stick(const std::string& stick);
    FolderCopy backup(const std::string& stick);
    void restore(const std::string& stick, const FolderCopy& copy);
    // What somebody with the stick in hand has.
    std::unique_ptr<exchange::Repository> open(const std::string& stick);
    std::map<std::string, format::GitId> refs(const std::string& stick,
                                              const std::vector<std::string>& names);
    void remove_ref(const std::string& stick, const std::string& ref);

    std::vector<Person*> people() { return {&rosa, &mara, &adil}; }

    MemoryFileSystem files;
    FakeClock clock;
    SeededRandom random;
    std::string case_id;  // Rosa's, which is shared
    Person rosa{*this, "Rosa"};
    Person mara{*this, "Mara"};
    Person adil{*this, "Adil"};

private:
    friend class Person;
    void create();
};

inline const std::string kStick1 = "stick1";
inline const std::string kStick2 = "stick2";

}  // namespace kua::testing
