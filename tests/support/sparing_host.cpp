#include "tests/support/sparing_host.h"

namespace kua::testing {
namespace {

constexpr std::size_t kAnySize = std::size_t{1} << 20;

}  // namespace

void SparingHost::fetch(const std::vector<std::string>& names,
                        const std::vector<exchange::KnownCommit>& known) {
    there_.fetch(names, {});
    std::set<format::GitId> spared;
    for (const exchange::KnownCommit& commit : known) {
        spared.merge(reached_by(commit.id));
    }
    for (const auto& [name, tip] : there_.read_refs(names)) {
        for (const format::GitId& id : reached_by(tip)) {
            if (!spared.contains(id)) {
                sent_.insert(id);
            }
        }
    }
}

std::set<format::GitId> SparingHost::reached_by(std::optional<format::GitId> commit) {
    std::set<format::GitId> reached;
    while (commit) {
        const auto content = there_.read(*commit, format::GitKind::kCommit, kAnySize);
        if (!content) {
            break;
        }
        reached.insert(*commit);
        const format::GitCommit parsed = format::parse_git_commit(*content);
        reach_tree(parsed.tree, reached);
        commit = parsed.parent;
    }
    return reached;
}

void SparingHost::reach_tree(const format::GitId& tree, std::set<format::GitId>& reached) {
    reached.insert(tree);
    const auto content = there_.read(tree, format::GitKind::kTree, kAnySize);
    if (!content) {
        return;
    }
    for (const format::GitTreeEntry& entry : format::parse_git_tree(*content)) {
        if (entry.is_tree) {
            reach_tree(entry.id, reached);
        } else {
            reached.insert(entry.id);
        }
    }
}

}  // namespace kua::testing
