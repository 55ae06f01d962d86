// A text that somebody wrote, read whole before anything is entered from it.
#pragma once

#include <cstddef>
#include <string>

#include "kua/error.h"
#include "vault/base/filesystem.h"
#include "vault/crypto/sha256.h"

namespace kua::evidence {

struct WrittenText {
    base::Bytes bytes;
    crypto::Sha256Digest digest{};
    base::FileStatus status;
};

// kNoFile, kStorage; kFailed if it is longer than `max_bytes`.
WrittenText read_written_text(base::FileSystem& files, const base::fs::path& path,
                              std::size_t max_bytes);

// What is wrong with a text is said together with what came of it: nothing.
template <class Read>
auto or_nothing_added(Read&& read) {
    try {
        return read();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kFailed) {
            throw;
        }
        throw Error{ErrorCode::kFailed, error.what() + std::string{"; nothing added"}};
    }
}

}  // namespace kua::evidence
