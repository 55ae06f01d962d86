#include "vault/passphrase.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "kua/error.h"
#include "kua/secret_text.h"
#include "vault/crypto/wiped.h"
#include "vault/words.h"

namespace kua {
namespace {

constexpr std::size_t kMaxPassphraseBytes = 1024;
constexpr std::size_t kGeneratedWords = 6;
constexpr std::size_t kLongestWordBytes = 9;

// An index below kWordCount, every one as likely: draws that would favour low ones are repeated.
std::size_t draw_word(base::Random& random) {
    constexpr std::size_t kDraws = std::size_t{1} << 16;
    constexpr std::size_t kFair = kDraws - kDraws % kWordCount;
    for (;;) {
        crypto::WipedArray<2> bytes;
        random.fill(bytes.expose_for_writing());
        const std::size_t drawn = std::to_integer<std::size_t>(bytes.expose()[0]) << 8 |
                                  std::to_integer<std::size_t>(bytes.expose()[1]);
        if (drawn < kFair) {
            return drawn % kWordCount;
        }
    }
}

}  // namespace

struct Passphrase::State {
    crypto::SecretBytes bytes;
};

Passphrase::Passphrase(std::unique_ptr<State> state) : state_(std::move(state)) {}
Passphrase::Passphrase(Passphrase&&) noexcept = default;
Passphrase& Passphrase::operator=(Passphrase&&) noexcept = default;
Passphrase::~Passphrase() = default;

Passphrase Passphrase::take(std::span<char> typed) {
    const base::MutableByteView bytes = std::as_writable_bytes(typed);
    if (bytes.empty() || bytes.size() > kMaxPassphraseBytes) {
        crypto::wipe(bytes);
        throw Error{ErrorCode::kUsage, "a passphrase has 1 to 1,024 bytes"};
    }
    auto state = std::make_unique<State>(State{crypto::SecretBytes::copy_of(bytes)});
    crypto::wipe(bytes);
    return Passphrase{std::move(state)};
}

Passphrase Passphrase::generate() {
    return generate_passphrase(base::system_random());
}

std::span<const std::byte> Passphrase::expose() const noexcept {
    return state_->bytes.expose();
}

crypto::SecretBytes secret_of(const Passphrase& passphrase) {
    return crypto::SecretBytes::copy_of(passphrase.expose());
}

Passphrase generate_passphrase(base::Random& random) {
    std::array<char, kGeneratedWords*(kLongestWordBytes + 1)> text{};
    std::size_t size = 0;
    for (std::size_t i = 0; i < kGeneratedWords; ++i) {
        if (i > 0) {
            text[size++] = ' ';
        }
        const std::string_view word = kWords[draw_word(random)];
        std::copy(word.begin(), word.end(), text.begin() + static_cast<std::ptrdiff_t>(size));
        size += word.size();
    }
    return Passphrase::take(std::span{text}.first(size));
}

struct SecretText::State {
    crypto::SecretBytes bytes;
};

SecretText::SecretText(std::string_view text)
    : state_(std::make_unique<State>(State{crypto::SecretBytes::copy_of(base::bytes_of(text))})) {}
SecretText::SecretText(SecretText&&) noexcept = default;
SecretText& SecretText::operator=(SecretText&&) noexcept = default;
SecretText::~SecretText() = default;

std::string_view SecretText::expose() const noexcept {
    return base::text_of(state_->bytes.expose());
}

}  // namespace kua
