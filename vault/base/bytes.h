// Bytes as kua passes them around: views over memory somebody else owns, and owned buffers for
// what is not secret (keys and passphrases live in crypto::SecretBytes).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kua::base {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;

// The bytes of a text, unchanged. Valid while `text` lives.
inline ByteView bytes_of(std::string_view text) noexcept {
    return std::as_bytes(std::span{text.data(), text.size()});
}

// The characters of some bytes, unchanged (no check for UTF-8). Valid while `bytes` lives.
inline std::string_view text_of(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The same for writing text into memory that somebody else owns.
inline std::span<char> characters_of(MutableByteView bytes) noexcept {
    return {reinterpret_cast<char*>(bytes.data()), bytes.size()};
}

inline Bytes copy_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

inline void append(Bytes& to, ByteView bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

// Where bytes come from, front to back. One thread per source.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    // Fills the front of `out` and returns how many bytes; 0 only at the end (or if `out` is
    // empty). May return fewer than asked for before the end. Throws Error.
    virtual std::size_t read(MutableByteView out) = 0;
};

// Where bytes go, front to back. One thread per sink.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    // Takes all of `bytes` or throws Error.
    virtual void write(ByteView bytes) = 0;
};

}  // namespace kua::base
