#include "vault/crypto/wiped.h"

#include <utility>

#include <sodium.h>

namespace kua::crypto {

void wipe(base::MutableByteView bytes) noexcept {
    sodium_memzero(bytes.data(), bytes.size());
}

WipedBuffer::WipedBuffer(std::size_t size_bytes)
    : pages_(std::make_unique_for_overwrite<base::IoPage[]>(base::io_pages(size_bytes))),
      size_(size_bytes) {}

WipedBuffer::WipedBuffer(WipedBuffer&& other) noexcept
    : pages_(std::move(other.pages_)), size_(std::exchange(other.size_, 0)) {}

WipedBuffer& WipedBuffer::operator=(WipedBuffer&& other) noexcept {
    if (this != &other) {
        wipe(bytes());
        pages_ = std::move(other.pages_);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

WipedBuffer::~WipedBuffer() {
    wipe(bytes());
}

}  // namespace kua::crypto
