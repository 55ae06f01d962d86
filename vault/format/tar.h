// The one shape of tar archive that kua writes and reads: POSIX ustar, regular files only, members
// in an order both sides know, mode 0600, owner and time 0, two zero blocks at the end. Any tar
// unpacks it; nothing else can hide in it, because there is exactly one archive for given names
// and contents and the reader refuses all others: links, directories, pax and GNU headers, base-256
// sizes, wrong checksums, other modes or owners, bytes in the padding or after the end.
// Source: POSIX.1-2017, pax, "ustar Interchange Format"; docs/formats.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vault/base/bytes.h"

namespace kua::format {

constexpr std::size_t kTarBlockBytes = 512;
// What the 11 octal digits of a ustar header can say: one byte under 8 GiB.
constexpr std::uint64_t kMaxTarMemberBytes = (std::uint64_t{1} << 33) - 1;
// The last member of a padded archive. Filler has to be a member: at zeros behind the end marker
// GNU tar stops reading, and age would never get to check its last chunk.
constexpr std::string_view kTarPadName = "pad";

// Writes an archive front to back; nothing is kept in memory. One thread per writer. `to` must
// outlive it. Throws what `to` throws. Names are constants of kua, so a wrong one, too many or too
// few bytes for a member and any call after the end are bugs (kBug). A destroyed writer does not
// finish the archive.
class TarWriter {
public:
    explicit TarWriter(base::ByteSink& to) : to_(to) {}
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    // Begins a member of exactly `size_bytes`, to be followed by that many bytes through write().
    // `name`: 1 to 100 characters out of a-z, 0-9, '.', '_' and '-', the first no dot or hyphen.
    // Throws kFailed if `size_bytes` is over kMaxTarMemberBytes.
    void begin(std::string_view name, std::uint64_t size_bytes);
    void write(base::ByteView bytes);
    void add(std::string_view name, base::ByteView content);

    // Ends the archive.
    void finish();
    // Ends the archive with a member kTarPadName of zeros, so long that all of it has a Padmé size
    // (padded_bundle_size()).
    void finish_padded();

    std::uint64_t bytes_written() const noexcept { return bytes_written_; }

private:
    void put(base::ByteView bytes);
    void put_zeros(std::uint64_t count);

    base::ByteSink& to_;
    std::uint64_t bytes_written_ = 0;
    std::uint64_t member_left_bytes_ = 0;
    bool finished_ = false;
};

// Reads such an archive front to back, member by member; the caller says which name comes next and
// how large it may be. One thread per reader. `from` must outlive it. Memory grows with the bytes
// that arrive, never with a size that a header claims. Throws kDamaged for anything the writer
// would not have written and for a member over its cap, and what `from` throws; after an error
// the reader must not be used again.
class TarReader {
public:
    explicit TarReader(base::ByteSource& from) : from_(from) {}
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;

    // The next member, which must be `name`, whole.
    base::Bytes read(std::string_view name, std::uint64_t max_bytes);

    // After the last member: two zero blocks and the end of `from`.
    void finish();
    // As finish(), after a member kTarPadName of exactly the length that finish_padded() writes,
    // all zeros.
    void finish_padded();

private:
    std::uint64_t begin(std::string_view name, std::uint64_t max_bytes);
    void fill(base::MutableByteView out);
    void expect_zeros(std::uint64_t count, std::string_view what);
    void expect_end();

    base::ByteSource& from_;
    std::uint64_t bytes_read_ = 0;
};

struct TarMember {
    std::string_view name;
    std::uint64_t max_bytes = 0;
};

enum class TarEnd : std::uint8_t { kPlain, kPadded };

// A whole archive: the contents of `members` (without the final `pad`), in their order, which is
// the only one accepted; then the end, as finish() or finish_padded() writes it. As for TarReader.
std::vector<base::Bytes> read_tar(base::ByteSource& from, std::span<const TarMember> members,
                                  TarEnd end);

}  // namespace kua::format
