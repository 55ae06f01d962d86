// Text that must not linger: revealed keys. Implemented in vault/passphrase.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>

namespace kua {

// Move-only, in locked memory, wiped when destroyed; not printable but by expose().
class SecretText {
public:
    explicit SecretText(std::string_view text);  // the caller wipes its own copy
    SecretText(SecretText&&) noexcept;
    SecretText& operator=(SecretText&&) noexcept;
    ~SecretText();
    std::string_view expose() const noexcept;  // valid while this lives

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace kua
