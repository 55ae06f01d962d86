#include "tests/support/git_packs.h"

#include <zlib.h>

#include "vault/base/check.h"
#include "vault/crypto/sha1.h"
#include "vault/format/git_numbers.h"

namespace kua::testing {
namespace {

// Seven bits a byte, lowest first.
void append_size(base::Bytes& to, std::uint64_t size) {
    for (; size >= 0x80; size >>= 7) {
        to.push_back(static_cast<std::byte>((size & 0x7f) | 0x80));
    }
    to.push_back(static_cast<std::byte>(size));
}

}  // namespace

base::Bytes deflated(base::ByteView content) {
    uLongf size = ::compressBound(content.size());
    base::Bytes out(size);
    KUA_CHECK(::compress2(static_cast<Bytef*>(static_cast<void*>(out.data())), &size,
                          static_cast<const Bytef*>(static_cast<const void*>(content.data())),
                          content.size(), 9) == Z_OK);
    out.resize(size);
    return out;
}

PackByHand::PackByHand(std::uint32_t count, std::string_view magic, std::uint32_t version) {
    raw(base::bytes_of(magic));
    raw(format::be32(version));
    raw(format::be32(count));
}

std::uint64_t PackByHand::entry(unsigned type, std::uint64_t size,
                                base::ByteView deflated_content) {
    const std::uint64_t begin = bytes_.size();
    const std::uint64_t more = size >> 4;
    bytes_.push_back(static_cast<std::byte>((type << 4) | (size & 0x0f) | (more > 0 ? 0x80 : 0)));
    if (more > 0) {
        append_size(bytes_, more);
    }
    raw(deflated_content);
    return begin;
}

std::uint64_t PackByHand::blob(std::string_view content) {
    return entry(3, content.size(), deflated(base::bytes_of(content)));
}

std::uint64_t PackByHand::offset_delta(std::uint64_t back, base::ByteView delta) {
    const std::uint64_t begin = entry(6, delta.size(), {});
    base::Bytes said{static_cast<std::byte>(back & 0x7f)};
    while ((back >>= 7) > 0) {
        --back;
        said.insert(said.begin(), static_cast<std::byte>(0x80 | (back & 0x7f)));
    }
    raw(said);
    raw(deflated(delta));
    return begin;
}

std::uint64_t PackByHand::name_delta(const format::GitId& of, base::ByteView delta) {
    const std::uint64_t begin = entry(7, delta.size(), of.bytes);
    raw(deflated(delta));
    return begin;
}

base::Bytes PackByHand::finish() const {
    crypto::Sha1 hash;
    hash.update(bytes_);
    base::Bytes pack = bytes_;
    base::append(pack, hash.finish());
    return pack;
}

base::Bytes delta_of(std::uint64_t from_size, std::uint64_t size, std::string_view instructions) {
    base::Bytes delta;
    append_size(delta, from_size);
    append_size(delta, size);
    base::append(delta, base::bytes_of(instructions));
    return delta;
}

format::GitPackReader pack_in(MemoryFileSystem& files, base::ByteView pack) {
    files.add_file("/by-hand.pack", pack);
    return format::GitPackReader{files.open("/by-hand.pack", base::OpenMode::kRead)};
}

}  // namespace kua::testing
