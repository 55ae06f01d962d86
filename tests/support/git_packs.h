// Packs written by hand, wrong ones too, and shorthands for reading them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/memory_filesystem.h"
#include "vault/format/git_pack_reader.h"

namespace kua::testing {

// `content` as git deflates it.
base::Bytes deflated(base::ByteView content);

// A pack byte by byte: what it says needn't be so.
class PackByHand {
public:
    explicit PackByHand(std::uint32_t count, std::string_view magic = "PACK",
                        std::uint32_t version = 2);
    // Type and size as the entry says them. Returns where it begins.
    std::uint64_t entry(unsigned type, std::uint64_t size, base::ByteView deflated_content);
    std::uint64_t blob(std::string_view content);
    std::uint64_t offset_delta(std::uint64_t back, base::ByteView delta);
    std::uint64_t name_delta(const format::GitId& of, base::ByteView delta);
    void raw(base::ByteView bytes) { base::append(bytes_, bytes); }
    // With the checksum behind it.
    base::Bytes finish() const;

private:
    base::Bytes bytes_;
};

// A delta for `from_size` bytes that makes `size`, by these instructions.
base::Bytes delta_of(std::uint64_t from_size, std::uint64_t size, std::string_view instructions);

// A reader over these bytes, in a file of `files`.
format::GitPackReader pack_in(MemoryFileSystem& files, base::ByteView pack);

}  // namespace kua::testing
