#include "tests/support/exchange_world.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/kept_beginning.h"
#include "tests/support/test_vault.h"
#include "vault/evidence/cases.h"
#include "vault/exchange/path_repository.h"
#include "vault/exchange/refs.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::testing {
namespace {

const Passphrase& passphrase() {
    static const Passphrase one = passphrase_of("correct horse");
    return one;
}

fs::path stick_dir(const std::string& stick) {
    return "/" + stick;
}

void copy_into(MemoryFileSystem& files, const fs::path& dir, FolderCopy& copy) {
    for (const base::DirectoryEntry& entry : files.list(dir)) {
        const fs::path path = dir / entry.name;
        if (entry.kind == base::FileKind::kDirectory) {
            copy_into(files, path, copy);
        } else {
            copy.emplace(path, files.shared_content(path));
        }
    }
}

void empty_folder(MemoryFileSystem& files, const fs::path& dir) {
    for (const base::DirectoryEntry& entry : files.list(dir)) {
        const fs::path path = dir / entry.name;
        if (entry.kind == base::FileKind::kDirectory) {
            empty_folder(files, path);
        } else {
            files.remove_file(path);
        }
    }
}

Beginning keep(ExchangeWorld& world) {
    Beginning beginning{{}, world.case_id, {}};
    for (Person* person : world.people()) {
        person->close();
        beginning.fingerprints.push_back(person->fingerprint);
    }
    beginning.tree = world.files.tree();
    return beginning;
}

}  // namespace

FolderCopy copy_folder(MemoryFileSystem& files, const fs::path& dir) {
    FolderCopy copy;
    copy_into(files, dir, copy);
    return copy;
}

void put_back(MemoryFileSystem& files, const fs::path& dir, const FolderCopy& copy) {
    empty_folder(files, dir);
    for (const auto& [path, content] : copy) {
        files.add_shared(path, content);
    }
}

Person::Person(ExchangeWorld& world, std::string who)
    : name(std::move(who)), dir("/vault of " + name), world_(world) {}

Vault* Person::operator->() {
    if (!vault_) {
        restart();
    }
    return &*vault_;
}

store::Connection& Person::catalog() {
    if (!vault_) {
        restart();
    }
    return state_->catalog();
}

void Person::close() {
    vault_.reset();
    state_ = nullptr;
}

void Person::restart(base::FileSystem* through) {
    close();
    base::FileSystem& files = through == nullptr ? world_.files : *through;
    auto state =
        open_state({files, world_.clock, world_.random}, dir, passphrase(), Access::kWrite);
    state_ = state.get();
    vault_.emplace(std::move(state));
}

store::Store Person::open_store() {
    return store::Store::open({world_.files, world_.clock, world_.random}, dir,
                              secret_of(passphrase()), Access::kWrite, store_options());
}

std::string Person::add(const std::string& file, std::string_view content,
                        const GivenFacts& facts) {
    const fs::path path = "/card/" + name + "/" + file;
    world_.files.add_file(path, base::bytes_of(content));
    AddRequest request = TestVault::request_of({path});
    request.case_name = world_.case_id;
    request.facts = facts;
    const AddReport report = (*this)->add(request, no_progress());
    return report.added.empty() ? report.known.at(0).id : report.added.at(0).id;
}

RemoteReport Person::try_sync(const std::string& stick) {
    return (*this)->sync({.remote = stick, .dry_run = false}, no_progress()).remotes.at(0);
}

RemoteReport Person::sync(const std::string& stick) {
    RemoteReport report = try_sync(stick);
    CAPTURE(name, stick);
    REQUIRE(report.failure.empty());
    return report;
}

FolderCopy Person::backup() {
    close();
    return copy_folder(world_.files, dir);
}

void Person::restore(const FolderCopy& copy) {
    close();
    put_back(world_.files, dir, copy);
}

std::uint64_t Person::entries_of(const Person& author) {
    return journal::find_log(catalog(), world_.case_id, author.fingerprint).size;
}

std::size_t Person::items() {
    return (*this)->list({world_.case_id, false, {}}).size();
}

std::vector<journal::LogHead> Person::heads() {
    return journal::list_logs(catalog(), world_.case_id);
}

evidence::ProjectionDigest Person::projection() {
    return evidence::digest_projection(catalog(), world_.case_id);
}

std::vector<Finding> Person::damage() {
    return (*this)
        ->verify({.items = {}, .case_name = {}, .depth = VerifyDepth::kFull, .threads = 1},
                 no_progress())
        .findings;
}

std::string Person::ref(const Person& author, std::uint64_t epoch) {
    for (const exchange::Channel& channel :
         exchange::list_channels(catalog(), world_.case_id, fingerprint)) {
        if (channel.author == author.fingerprint && channel.epoch == epoch) {
            return channel.ref;
        }
    }
    return {};
}

ExchangeWorld::ExchangeWorld(Start start, std::uint64_t seed) : random(seed) {
    if (start == Start::kNothing) {
        return;
    }
    const auto take = [this](const Beginning& beginning) {
        files = MemoryFileSystem{beginning.tree};
        case_id = beginning.case_id;
        for (std::size_t i = 0; i < people().size(); ++i) {
            people()[i]->fingerprint = beginning.fingerprints.at(i);
        }
    };
    if (start == Start::kStrangers) {
        static const Beginning strangers = kept_beginning("strangers", [] {
            ExchangeWorld world{Start::kNothing, 1};
            world.create();
            return keep(world);
        });
        take(strangers);
        return;
    }
    static const Beginning shared = kept_beginning("shared", [] {
        ExchangeWorld world{Start::kStrangers, 2};
        world.invite(world.mara, "contributor", kStick1);
        world.invite(world.adil, "contributor", kStick1);
        world.settle(kStick1);
        return keep(world);
    });
    take(shared);
}

ExchangeWorld::ExchangeWorld(const ExchangeWorld& other, const MemoryTree& tree, std::uint64_t seed)
    : files(tree), random(seed), case_id(other.case_id) {
    rosa.fingerprint = other.rosa.fingerprint;
    mara.fingerprint = other.mara.fingerprint;
    adil.fingerprint = other.adil.fingerprint;
}

void ExchangeWorld::create() {
    files.add_directory("/cards");
    for (Person* person : people()) {
        CaseDraft own_case;
        own_case.title = "Case of " + person->name;
        CreateOptions options = cheap_vault(own_case);
        options.name = person->name;
        person->close();
        static_cast<void>(create_vault({files, clock, random}, person->dir, passphrase(), options,
                                       store_options()));
        person->fingerprint = (*person)->identity().fingerprint;
        (*person)->write_card("/cards/" + person->name);
    }
    add_stick(kStick1);
    add_stick(kStick2);
    for (Person* person : people()) {
        for (const Person* other : people()) {
            if (other != person) {
                (*person)->add_contact("/cards/" + other->name);
            }
        }
    }
    case_id = rosa->find_case("").id;
}

void ExchangeWorld::add_stick(const std::string& stick) {
    for (Person* person : people()) {
        RemoteRequest request;
        request.name = stick;
        request.address = stick_dir(stick);
        (*person)->add_remote(request);
    }
}

void ExchangeWorld::invite(Person& who, const std::string& role, const std::string& stick) {
    rosa->add_member({.contact = who.name, .role = role, .case_name = case_id, .unverified = true});
    rosa.sync(stick);
    who.sync(stick);
    REQUIRE(who->accept_case({.name = case_id, .from = {}, .unverified = true}).id == case_id);
    who.sync(stick);
}

ExposureReport ExchangeWorld::remove(const Person& who, std::optional<std::uint64_t> last_entry) {
    return rosa->remove_member(
        {.member = who.name, .case_name = case_id, .last_entry = last_entry});
}

void ExchangeWorld::settle(const std::string& stick) {
    for (int round = 0; round < 6; ++round) {
        bool is_quiet = true;
        for (Person* person : people()) {
            const RemoteReport report = person->sync(stick);
            is_quiet =
                is_quiet &&
                report.bundles_in + report.bundles_out + report.grants_in + report.grants_out == 0;
        }
        if (is_quiet) {
            return;
        }
    }
    FAIL("receipts go to and fro without an end");
}

FolderCopy ExchangeWorld::backup(const std::string& stick) {
    return copy_folder(files, stick_dir(stick));
}

void ExchangeWorld::restore(const std::string& stick, const FolderCopy& copy) {
    put_back(files, stick_dir(stick), copy);
}

std::unique_ptr<exchange::Repository> ExchangeWorld::open(const std::string& stick) {
    return exchange::open_path_repository(files, stick_dir(stick), exchange::IfMissing::kFail);
}

std::map<std::string, format::GitId> ExchangeWorld::refs(const std::string& stick,
                                                         const std::vector<std::string>& names) {
    return open(stick)->read_refs(names);
}

void ExchangeWorld::remove_ref(const std::string& stick, const std::string& ref) {
    files.remove_file(stick_dir(stick) / "refs/heads" / ref);
}

}  // namespace kua::testing
