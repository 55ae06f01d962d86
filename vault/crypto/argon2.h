// Argon2id 1.3 (RFC 9106) by libsodium: from a passphrase to the key of a slot.
#pragma once

#include <array>
#include <cstdint>

#include "vault/base/bytes.h"
#include "vault/base/clock.h"
#include "vault/crypto/key.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::crypto {

struct Argon2Cost {
    std::uint64_t memory_bytes = 0;  // a multiple of 1 KiB
    std::uint32_t passes = 0;
    bool operator==(const Argon2Cost&) const = default;
};

inline constexpr std::size_t kArgon2SaltBytes = 16;
inline constexpr std::uint64_t kArgon2MinMemoryBytes = 8 * 1024;
inline constexpr std::uint64_t kArgon2MaxMemoryBytes = std::uint64_t{2} << 30;
inline constexpr std::uint32_t kArgon2MaxPasses = 16;

// Whether a cost may be used. A header comes from whoever had the disk, so its cost is checked
// before it costs anything.
[[nodiscard]] bool within_caps(const Argon2Cost& cost) noexcept;

// What one passphrase, salt and cost give: the two halves of 64 bytes of Argon2id. The commitment
// is stored in the clear; it ties a slot to one passphrase, which the AEAD alone would not.
struct PassphraseKey {
    KeyEncryptionKey key;
    std::array<std::byte, 32> commitment;
};

// Takes the time and memory that `cost` says, on one thread. Throws kDamaged if `cost` is over the
// caps (before doing anything), kFailed if the system has not that much memory.
PassphraseKey derive_passphrase_key(const SecretBytes& passphrase,
                                    std::span<const std::byte, kArgon2SaltBytes> salt,
                                    const Argon2Cost& cost);

enum class MemoryUse : std::uint8_t {
    kNormal,  // at least 256 MiB
    kLow,     // 64 MiB, for devices that have no more
};

// A cost that takes 1.0 to 1.5 s here, never below 3 passes and the memory named above; more on a
// device so slow that the least takes longer, less only where the caps say so. Runs Argon2id.
Argon2Cost calibrate_argon2(const base::Clock& clock, MemoryUse use);

// The choice alone: `trial_ns` is how long 3 passes took over the memory named above.
Argon2Cost choose_argon2_cost(std::uint64_t trial_ns, MemoryUse use) noexcept;

}  // namespace kua::crypto
