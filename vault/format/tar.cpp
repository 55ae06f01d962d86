#include "vault/format/tar.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/format/padme.h"

namespace kua::format {
namespace {

using Block = std::array<std::byte, kTarBlockBytes>;

// A field of the ustar header: where it starts and how long it is.
struct Field {
    std::size_t offset;
    std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kMtime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagicAndVersion{257, 8};
constexpr Field kDevMajor{329, 8};
constexpr Field kDevMinor{337, 8};

constexpr std::uint64_t kEndBytes = 2 * kTarBlockBytes;
constexpr std::size_t kReadStepBytes = 65536;
constexpr Block kZeroBlock{};

void put_text(Block& header, Field field, std::string_view text) {
    std::ranges::copy(base::bytes_of(text), header.begin() + field.offset);
}

// `digits` octal digits; the rest of the field stays zero and so ends the number.
void put_octal(Block& header, Field field, std::size_t digits, std::uint64_t value) {
    for (std::size_t i = digits; i > 0; --i) {
        header[field.offset + i - 1] = static_cast<std::byte>('0' + (value & 7));
        value >>= 3;
    }
}

// The one header that a member of this name and size has.
Block header_of(std::string_view name, std::uint64_t size_bytes) {
    Block header{};
    put_text(header, kName, name);
    put_octal(header, kMode, 7, 0600);
    put_octal(header, kUid, 7, 0);
    put_octal(header, kGid, 7, 0);
    put_octal(header, kSize, 11, size_bytes);
    put_octal(header, kMtime, 11, 0);
    put_text(header, kType, "0");
    put_text(header, kMagicAndVersion, std::string_view{"ustar\00000", 8});
    put_octal(header, kDevMajor, 7, 0);
    put_octal(header, kDevMinor, 7, 0);
    put_text(header, kChecksum, "        ");  // summed as spaces
    std::uint64_t sum = 0;
    for (const std::byte byte : header) {
        sum += std::to_integer<std::uint64_t>(byte);
    }
    put_octal(header, kChecksum, 6, sum);
    header[kChecksum.offset + 6] = std::byte{0};
    return header;
}

// What the size field says, if it is the eleven octal digits that the writer writes.
std::optional<std::uint64_t> claimed_size(const Block& header) {
    std::uint64_t size_bytes = 0;
    for (std::size_t i = 0; i < 11; ++i) {
        const int digit = std::to_integer<int>(header[kSize.offset + i]) - '0';
        if (digit < 0 || digit > 7) {
            return std::nullopt;
        }
        size_bytes = size_bytes * 8 + static_cast<std::uint64_t>(digit);
    }
    return size_bytes;
}

std::uint64_t padding_after(std::uint64_t size_bytes) {
    return (kTarBlockBytes - size_bytes % kTarBlockBytes) % kTarBlockBytes;
}

// How long `pad` is behind `bytes_before` bytes of other members.
std::uint64_t pad_size(std::uint64_t bytes_before) {
    const std::uint64_t least = bytes_before + kTarBlockBytes + kEndBytes;
    return padded_bundle_size(least) - least;
}

bool fits_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= kName.size && name[0] != '.' && name[0] != '-' &&
           std::ranges::all_of(name, fits);
}

[[noreturn]] void damaged_archive(std::string_view what) {
    throw Error{ErrorCode::kDamaged, "tar archive: " + std::string{what}};
}

}  // namespace

void TarWriter::begin(std::string_view name, std::uint64_t size_bytes) {
    KUA_CHECK(fits_name(name));
    KUA_CHECK(!finished_ && member_left_bytes_ == 0);
    if (size_bytes > kMaxTarMemberBytes) {
        throw Error{ErrorCode::kFailed, "a tar member can't have 8 GiB or more"};
    }
    put(header_of(name, size_bytes));
    member_left_bytes_ = size_bytes;
}

void TarWriter::write(base::ByteView bytes) {
    KUA_CHECK(bytes.size() <= member_left_bytes_);
    if (bytes.empty()) {
        return;
    }
    put(bytes);
    member_left_bytes_ -= bytes.size();
    if (member_left_bytes_ == 0) {
        put_zeros(padding_after(bytes_written_));
    }
}

void TarWriter::add(std::string_view name, base::ByteView content) {
    begin(name, content.size());
    write(content);
}

void TarWriter::finish() {
    KUA_CHECK(!finished_ && member_left_bytes_ == 0);
    put_zeros(kEndBytes);
    finished_ = true;
}

void TarWriter::finish_padded() {
    KUA_CHECK(!finished_ && member_left_bytes_ == 0);
    const std::uint64_t size_bytes = pad_size(bytes_written_);
    begin(kTarPadName, size_bytes);
    member_left_bytes_ = 0;
    put_zeros(size_bytes);  // a multiple of the block size, as all bundle sizes are
    finish();
}

void TarWriter::put(base::ByteView bytes) {
    to_.write(bytes);
    bytes_written_ += bytes.size();
}

void TarWriter::put_zeros(std::uint64_t count) {
    while (count > 0) {
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(count, kTarBlockBytes));
        put(base::ByteView{kZeroBlock}.first(now));
        count -= now;
    }
}

// Compares with the header we would have written, so no field is left to be interpreted. The size
// is the only thing taken from it.
std::uint64_t TarReader::begin(std::string_view name, std::uint64_t max_bytes) {
    KUA_CHECK(fits_name(name));
    Block header;
    fill(header);
    const std::optional<std::uint64_t> size_bytes = claimed_size(header);
    if (!size_bytes || header != header_of(name, *size_bytes)) {
        damaged_archive("no header as kua writes it for the member " + std::string{name});
    }
    if (*size_bytes > max_bytes) {
        damaged_archive("the member " + std::string{name} + " is over its limit of " +
                        std::to_string(max_bytes) + " bytes");
    }
    return *size_bytes;
}

base::Bytes TarReader::read(std::string_view name, std::uint64_t max_bytes) {
    const std::uint64_t size_bytes = begin(name, max_bytes);
    base::Bytes content;
    while (content.size() < size_bytes) {
        const std::size_t have = content.size();
        const std::uint64_t missing = size_bytes - have;
        content.resize(have + std::min<std::uint64_t>(missing, kReadStepBytes));
        fill(base::MutableByteView{content}.subspan(have));
    }
    expect_zeros(padding_after(size_bytes), "the padding of a member");
    return content;
}

void TarReader::finish() {
    expect_zeros(kEndBytes, "the end marker");
    expect_end();
}

void TarReader::finish_padded() {
    const std::uint64_t expected_bytes = pad_size(bytes_read_);
    if (begin(kTarPadName, expected_bytes) != expected_bytes) {
        damaged_archive("the member pad has the wrong length");
    }
    expect_zeros(expected_bytes, "the member pad");
    finish();
}

void TarReader::fill(base::MutableByteView out) {
    while (!out.empty()) {
        const std::size_t count = from_.read(out);
        if (count == 0) {
            damaged_archive("cut short");
        }
        out = out.subspan(count);
        bytes_read_ += count;
    }
}

void TarReader::expect_zeros(std::uint64_t count, std::string_view what) {
    Block block;
    while (count > 0) {
        const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(count, kTarBlockBytes));
        const base::MutableByteView part = base::MutableByteView{block}.first(now);
        fill(part);
        if (base::text_of(part) != base::text_of(base::ByteView{kZeroBlock}.first(now))) {
            damaged_archive(std::string{what} + " is not zero");
        }
        count -= now;
    }
}

void TarReader::expect_end() {
    Block block;
    if (from_.read(block) != 0) {
        damaged_archive("bytes after the end");
    }
}

std::vector<base::Bytes> read_tar(base::ByteSource& from, std::span<const TarMember> members,
                                  TarEnd end) {
    TarReader reader{from};
    std::vector<base::Bytes> contents;
    for (const TarMember& member : members) {
        contents.push_back(reader.read(member.name, member.max_bytes));
    }
    if (end == TarEnd::kPadded) {
        reader.finish_padded();
    } else {
        reader.finish();
    }
    return contents;
}

}  // namespace kua::format
