// Writes a pack (version 2) whose entries are stored, not deflated: what kua carries is encrypted
// and would not become smaller. Memory: 36 bytes an object, 24 bytes a MiB, and 1 MiB. Source:
// git's gitformat-pack; docs/formats.md, "Carrier".
#pragma once

#include <cstdint>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/base/io_bytes.h"
#include "vault/crypto/checksum.h"
#include "vault/format/git_index.h"

namespace kua::format {

// One thread. After an error the file is good for nothing.
class GitPackWriter {
public:
    // The pack begins at `offset` in `file`, which must outlive the writer and ends there.
    explicit GitPackWriter(base::File& file, std::uint64_t offset = 0);

    // Writes an object, unless the pack has it; returns its name. kFailed if the pack is full.
    GitId add(GitKind kind, base::ByteView content);
    bool has(const GitId& id) const;
    std::size_t count() const noexcept { return entries_.size(); }
    // Of the finished pack.
    std::uint64_t size_bytes() const noexcept;
    // How much larger an object of this size makes it, at most.
    static std::uint64_t entry_bytes(std::uint64_t content_bytes) noexcept;

    // Moves what was written towards the front of the file, before finish().
    void move_to(std::uint64_t offset);
    // Makes the pack complete and durable, reads all of it back past the cache and returns its
    // index. kStorage if the device gives back something else. The last call.
    GitIndex finish();

private:
    std::vector<std::uint32_t>::const_iterator place_of(const GitId& id) const;
    void put(base::ByteView bytes);
    void flush();
    // Some bytes that were written at once, to compare with what reads back.
    struct Written {
        std::size_t bytes = 0;
        crypto::Checksum checksum;
    };
    GitId read_back(base::IoBytes& buffer);

    base::File& file_;
    std::uint64_t offset_;
    std::uint64_t end_ = 0;   // of what was added, from the beginning of the pack
    base::IoBytes gathered_;  // its end, not written yet, in front
    std::size_t gathered_bytes_ = 0;
    std::vector<Written> written_;  // all of the rest, but for the header
    std::uint32_t crc32_ = 0;
    std::vector<GitIndexEntry> entries_;  // as they stand in the pack
    std::vector<std::uint32_t> by_id_;
};

}  // namespace kua::format
