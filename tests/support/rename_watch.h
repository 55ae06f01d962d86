// Watches that what got its name by renaming is synced under it before its directory is:
// base::sync_renamed() says why. Takes the hook of a FaultFileSystem; one thread at a time.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "tests/support/fault_filesystem.h"

namespace kua::testing {

class RenameWatch {
public:
    explicit RenameWatch(FaultFileSystem& files) {
        files.before_each_call([seen = seen_](const Call& call) { seen->note(call); });
    }

    std::size_t renamed_in(const fs::path& dir) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            seen_->left_names, [&](const fs::path& path) { return path.parent_path() == dir; }));
    }
    // Whether a directory was synced while a file that was renamed in it was not.
    bool synced_too_early() const { return seen_->synced_too_early; }

private:
    struct Seen {
        std::set<fs::path> left_names;
        std::map<fs::path, std::size_t> unsynced;  // by directory: files that were renamed there
        bool synced_too_early = false;

        void note(const Call& call) {
            const fs::path dir = (call.path / "").parent_path();
            const fs::path above = call.path.parent_path();
            switch (call.kind) {
                case CallKind::kRename:
                    left_names.insert(call.path);
                    ++unsynced[above];
                    break;
                case CallKind::kSync:
                    if (!left_names.contains(call.path) && unsynced[above] > 0) {
                        --unsynced[above];
                    }
                    break;
                case CallKind::kSyncContents:
                    unsynced.clear();
                    break;
                case CallKind::kSyncDirectory:
                    synced_too_early = synced_too_early || unsynced[dir] > 0;
                    break;
                default:
                    break;
            }
        }
    };

    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();  // the hook is copied
};

}  // namespace kua::testing
