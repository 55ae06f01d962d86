// What was written into one file, remembered by checksums, so that it can be read back before the
// file gets its name.
#pragma once

#include <cstdint>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/base/io_bytes.h"
#include "vault/crypto/checksum.h"

namespace kua::evidence {

// 24 bytes for each block written. One thread at a time.
class WrittenFile {
public:
    // Takes note of the block that follows the last one.
    void note(base::ByteView block);
    std::uint64_t size_bytes() const noexcept { return size_bytes_; }
    // Whether `file` holds just these blocks. `buffer` is for its use.
    bool is_in(base::File& file, base::IoBytes& buffer) const;

private:
    struct Block {
        std::size_t size_bytes = 0;
        crypto::Checksum checksum;
    };
    std::vector<Block> blocks_;
    std::uint64_t size_bytes_ = 0;
};

}  // namespace kua::evidence
