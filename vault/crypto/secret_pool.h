// Where small secrets lie: slots in a few guarded, locked areas that live as long as the process.
// A guarded area of its own for each key would cost ten system calls per object sealed or opened,
// which was a third of the time for many small ones. For vault/crypto/secret_bytes.cpp only.
#pragma once

#include <cstddef>

namespace kua::crypto {

constexpr std::size_t kSecretSlotBytes = 128;

// A zeroed slot. Any thread. Throws kFailed if the system has no memory for it.
std::byte* take_secret_slot();
// Wipes it and takes it back. Any thread.
void return_secret_slot(std::byte* slot) noexcept;

}  // namespace kua::crypto
