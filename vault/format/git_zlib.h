// zlib streams as git keeps its objects in: read whatever they hold, written without compression.
// Sources: RFC 1950 (zlib), RFC 1951 (deflate).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "vault/base/bytes.h"
#include "vault/base/filesystem.h"

namespace kua::format {

// No stream of deflate yields more than this many bytes for one of its own.
constexpr std::uint64_t kMaxInflateRatio = 1032;

// CRC-32 as in an index of a pack; `so_far` is that of the bytes before.
std::uint32_t git_crc32(base::ByteView bytes, std::uint32_t so_far = 0);

// How long the stream of write_stored() is.
std::uint64_t stored_bytes(std::uint64_t content_bytes) noexcept;
// The stream that holds `content` as it is: header 78 01, blocks of at most 65,535 bytes that are
// stored, Adler-32. `put` takes its parts, front to back.
void write_stored(base::ByteView content, const std::function<void(base::ByteView)>& put);

// Reads a stream front to back and holds at most 256 KiB of it. One thread.
class GitInflater {
public:
    // The stream begins at `begin` of `file`, which must outlive the inflater, and ends before
    // `end` or there.
    GitInflater(base::File& file, std::uint64_t begin, std::uint64_t end);
    GitInflater(const GitInflater&) = delete;
    GitInflater& operator=(const GitInflater&) = delete;
    ~GitInflater();

    // Fills the front of `out`; fewer bytes only at the end of the stream. kDamaged if it is none
    // or is cut short.
    std::size_t read(base::MutableByteView out);
    // The stream must end where it was read to, and its checksum must fit: kDamaged. Returns where
    // in the file the next byte behind it is.
    std::uint64_t expect_end();

private:
    struct Stream;
    void fill();

    base::File& file_;
    std::uint64_t next_;  // in the file, behind what is in the buffer
    std::uint64_t end_;
    base::Bytes buffer_;
    bool has_ended_ = false;
    std::unique_ptr<Stream> stream_;
};

}  // namespace kua::format
