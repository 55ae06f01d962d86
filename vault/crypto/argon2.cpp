#include "vault/crypto/argon2.h"

#include <algorithm>

#include <sodium.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/init.h"
#include "vault/crypto/octets.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kTargetNs = 1'250'000'000;
constexpr std::uint32_t kLeastPasses = 3;
// More would keep a vault from opening on a smaller device that it was copied to.
constexpr std::uint64_t kMostCalibratedMemoryBytes = 1024 * kMiB;

Argon2Cost least_cost(MemoryUse use) noexcept {
    return {use == MemoryUse::kLow ? 64 * kMiB : 256 * kMiB, kLeastPasses};
}

void run(base::ByteView passphrase, base::ByteView salt, const Argon2Cost& cost,
         base::MutableByteView out) {
    ensure_ready();
    if (crypto_pwhash(octets(out), out.size(), base::text_of(passphrase).data(), passphrase.size(),
                      octets(salt), cost.passes, cost.memory_bytes,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw Error{ErrorCode::kFailed, "not enough memory to derive a key from the passphrase (" +
                                            std::to_string(cost.memory_bytes / kMiB) + " MiB)"};
    }
}

}  // namespace

static_assert(kArgon2SaltBytes == crypto_pwhash_SALTBYTES);

bool within_caps(const Argon2Cost& cost) noexcept {
    return cost.memory_bytes >= kArgon2MinMemoryBytes &&
           cost.memory_bytes <= kArgon2MaxMemoryBytes && cost.memory_bytes % 1024 == 0 &&
           cost.passes >= 1 && cost.passes <= kArgon2MaxPasses;
}

PassphraseKey derive_passphrase_key(const SecretBytes& passphrase,
                                    std::span<const std::byte, kArgon2SaltBytes> salt,
                                    const Argon2Cost& cost) {
    if (!within_caps(cost)) {
        throw Error{ErrorCode::kDamaged, "the cost of the key derivation is out of bounds"};
    }
    SecretBytes both{64};
    run(passphrase.expose(), salt, cost, both.expose_for_writing());
    PassphraseKey derived{KeyEncryptionKey::copy_of(both.expose().first<32>()), {}};
    const base::ByteView commitment = both.expose().last(32);
    std::copy(commitment.begin(), commitment.end(), derived.commitment.begin());
    return derived;
}

Argon2Cost calibrate_argon2(const base::Clock& clock, MemoryUse use) {
    const std::array<std::byte, kArgon2SaltBytes> salt{};
    WipedArray<64> out;
    const std::uint64_t start_ns = clock.steady_ns();
    run(base::bytes_of("calibration"), salt, least_cost(use), out.expose_for_writing());
    return choose_argon2_cost(clock.steady_ns() - start_ns, use);
}

// Time grows with memory x passes. What an attacker's hardware costs grows with memory first, so
// memory is doubled while time allows, and passes fill what is left.
Argon2Cost choose_argon2_cost(std::uint64_t trial_ns, MemoryUse use) noexcept {
    Argon2Cost cost = least_cost(use);
    std::uint64_t expected_ns = std::max<std::uint64_t>(trial_ns, 1);
    while (use == MemoryUse::kNormal && expected_ns * 2 <= kTargetNs &&
           cost.memory_bytes * 2 <= kMostCalibratedMemoryBytes) {
        cost.memory_bytes *= 2;
        expected_ns *= 2;
    }
    const std::uint64_t passes = kTargetNs * kLeastPasses / expected_ns;
    cost.passes = static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(passes, kLeastPasses, kArgon2MaxPasses));
    return cost;
}

}  // namespace kua::crypto
