// Changes of a file system in the order in which they took place: what FaultFileSystem records and
// CrashReplay takes apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "vault/base/bytes.h"

namespace kua::testing {

namespace fs = std::filesystem;

enum class StepKind : std::uint8_t {
    kCreate,           // path, inode
    kCreateDirectory,  // path, inode
    kWrite,            // inode, offset, content
    kTruncate,         // inode, offset: the new size
    kSync,             // inode
    kSyncDirectory,    // path
    kSyncContents,     // all files; names are not synced by it
    kRename,           // path, to
    kRemove,           // path
    kNote,             // note; changes nothing
};

struct Step {
    StepKind kind = StepKind::kNote;
    std::uint64_t inode = 0;
    fs::path path{};
    fs::path to{};
    std::uint64_t offset = 0;
    base::Bytes content{};
    std::string note{};
};

using Trace = std::vector<Step>;

}  // namespace kua::testing
