// The index of a pack (`.idx`, version 2): where in it each object is. Like a pack it proves
// nothing: whoever reads an object compares it with its name. Source: git's gitformat-pack, "pack
// index (.idx) files"; docs/formats.md, "Carrier".
#pragma once

#include <cstdint>
#include <vector>

#include "vault/format/git_object.h"

namespace kua::format {

// In one pack, read or written. More is refused, before anything is allocated.
constexpr std::size_t kMaxPackObjects = std::size_t{1} << 20;
// Before and behind the objects of a pack.
constexpr std::size_t kPackHeaderBytes = 12;
constexpr std::size_t kPackTrailerBytes = 20;

struct GitIndexEntry {
    GitId id{};
    std::uint32_t crc32 = 0;   // of the entry as it is in the pack
    std::uint64_t offset = 0;  // of the entry, from the beginning of the pack
    bool operator==(const GitIndexEntry&) const = default;
};

struct GitIndex {
    std::vector<GitIndexEntry> entries;  // by id, each once
    GitId pack;                          // the last 20 bytes of the pack
    bool operator==(const GitIndex&) const = default;

    const GitIndexEntry* find(const GitId& id) const;  // null if it isn't there
};

constexpr std::size_t kMaxIndexBytes = 8 + 1024 + kMaxPackObjects * (20 + 4 + 4 + 8) + 40;

// Writes the index, piece by piece; returns its own last 20 bytes, the SHA-1 of those before.
GitId write_git_index(const GitIndex& index, base::ByteSink& sink);
// Strict: names in order and each once, counts that fit, its checksum. Throws kDamaged.
GitIndex parse_git_index(base::ByteView bytes);

}  // namespace kua::format
