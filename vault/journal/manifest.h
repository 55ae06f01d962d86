// The manifest of a bundle: what it brings, where it continues its author's log, and what of
// others' logs its author had seen by then, which makes every bundle a receipt.
// Source: docs/formats.md, "Bundle".
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/format/checkpoint.h"
#include "vault/store/sealed_digest.h"

namespace kua::journal {

// Caps on what is read from others.
constexpr std::size_t kMaxManifestBytes = std::size_t{32} << 20;
constexpr std::size_t kMaxEntriesPerBundle = 100'000;

// The newest checkpoint of another author that this author had when writing.
struct SeenLog {
    std::string author;
    std::uint64_t size = 0;
    std::string root;  // base64, as in the checkpoint
};

// A sealed object that the entries of a bundle bring along.
struct BundleObject {
    store::SealedDigest digest;
    std::uint64_t size_bytes = 0;  // header and payload
};

// What a bundle is, whoever sealed it: SHA-256 over its signed texts, the manifest followed by the
// checkpoint. A type of its own, so that a sealed digest can't take its place.
struct ContentDigest {
    std::array<std::byte, 32> bytes{};
    auto operator<=>(const ContentDigest&) const = default;
};

struct Manifest {
    std::string case_id;
    std::string author;
    std::uint64_t first = 0;  // seq of the first entry
    std::uint64_t count = 0;
    std::optional<ContentDigest> previous;  // the author's bundle before; none for the first
    std::uint64_t epoch = 0;
    std::uint64_t roster = 0;
    std::vector<SeenLog> seen;
    std::vector<BundleObject> objects;
};

// How many entries of others the author had seen, at most kMaxJournalSize.
std::uint64_t sum_of_seen(const Manifest& manifest);

// One line of JSON.
std::string write_manifest(const Manifest& manifest);
// Strict: exactly the known keys, version 1. Throws kDamaged.
Manifest parse_manifest(std::string_view text);

}  // namespace kua::journal
