// Streams over memory, for formats that are written and read through ByteSink and ByteSource but
// are small enough to be kept whole. Not for secrets: nothing here is wiped.
#pragma once

#include <algorithm>
#include <utility>

#include "vault/base/bytes.h"

namespace kua::base {

// Collects what is written. One thread.
class MemorySink final : public ByteSink {
public:
    MemorySink() = default;
    // With room for so many bytes.
    explicit MemorySink(std::size_t expected_bytes) { bytes_.reserve(expected_bytes); }
    void write(ByteView bytes) override { append(bytes_, bytes); }
    const Bytes& bytes() const noexcept { return bytes_; }
    Bytes take() noexcept { return std::move(bytes_); }

private:
    Bytes bytes_;
};

// Hands out `bytes`, which must outlive it, front to back. One thread.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(ByteView bytes) noexcept : left_(bytes) {}
    std::size_t read(MutableByteView out) override {
        const std::size_t count = std::min(out.size(), left_.size());
        std::ranges::copy(left_.first(count), out.begin());
        left_ = left_.subspan(count);
        return count;
    }
    std::size_t left_bytes() const noexcept { return left_.size(); }

private:
    ByteView left_;
};

}  // namespace kua::base
