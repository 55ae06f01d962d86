// Buffers for what is read from files. They begin where a page of memory does: 16 bytes behind
// that, where the system's allocator puts large blocks, some processors take three times as long
// for the kernel's copy (2 instead of 6 GB/s; docs/performance.md).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "vault/base/bytes.h"

namespace kua::base {

struct alignas(4096) IoPage {
    std::byte bytes[4096];
};

// How many pages `size_bytes` bytes need.
constexpr std::size_t io_pages(std::size_t size_bytes) noexcept {
    return size_bytes / sizeof(IoPage) + (size_bytes % sizeof(IoPage) == 0 ? 0 : 1);
}

// As Bytes, and not for secrets either. A class of its own, as a std::vector with an allocator
// looks at each byte, which costs much where nothing is optimized.
class IoBytes {
public:
    IoBytes() = default;
    explicit IoBytes(std::size_t size_bytes) { resize(size_bytes); }

    // What is new is zero.
    void resize(std::size_t size_bytes) {
        if (size_bytes > capacity_bytes()) {
            auto pages = std::make_unique_for_overwrite<IoPage[]>(io_pages(size_bytes));
            if (size_bytes_ > 0) {
                std::memcpy(pages.get(), data(), size_bytes_);
            }
            pages_ = std::move(pages);
            page_count_ = io_pages(size_bytes);
        }
        if (size_bytes > size_bytes_) {
            std::fill(data() + size_bytes_, data() + size_bytes, std::byte{});
        }
        size_bytes_ = size_bytes;
    }

    std::byte* data() noexcept { return reinterpret_cast<std::byte*>(pages_.get()); }
    const std::byte* data() const noexcept {
        return reinterpret_cast<const std::byte*>(pages_.get());
    }
    std::size_t size() const noexcept { return size_bytes_; }
    // As std::span wants them.
    std::byte* begin() noexcept { return data(); }
    std::byte* end() noexcept { return data() + size_bytes_; }
    const std::byte* begin() const noexcept { return data(); }
    const std::byte* end() const noexcept { return data() + size_bytes_; }

private:
    std::size_t capacity_bytes() const noexcept { return page_count_ * sizeof(IoPage); }

    std::unique_ptr<IoPage[]> pages_;
    std::size_t page_count_ = 0;
    std::size_t size_bytes_ = 0;
};

// The first `size_bytes` of `buffer`, which grows if it has to and never shrinks.
inline MutableByteView first_of(IoBytes& buffer, std::size_t size_bytes) {
    if (buffer.size() < size_bytes) {
        buffer.resize(size_bytes);
    }
    return MutableByteView{buffer}.first(size_bytes);
}

}  // namespace kua::base
