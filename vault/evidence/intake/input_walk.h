// From the paths a person names to the files that are to come in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/item.h"
#include "vault/base/filesystem.h"

namespace kua::evidence {

struct InputFile {
    base::fs::path path;           // of what was typed, a name
    std::uint64_t size_bytes = 0;  // when it was found; an estimate for progress
    // Instead of a file: what was typed, and when.
    std::optional<base::ByteView> typed;
    std::int64_t typed_ns = 0;
    std::optional<MediaKind> media = {};  // filled in where it is to be inspected
};

struct InputWalk {
    std::vector<InputFile> files;      // in the order named; within folders by the bytes of names
    std::vector<FailedInput> failed;   // missing, unreadable
    std::vector<FailedInput> skipped;  // symbolic links, devices, pipes, sockets
    std::uint64_t total_bytes = 0;
};

// Folders are walked to the bottom. Symbolic links are never followed, also not those that the
// person named; `vault_dir` (the vault's own directory) is skipped wherever it turns up.
InputWalk walk_inputs(base::FileSystem& files, const std::vector<base::fs::path>& paths,
                      const base::fs::path& vault_dir);

}  // namespace kua::evidence
