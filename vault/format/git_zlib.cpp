#include "vault/format/git_zlib.h"

#include <algorithm>
#include <array>

#include <zlib.h>

#include "kua/error.h"
#include "vault/base/check.h"

namespace kua::format {
namespace {

constexpr std::size_t kMaxBlockBytes = 65'535;
constexpr std::size_t kFirstBufferBytes = std::size_t{4} << 10;  // most objects are small
constexpr std::size_t kMaxBufferBytes = std::size_t{256} << 10;

const Bytef* octets(base::ByteView bytes) noexcept {
    return static_cast<const Bytef*>(static_cast<const void*>(bytes.data()));
}

// zlib counts in 32 bits.
uInt count_of(std::size_t bytes) noexcept {
    return static_cast<uInt>(std::min<std::size_t>(bytes, std::size_t{1} << 30));
}

std::byte low_byte(std::size_t value) noexcept {
    return static_cast<std::byte>(value & 0xff);
}

[[noreturn]] void refuse_deflated(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("a zlib stream ") + why};
}

}  // namespace

std::uint32_t git_crc32(base::ByteView bytes, std::uint32_t so_far) {
    if (bytes.empty()) {
        return so_far;  // zlib would begin anew if they have no address
    }
    return static_cast<std::uint32_t>(::crc32_z(so_far, octets(bytes), bytes.size()));
}

std::uint64_t stored_bytes(std::uint64_t content_bytes) noexcept {
    const std::uint64_t blocks =
        std::max<std::uint64_t>(1, (content_bytes + kMaxBlockBytes - 1) / kMaxBlockBytes);
    return 2 + 5 * blocks + content_bytes + 4;
}

void write_stored(base::ByteView content, const std::function<void(base::ByteView)>& put) {
    put(std::array{std::byte{0x78}, std::byte{0x01}});
    base::ByteView rest = content;
    do {
        const std::size_t size = std::min(rest.size(), kMaxBlockBytes);
        const auto is_last = static_cast<std::byte>(size == rest.size());
        put(std::array{is_last, low_byte(size), low_byte(size >> 8), low_byte(~size),
                       low_byte(~size >> 8)});
        put(rest.first(size));
        rest = rest.subspan(size);
    } while (!rest.empty());
    const uLong sum = ::adler32_z(::adler32_z(0, Z_NULL, 0), octets(content), content.size());
    put(std::array{low_byte(sum >> 24), low_byte(sum >> 16), low_byte(sum >> 8), low_byte(sum)});
}

struct GitInflater::Stream {
    Stream() {
        if (::inflateInit(&z) != Z_OK) {
            throw Error{ErrorCode::kFailed, "zlib can't start: out of memory"};
        }
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { ::inflateEnd(&z); }

    z_stream z{};
};

GitInflater::GitInflater(base::File& file, std::uint64_t begin, std::uint64_t end)
    : file_(file), next_(begin), end_(end), stream_(std::make_unique<Stream>()) {
    KUA_CHECK(begin <= end);
}

GitInflater::~GitInflater() = default;

void GitInflater::fill() {
    const std::size_t grown = std::max(kFirstBufferBytes, 2 * buffer_.size());
    buffer_.resize(std::min<std::uint64_t>({grown, kMaxBufferBytes, end_ - next_}));
    buffer_.resize(file_.read_at(next_, buffer_));
    if (buffer_.empty()) {
        refuse_deflated("is cut short");
    }
    next_ += buffer_.size();
    z_stream& z = stream_->z;
    z.next_in = static_cast<Bytef*>(static_cast<void*>(buffer_.data()));
    z.avail_in = count_of(buffer_.size());
}

std::size_t GitInflater::read(base::MutableByteView out) {
    z_stream& z = stream_->z;
    std::size_t done = 0;
    while (done < out.size() && !has_ended_) {
        if (z.avail_in == 0) {
            fill();
        }
        const base::MutableByteView rest = out.subspan(done);
        z.next_out = static_cast<Bytef*>(static_cast<void*>(rest.data()));
        z.avail_out = count_of(rest.size());
        const uInt before = z.avail_out;
        const int result = ::inflate(&z, Z_NO_FLUSH);
        done += before - z.avail_out;
        has_ended_ = result == Z_STREAM_END;
        if (result == Z_MEM_ERROR) {
            throw Error{ErrorCode::kFailed, "out of memory"};
        }
        // No progress for want of input, which the next round brings, is no damage.
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            refuse_deflated("is malformed");
        }
    }
    return done;
}

std::uint64_t GitInflater::expect_end() {
    std::array<std::byte, 1> more{};
    if (read(more) != 0) {
        refuse_deflated("holds more than it says");
    }
    return next_ - stream_->z.avail_in;
}

}  // namespace kua::format
