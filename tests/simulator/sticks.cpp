// What befalls sticks and the host that cheats.
#include <algorithm>

#include "tests/simulator/steps.h"
#include "vault/exchange/path_repository.h"

namespace kua::simulator {
namespace {

using testing::FolderCopy;
using testing::fs::path;

path dir_of(const std::string& remote) {
    return "/" + remote;
}

std::vector<path> files_of(Simulation& simulation, const std::string& remote,
                           const std::string& under) {
    std::vector<path> found;
    for (const auto& [file, content] :
         testing::copy_folder(simulation.world.files, dir_of(remote))) {
        const path inside = file.lexically_relative(dir_of(remote));
        if (inside.native().starts_with(under) && content.size() > 0) {
            found.push_back(file);
        }
    }
    return found;
}

void remove_all(testing::MemoryFileSystem& files, const path& dir) {
    for (const base::DirectoryEntry& entry : files.list(dir)) {
        if (entry.kind == base::FileKind::kDirectory) {
            remove_all(files, dir / entry.name);
        } else {
            files.remove_file(dir / entry.name);
        }
    }
    files.remove_directory(dir);
}

void touch(Simulation& simulation, const std::string& remote, const std::string& how) {
    simulation.remotes.at(remote).touched = true;
    simulation.say(remote + ": " + how);
    ++simulation.counts["mishaps of remotes"];
}

}  // namespace

bool keep_state(Simulation& simulation, const std::string& remote) {
    auto& old = simulation.remotes.at(remote).old;
    if (old.size() == 2) {
        old.erase(old.begin());
    }
    old.push_back(testing::copy_folder(simulation.world.files, dir_of(remote)));
    simulation.say(remote + " is copied");
    return true;
}

bool put_back_state(Simulation& simulation, const std::string& remote) {
    auto& old = simulation.remotes.at(remote).old;
    if (old.empty()) {
        return false;
    }
    testing::put_back(simulation.world.files, dir_of(remote), simulation.pick(old));
    touch(simulation, remote, "an older state is back");
    return true;
}

bool drop_file(Simulation& simulation, const std::string& remote) {
    auto files = files_of(simulation, remote, simulation.choice.one_in(2) ? "refs/" : "objects/");
    if (files.empty()) {
        return false;
    }
    const path& file = simulation.pick(files);
    simulation.world.files.remove_file(file);
    touch(simulation, remote, "lost " + file.filename().native());
    return true;
}

bool flip_byte(Simulation& simulation, const std::string& remote) {
    auto files = files_of(simulation, remote, simulation.choice.one_in(4) ? "" : "objects/");
    if (files.empty()) {
        return false;
    }
    const path& file = simulation.pick(files);
    const std::uint64_t bits = simulation.world.files.content(file).size() * 8;
    simulation.world.files.flip_bit(file, simulation.choice.below(bits));
    touch(simulation, remote, "a bit of " + file.filename().native() + " is another");
    return true;
}

bool move_ref_back(Simulation& simulation, const std::string& remote) {
    auto& old = simulation.remotes.at(remote).old;
    auto files = files_of(simulation, remote, "refs/");
    if (old.empty() || files.empty()) {
        return false;
    }
    const path& file = simulation.pick(files);
    const FolderCopy& state = simulation.pick(old);
    const auto before = state.find(file);
    if (before == state.end() || before->second.read() == simulation.world.files.content(file)) {
        return false;
    }
    simulation.world.files.add_file(file, before->second);
    touch(simulation, remote, "an older journal is back");
    return true;
}

bool swap_refs(Simulation& simulation, const std::string& remote) {
    auto files = files_of(simulation, remote, "refs/");
    if (files.size() < 2) {
        return false;
    }
    const path& one = simulation.pick(files);
    const path& other = simulation.pick(files);
    if (one == other) {
        return false;
    }
    const base::Bytes kept = simulation.world.files.content(one);
    simulation.world.files.add_file(one, simulation.world.files.content(other));
    simulation.world.files.add_file(other, kept);
    touch(simulation, remote, "two journals change places");
    return true;
}

bool replace_remote(Simulation& simulation, const std::string& remote) {
    RemoteModel& model = simulation.remotes.at(remote);
    if (!model.touched) {
        return false;
    }
    remove_all(simulation.world.files, dir_of(remote));
    static_cast<void>(exchange::open_path_repository(simulation.world.files, dir_of(remote),
                                                     exchange::IfMissing::kCreate));
    model.touched = false;
    model.old.clear();
    ++model.replaced;
    for (Person* person : simulation.world.authors()) {
        model.unknown_to.insert(person->name);
    }
    model.unknown_to.insert(simulation.world.other_adil.name);
    simulation.say(remote + " is replaced by a new one");
    return true;
}

}  // namespace kua::simulator
