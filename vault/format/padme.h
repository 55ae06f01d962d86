// Padmé: how long a sealed object or a bundle is made before it is sealed, so that its size in the
// vault, on a stick or on a host tells little about the original. A size L has E = floor(log2 L)
// and S = floor(log2 E) + 1 and is rounded up to a multiple of 2^(E-S): at most 12 % longer, and
// all sizes up to 2^64 share a few thousand values. Source: Nikitin et al., "Reducing Metadata
// Leakage from Encrypted Files and Communication with PURBs", PETS 2019, section 4.
#pragma once

#include <cstdint>

namespace kua::format {

// The floors reach disk: everything up to them looks alike. Both are Padmé sizes themselves.
constexpr std::uint64_t kObjectFloorBytes = 4096;
// From 8 KiB up Padmé sizes are multiples of 512, so a tar archive can have any of them.
constexpr std::uint64_t kBundleFloorBytes = 8192;

// The smallest Padmé size that is at least `size_bytes`, and at least the floor. Throws kFailed
// above 2^62 bytes, where no file is.
std::uint64_t padded_object_size(std::uint64_t size_bytes);
std::uint64_t padded_bundle_size(std::uint64_t size_bytes);

}  // namespace kua::format
