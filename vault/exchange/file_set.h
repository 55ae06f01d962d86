// Several bundle files read as one repository: the files of one sending belong together, and a
// bundle may lie in more than one of them.
#pragma once

#include <memory>
#include <vector>

#include "vault/exchange/repository.h"

namespace kua::exchange {

// Reads only: add() and push() are kBug. Where several files have a ref, the longest history
// counts.
std::unique_ptr<Repository> make_file_set(std::vector<std::unique_ptr<Repository>> files);

}  // namespace kua::exchange
