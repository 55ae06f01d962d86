// A bare git repository in a directory, on a stick above all. kua reads and writes it without git
// and without a word of its configuration: refs, packs and loose objects; no hooks, alternates or
// links. What it writes is laid out in docs/formats.md, "Carrier".
//
// Whatever happens while it writes, what was there stays readable: refs move last, and temporary
// files that a crash left are removed by the next push. Another program of ours that writes to the
// same repository is kept out by a lock on HEAD. After an error of add(), and after one of push()
// that isn't kFailed, nothing more can be added or pushed: open it anew.
//
// A ref whose commit isn't there, or is damaged, is left out by read_refs(), so that whoever wrote
// it pushes all of it again.
#pragma once

#include <memory>

#include "vault/base/filesystem.h"
#include "vault/exchange/pack_upkeep.h"
#include "vault/exchange/repository.h"

namespace kua::exchange {

enum class IfMissing : std::uint8_t { kFail, kCreate };

// `files` must outlive the repository. kNoFile if there is no directory, kFailed if it is no bare
// repository that kua can use, kExists if one was to be made where there is something else.
std::unique_ptr<Repository> open_path_repository(base::FileSystem& files, const base::fs::path& dir,
                                                 IfMissing if_missing,
                                                 const UpkeepLimits& limits = {});

}  // namespace kua::exchange
