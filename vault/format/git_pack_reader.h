// Reads packs (version 2) that kua, stock git or a stranger wrote: entries stored or deflated,
// deltas by offset and by name. Nothing is allocated, inflated or followed by a number from the
// pack before its cap is checked, and nothing recurses. Source: git's gitformat-pack.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "vault/base/filesystem.h"
#include "vault/format/git_index.h"

namespace kua::format {

constexpr std::size_t kMaxGitDeltaDepth = 250;  // `git gc` makes 50

struct GitObject {
    GitKind kind = GitKind::kBlob;
    base::Bytes content{};
};

// Where the base of a delta is: at an offset in the same pack, in memory, or nowhere.
struct GitBase {
    std::optional<std::uint64_t> offset{};
    const GitObject* object = nullptr;
};
using FindGitBase = std::function<GitBase(const GitId&)>;

// One thread.
class GitPackReader {
public:
    // The pack lies from `offset` to the end of `file`. kDamaged if its header isn't one.
    explicit GitPackReader(std::unique_ptr<base::File> file, std::uint64_t offset = 0);

    std::uint32_t count() const noexcept { return count_; }  // as the header says
    GitId checksum() const noexcept { return checksum_; }    // the last 20 bytes, unchecked
    std::uint64_t size_bytes() const noexcept { return end_ + 20; }

    // What read() may return.
    struct Wanted {
        std::optional<GitKind> kind{};  // nothing: any
        std::size_t max_bytes = 0;
    };
    // The object whose entry is at `offset`; nothing if it is made from one that isn't there.
    // kDamaged if it is malformed, of a kind that kua doesn't know or not what is wanted. Its name
    // is the caller's to compare.
    std::optional<GitObject> read(std::uint64_t offset, const Wanted& wanted,
                                  const FindGitBase& find_base);

    // For an index of a pack that has none. Entries that are whole objects are hashed as they
    // stream by; the others wait for read().
    struct Scanned {
        std::optional<GitId> id{};  // nothing: a delta, or of a kind that kua doesn't know
        bool is_delta = false;
        std::uint64_t end = 0;  // where the next entry begins
    };
    Scanned scan(std::uint64_t offset);
    // How much scan() would inflate there.
    std::uint64_t held_bytes(std::uint64_t offset);
    std::uint64_t first_entry() const noexcept { return 12; }
    std::uint64_t end_of_entries() const noexcept { return end_; }
    // Exactly these bytes of the pack. kDamaged if it has become shorter.
    void read_raw(std::uint64_t offset, base::MutableByteView out);
    // How many bytes read() has inflated and made, all in all.
    std::uint64_t work_bytes() const noexcept { return work_bytes_; }

private:
    struct Entry;
    Entry entry_at(std::uint64_t offset);
    base::Bytes inflate(const Entry& entry);
    base::Bytes apply(const std::vector<Entry>& chain, base::Bytes content, std::size_t max_bytes);

    std::unique_ptr<base::File> file_;
    std::uint64_t offset_;
    std::uint64_t end_ = 0;
    std::uint32_t count_ = 0;
    GitId checksum_;
    std::uint64_t work_bytes_ = 0;
};

}  // namespace kua::format
