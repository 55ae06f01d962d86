// Memory that wipes itself but is neither locked nor guarded: for evidence in the clear, whose size
// rules out SecretBytes, and for short-lived values between two steps of a computation.
#pragma once

#include <array>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <span>

#include "vault/base/bytes.h"
#include "vault/base/io_bytes.h"

namespace kua::crypto {

// Overwrites `bytes` with zeros in a way the compiler may not remove.
void wipe(base::MutableByteView bytes) noexcept;

// A small value on the stack, zero at first, zeroed when it goes. Neither copied nor moved.
template <std::size_t SizeBytes>
class WipedArray {
public:
    WipedArray() noexcept = default;
    WipedArray(const WipedArray&) = delete;
    WipedArray& operator=(const WipedArray&) = delete;
    ~WipedArray() { wipe(bytes_); }

    std::span<const std::byte, SizeBytes> expose() const noexcept { return bytes_; }
    std::span<std::byte, SizeBytes> expose_for_writing() noexcept { return bytes_; }

    bool operator==(const WipedArray&) const = delete;
    friend std::ostream& operator<<(std::ostream&, const WipedArray&) = delete;

private:
    std::array<std::byte, SizeBytes> bytes_{};
};

// A buffer on the heap of fixed size, uninitialised at first, zeroed when it goes. Move-only. Good
// for reading from files (vault/base/io_bytes.h).
class WipedBuffer {
public:
    WipedBuffer() noexcept = default;
    explicit WipedBuffer(std::size_t size_bytes);
    WipedBuffer(WipedBuffer&& other) noexcept;
    WipedBuffer& operator=(WipedBuffer&& other) noexcept;
    WipedBuffer(const WipedBuffer&) = delete;
    WipedBuffer& operator=(const WipedBuffer&) = delete;
    ~WipedBuffer();

    std::size_t size() const noexcept { return size_; }
    // Valid while the object lives and isn't moved from.
    base::MutableByteView bytes() noexcept {
        return std::as_writable_bytes(std::span{pages_.get(), base::io_pages(size_)}).first(size_);
    }
    base::ByteView bytes() const noexcept {
        return std::as_bytes(std::span{pages_.get(), base::io_pages(size_)}).first(size_);
    }

private:
    std::unique_ptr<base::IoPage[]> pages_;
    std::size_t size_ = 0;
};

}  // namespace kua::crypto
