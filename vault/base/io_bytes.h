// Buffers for what is read from files. They begin where a page of memory does: at 16 bytes behind
// one, where the system's allocator puts large blocks, some processors take four times as long for
// the kernel's copy (1.7 instead of 6 GB/s, measured with AMD's "rep movsb").
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "vault/base/bytes.h"

namespace kua::base {

inline constexpr std::align_val_t kIoAlignment{4096};

// Memory for `size_bytes` bytes; throws std::bad_alloc. Given back with free_io_memory() only.
[[nodiscard]] inline std::byte* get_io_memory(std::size_t size_bytes) {
    return static_cast<std::byte*>(::operator new(size_bytes, kIoAlignment));
}

inline void free_io_memory(std::byte* memory) noexcept {
    ::operator delete(memory, kIoAlignment);
}

// What a std::vector wants to know (Allocator of C++20).
template <class Value>
struct IoAllocator {
    using value_type = Value;
    static_assert(sizeof(Value) == 1);

    Value* allocate(std::size_t count) { return get_io_memory(count); }
    void deallocate(Value* memory, std::size_t) noexcept { free_io_memory(memory); }
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
