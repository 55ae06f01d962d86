// Memory for secrets: keys, passphrases, and texts that hold a key. Evidence in the clear is too
// large for it and passes through WipedBuffer (wiped.h).
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>

#include "vault/base/bytes.h"

namespace kua::crypto {

// A fixed number of secret bytes, kept out of swap and core files as far as the system lets us and
// zeroed when dropped. Move-only and unprintable; compare with equal() (compare.h). Small ones, as
// keys are, share guarded pages (secret_pool.h); larger ones have their own. Not for bulk data.
// May be read from many threads, written from one.
class SecretBytes {
public:
    // Empty, owns nothing.
    SecretBytes() noexcept = default;
    // `size_bytes` zero bytes. Throws kFailed if the system has no memory for it.
    explicit SecretBytes(std::size_t size_bytes);
    // The source stays as it is; wiping it is its owner's duty.
    static SecretBytes copy_of(base::ByteView bytes);

    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    // The one way out, valid while the object lives and isn't moved from.
    base::ByteView expose() const noexcept { return {data_, size_}; }
    base::MutableByteView expose_for_writing() noexcept { return {data_, size_}; }

    bool operator==(const SecretBytes&) const = delete;
    friend std::ostream& operator<<(std::ostream&, const SecretBytes&) = delete;

private:
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace kua::crypto
