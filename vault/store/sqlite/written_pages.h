// What a connection wrote to its database file, remembered by checksums, so that a commit can read
// it back before anybody is told that it is safe. For this folder only.
#pragma once

#include <cstdint>
#include <map>

#include "vault/base/filesystem.h"
#include "vault/crypto/checksum.h"

namespace kua::store {

// 32 bytes a page. One thread at a time.
class WrittenPages {
public:
    void note(std::uint64_t offset, base::ByteView page);
    void note_truncation(std::uint64_t size_bytes);
    // Reads everything noted through another handle, on removable media past the cache, and
    // compares; then forgets it. Throws kStorage if anything reads differently.
    void read_back(base::FileSystem& files, const base::fs::path& path);

private:
    void drop_from_cache(base::File& file) const;

    struct Page {
        std::size_t size_bytes = 0;
        crypto::Checksum checksum;
    };
    std::map<std::uint64_t, Page> pages_;  // by offset
};

}  // namespace kua::store
