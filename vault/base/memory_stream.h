// Bytes in memory as a source or a sink.
#pragma once

#include <algorithm>

#include "vault/base/bytes.h"

namespace kua::base {

// Reads `bytes`, which must outlive it.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(ByteView bytes) noexcept : rest_(bytes) {}
    std::size_t read(MutableByteView out) override {
        const std::size_t count = std::min(out.size(), rest_.size());
        std::copy_n(rest_.begin(), count, out.begin());
        rest_ = rest_.subspan(count);
        return count;
    }

private:
    ByteView rest_;
};

// Appends to `to`, which must outlive it.
class MemorySink final : public ByteSink {
public:
    explicit MemorySink(Bytes& to) noexcept : to_(to) {}
    void write(ByteView bytes) override { append(to_, bytes); }

private:
    Bytes& to_;
};

}  // namespace kua::base
