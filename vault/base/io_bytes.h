// Buffers for what is read from files. They begin where a page of memory does: 16 bytes behind
// that, where the system's allocator puts large blocks, some processors take three times as long
// for the kernel's copy (2 instead of 6 GB/s; docs/performance.md).
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "vault/base/bytes.h"

namespace kua::base {

struct alignas(4096) IoPage {
    std::byte bytes[4096];
};

// How many pages `size_bytes` bytes need.
constexpr std::size_t io_pages(std::size_t size_bytes) noexcept {
    return size_bytes / sizeof(IoPage) + (size_bytes % sizeof(IoPage) == 0 ? 0 : 1);
}

// What a std::vector wants to know (Allocator of C++20).
template <class Value>
struct IoAllocator {
    using value_type = Value;
    static_assert(sizeof(Value) == 1);

    Value* allocate(std::size_t count) {
        return reinterpret_cast<Value*>(std::allocator<IoPage>{}.allocate(io_pages(count)));
    }
    void deallocate(Value* memory, std::size_t count) noexcept {
        std::allocator<IoPage>{}.deallocate(reinterpret_cast<IoPage*>(memory), io_pages(count));
    }
    bool operator==(const IoAllocator&) const = default;
};

// As Bytes, and not for secrets either.
using IoBytes = std::vector<std::byte, IoAllocator<std::byte>>;

// The first `size_bytes` of `buffer`, which grows if it has to and never shrinks.
inline MutableByteView first_of(IoBytes& buffer, std::size_t size_bytes) {
    if (buffer.size() < size_bytes) {
        buffer.resize(size_bytes);
    }
    return MutableByteView{buffer}.first(size_bytes);
}

}  // namespace kua::base
