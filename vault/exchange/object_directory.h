// Reads objects in a repository on a stick: packs with and without a good index, then loose ones.
// Whatever it finds it compares with its name. Never alternates, never links.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/error.h"
#include "vault/base/filesystem.h"
#include "vault/format/git_pack_reader.h"

namespace kua::exchange {

struct StoredPack {
    std::string stem;  // pack-<checksum>
    std::uint64_t size_bytes = 0;
    bool has_index_file = false;
    bool is_kept = false;  // by another file beside it, `.keep` for example
    // Once they were looked for:
    std::optional<format::GitIndex> index;
    bool is_index_good = false;      // it came from its file, and fits the pack
    std::optional<Error> failure{};  // why the pack is of no use
};

class ObjectDirectory {
public:
    // `dir` is the repository's `objects`.
    ObjectDirectory(base::FileSystem& files, base::fs::path dir);

    // Looks anew for what is there. kDamaged if there are more packs than kua takes.
    void refresh();

    // As Repository::read(). A damaged copy doesn't hide a good one. kDamaged if there are only
    // damaged ones, or if it isn't there and a pack can't be read that may have held it.
    std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                    std::size_t max_bytes);

    const base::fs::path& pack_dir() const { return pack_dir_; }
    std::vector<StoredPack>& packs() { return packs_; }
    // Takes the index from its file if that is good: then true. Notes failures in the pack.
    bool load_index(StoredPack& pack);
    // Makes the index by reading the pack through. Notes failures in the pack.
    void scan(StoredPack& pack);
    // How many objects the pack itself says it has.
    std::uint32_t count_in(const StoredPack& pack) { return open(pack).count(); }
    // An object of any kind from a pack whose index is there, compared with its name. kDamaged.
    format::GitObject read_from(StoredPack& pack, const format::GitIndexEntry& entry,
                                const format::GitPackReader::Wanted& wanted);

private:
    std::optional<base::Bytes> read_loose(const format::GitId& id, format::GitKind kind,
                                          std::size_t max_bytes);
    format::GitPackReader& open(const StoredPack& pack);
    // Keeps the index in memory, unless there are too many objects: kDamaged.
    void keep_index(StoredPack& pack, format::GitIndex index);

    base::FileSystem& files_;
    base::fs::path dir_;
    base::fs::path pack_dir_;
    std::vector<StoredPack> packs_;
    std::string open_stem_;  // of `open_`
    std::optional<format::GitPackReader> open_;
};

}  // namespace kua::exchange
