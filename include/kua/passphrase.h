// A passphrase in memory that is locked, guarded and wiped. Implemented in vault/passphrase.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kua {

// Move-only and unprintable. Any bytes will do; what is typed should be UTF-8.
class Passphrase {
public:
    // Copies `typed` and wipes it. Throws kUsage if it is empty or over 1,024 bytes.
    static Passphrase take(std::span<char> typed);
    // Six words drawn evenly from the EFF's large list (77 bits). Shown to the person once.
    static Passphrase generate();

    Passphrase(Passphrase&&) noexcept;
    Passphrase& operator=(Passphrase&&) noexcept;
    ~Passphrase();

    // The bytes, while the passphrase lives: for the key derivation, and for showing a generated
    // passphrase once. `git grep 'expose()'` lists every use.
    std::span<const std::byte> expose() const noexcept;

private:
    struct State;
    explicit Passphrase(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace kua
