// One git bundle file (version 2) as a repository: what travels in an e-mail or on a card that
// holds no directory. Written once, read as often as one likes. docs/formats.md, "Carrier".
#pragma once

#include <memory>

#include "vault/base/filesystem.h"
#include "vault/exchange/repository.h"

namespace kua::exchange {

// Reads a bundle file. add() and push() are kFailed. The pack is scanned at the first fetch() or
// read(). kNoFile if it isn't there, kDamaged if it is none.
std::unique_ptr<Repository> open_bundle_file(base::FileSystem& files, const base::fs::path& path);

// A bundle file that is to be. kExists if there is a file of this name, which stays. What is added
// goes to a file beside it (`tmp_kua_` and its name); one of that name, left by a crash, is
// replaced. The one push() completes it: the `from` of `updates` become what the reader must have,
// and a second push() is kFailed. So that nobody pushes before the end, added_bytes() is 0. Until
// then there are no refs, afterwards it reads like any other.
std::unique_ptr<Repository> create_bundle_file(base::FileSystem& files, const base::fs::path& path);

}  // namespace kua::exchange
