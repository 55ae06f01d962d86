// The digests of files, as the file system gives them, two computed side by side.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "vault/base/filesystem.h"
#include "vault/crypto/sha256.h"

namespace kua::evidence {

// A file to be read to its end, and who gets its digest.
struct FileToDigest {
    std::unique_ptr<base::File> file;
    std::function<void(const crypto::Sha256Digest&)> done;
};

// Asks `next` for one file after the other until it has no more. A quarter of a MiB of memory. What
// reading, `next` or `done` throw ends it.
void digest_files(const std::function<std::optional<FileToDigest>()>& next);

}  // namespace kua::evidence
