// Watches that what got its name by renaming is synced under it before its directory is, and its
// directory then: base::sync_renamed() says why. Takes the hook of a FaultFileSystem; one thread at
// a time.
#pragma once

#include <algorithm>
#include <memory>
#include <set>

#include "tests/support/fault_filesystem.h"

namespace kua::testing {

class RenameWatch {
public:
    explicit RenameWatch(FaultFileSystem& files) {
        files.before_each_call([seen = seen_](const Call& call) { seen->note(call); });
    }

    // What was renamed in `dir`, by its new name.
    std::set<fs::path> renamed_in(const fs::path& dir) const {
        std::set<fs::path> names;
        for (const fs::path& path : seen_->renamed) {
            if (path.parent_path() == dir) {
                names.insert(path.filename());
            }
        }
        return names;
    }
    // Whether all of it is durable now, and no directory was synced too early.
    bool all_safe() const {
        return !seen_->synced_too_early && seen_->unsynced.empty() && seen_->unsynced_dirs.empty();
    }

private:
    struct Seen {
        std::set<fs::path> renamed;
        std::set<fs::path> unsynced;
        std::set<fs::path> unsynced_dirs;
        bool synced_too_early = false;

        void note(const Call& call) {
            const fs::path dir = (call.path / "").parent_path();
            switch (call.kind) {
                case CallKind::kRename:
                    renamed.insert(call.to);
                    unsynced.insert(call.to);
                    unsynced_dirs.insert(call.to.parent_path());
                    break;
                case CallKind::kSync:
                    unsynced.erase(call.path);
                    break;
                case CallKind::kSyncContents:
                    unsynced.clear();
                    break;
                case CallKind::kSyncDirectory:
                    synced_too_early =
                        synced_too_early || std::ranges::any_of(unsynced, [&](const auto& path) {
                            return path.parent_path() == dir;
                        });
                    unsynced_dirs.erase(dir);
                    break;
                default:
                    break;
            }
        }
    };

    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();  // the hook is copied
};

}  // namespace kua::testing
