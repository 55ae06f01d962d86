#include "vault/evidence/intake/input_walk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "vault/base/folders.h"
#include "vault/base/path_words.h"

namespace kua::evidence {
namespace {

using base::FileKind;
using base::fs::path;

// Folders deeper than this are no collection of evidence but a loop of mounts or an attack.
constexpr std::size_t kMaxDepth = 200;

// Of Linux, with room for the zero byte; a stick's file system may take less.
constexpr std::size_t kLongestPathBytes = 4095;
constexpr std::size_t kLongestNameBytes = 255;

bool is_too_long(const path& named) {
    return named.native().size() > kLongestPathBytes ||
           std::any_of(named.begin(), named.end(),
                       [](const path& part) { return part.native().size() > kLongestNameBytes; });
}

class Walker {
public:
    Walker(base::FileSystem& files, const path& vault_dir, InputWalk& walk)
        : files_(files), vault_dir_(vault_dir), vault_(files.status(vault_dir)), walk_(walk) {}

    void visit(const path& start) {
        if (base::lies_in(files_, start, vault_dir_ / "objects")) {
            return skip(start, "what this vault keeps");
        }
        // A stack of our own: depth is the input's choice and must not be the call stack's.
        std::vector<std::pair<path, std::size_t>> open;
        open.emplace_back(start, 0);
        while (!open.empty()) {
            auto [here, depth] = std::move(open.back());
            open.pop_back();
            visit_one(here, depth, open);
        }
    }

private:
    void visit_one(const path& here, std::size_t depth,
                   std::vector<std::pair<path, std::size_t>>& open) try {
        const std::optional<base::FileStatus> status = files_.status(here);
        if (!status) {
            throw Error{ErrorCode::kNoFile, is_too_long(here)
                                                ? "its name or its path is too long for this system"
                                                : "there is no such file"};
        }
        switch (status->kind) {
            case FileKind::kRegular:
                walk_.files.push_back({here, status->size_bytes, std::nullopt});
                walk_.total_bytes += status->size_bytes;
                return;
            case FileKind::kSymlink:
                return skip(here, "a symbolic link; name what it points to if you mean that");
            case FileKind::kOther:
                return skip(here, "not a file but a pipe, socket or device");
            case FileKind::kDirectory:
                if (is_vault(*status)) {
                    return skip(here, "this vault itself");
                }
                if (depth == kMaxDepth) {
                    throw Error{ErrorCode::kFailed, "more than 200 folders deep"};
                }
                return push_entries(here, depth, open);
        }
    } catch (const Error& error) {
        walk_.failed.push_back(
            {here.string(), error.code(), base::without_path(error.what(), here)});
    }

    void push_entries(const path& here, std::size_t depth,
                      std::vector<std::pair<path, std::size_t>>& open) {
        const std::vector<base::DirectoryEntry> entries = files_.list(here);
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            open.emplace_back(here / entry->name, depth + 1);
        }
    }

    void skip(const path& here, const char* why) {
        walk_.skipped.push_back({here.string(), ErrorCode::kFailed, why});
    }

    bool is_vault(const base::FileStatus& status) const {
        return vault_ && vault_->device == status.device && vault_->inode == status.inode;
    }

    base::FileSystem& files_;
    const path& vault_dir_;
    std::optional<base::FileStatus> vault_;
    InputWalk& walk_;
};

}  // namespace

InputWalk walk_inputs(base::FileSystem& files, const std::vector<path>& paths,
                      const path& vault_dir) {
    InputWalk walk;
    Walker walker{files, vault_dir, walk};
    for (const path& start : paths) {
        walker.visit(start);
    }
    return walk;
}

}  // namespace kua::evidence
