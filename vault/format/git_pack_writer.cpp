#include "vault/format/git_pack_writer.h"

#include <algorithm>
#include <array>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/sha1.h"
#include "vault/format/git_numbers.h"
#include "vault/format/git_zlib.h"

namespace kua::format {
namespace {

constexpr std::size_t kGatheredBytes = std::size_t{1} << 20;

base::Bytes pack_header(std::size_t count) {
    base::Bytes header = base::copy_of(base::bytes_of("PACK"));
    base::append(header, be32(2));
    base::append(header, be32(static_cast<std::uint32_t>(count)));
    return header;
}

// Kind and size: four bits of the size, then seven a byte, lowest first.
base::Bytes entry_header(GitKind kind, std::uint64_t size) {
    base::Bytes header;
    std::uint64_t next = (std::uint64_t{static_cast<std::uint8_t>(kind)} << 4) | (size & 0x0f);
    for (size >>= 4; size > 0; size >>= 7) {
        header.push_back(static_cast<std::byte>(next | 0x80));
        next = size & 0x7f;
    }
    header.push_back(static_cast<std::byte>(next));
    return header;
}

[[noreturn]] void refuse_device() {
    throw Error{ErrorCode::kStorage, "the device does not keep what is written to it"};
}

}  // namespace

GitPackWriter::GitPackWriter(base::File& file, std::uint64_t offset)
    : file_(file), offset_(offset) {
    put(pack_header(0));  // how many, finish() knows
}

std::vector<std::uint32_t>::const_iterator GitPackWriter::place_of(const GitId& id) const {
    return std::ranges::lower_bound(by_id_, id, {},
                                    [this](std::uint32_t i) { return entries_[i].id; });
}

bool GitPackWriter::has(const GitId& id) const {
    const auto place = place_of(id);
    return place != by_id_.end() && entries_[*place].id == id;
}

std::uint64_t GitPackWriter::size_bytes() const noexcept {
    return end_ + kPackTrailerBytes;
}

std::uint64_t GitPackWriter::entry_bytes(std::uint64_t content_bytes) noexcept {
    constexpr std::uint64_t kMaxEntryHeaderBytes = 10;
    return kMaxEntryHeaderBytes + stored_bytes(content_bytes);
}

GitId GitPackWriter::add(GitKind kind, base::ByteView content) {
    const GitId id = git_id(kind, content);
    if (has(id)) {
        return id;
    }
    if (count() >= kMaxPackObjects) {
        throw Error{ErrorCode::kFailed, "a pack can't take more objects"};
    }
    const std::uint64_t begin = end_;
    crc32_ = 0;
    put(entry_header(kind, content.size()));
    write_stored(content, [this](base::ByteView bytes) { put(bytes); });
    const auto number = static_cast<std::uint32_t>(count());
    entries_.push_back({.id = id, .crc32 = crc32_, .offset = begin});
    by_id_.insert(place_of(id), number);
    return id;
}

void GitPackWriter::put(base::ByteView bytes) {
    crc32_ = git_crc32(bytes, crc32_);
    while (!bytes.empty()) {
        const base::MutableByteView room =
            base::first_of(gathered_, kGatheredBytes).subspan(gathered_bytes_);
        const std::size_t count = std::min(bytes.size(), room.size());
        std::copy_n(bytes.begin(), count, room.begin());
        gathered_bytes_ += count;
        end_ += count;
        bytes = bytes.subspan(count);
        if (gathered_bytes_ == kGatheredBytes) {
            flush();
        }
    }
}

void GitPackWriter::flush() {
    if (gathered_bytes_ == 0) {
        return;
    }
    const base::ByteView gathered = base::ByteView{gathered_}.first(gathered_bytes_);
    file_.write_at(offset_ + end_ - gathered.size(), gathered);
    // The header is the front of the first ones, and not final.
    const base::ByteView kept = gathered.subspan(written_.empty() ? kPackHeaderBytes : 0);
    written_.push_back({kept.size(), crypto::checksum_of(kept)});
    gathered_bytes_ = 0;
}

void GitPackWriter::move_to(std::uint64_t offset) {
    KUA_CHECK(offset <= offset_);
    flush();
    base::IoBytes buffer;
    for (std::uint64_t done = 0; offset != offset_ && done < end_;) {
        const base::MutableByteView part =
            base::first_of(buffer, std::min<std::uint64_t>(kGatheredBytes, end_ - done));
        if (file_.read_at(offset_ + done, part) != part.size()) {
            refuse_device();
        }
        file_.write_at(offset + done, part);
        done += part.size();
    }
    offset_ = offset;
    file_.truncate(offset_ + end_);
}

// The SHA-1 of all, where every entry is what was added.
GitId GitPackWriter::read_back(base::IoBytes& buffer) {
    crypto::Sha1 hash;
    const base::MutableByteView header = base::first_of(buffer, kPackHeaderBytes);
    if (file_.read_at(offset_, header) != kPackHeaderBytes ||
        base::text_of(header) != base::text_of(pack_header(count()))) {
        refuse_device();
    }
    hash.update(header);
    std::uint64_t at = kPackHeaderBytes;
    for (const Written& written : written_) {
        const base::MutableByteView part = base::first_of(buffer, written.bytes);
        if (file_.read_at(offset_ + at, part) != part.size() ||
            crypto::checksum_of(part) != written.checksum) {
            refuse_device();
        }
        hash.update(part);
        at += part.size();
    }
    return {hash.finish()};
}

GitIndex GitPackWriter::finish() {
    flush();
    file_.write_at(offset_, pack_header(count()));
    file_.sync();
    file_.drop_cache(0, 0);
    base::IoBytes buffer;
    GitIndex index;
    index.pack = read_back(buffer);
    file_.write_at(offset_ + end_, index.pack.bytes);
    file_.sync();
    file_.drop_cache(0, 0);
    const base::MutableByteView trailer = base::first_of(buffer, kPackTrailerBytes);
    if (file_.read_at(offset_ + end_, trailer) != kPackTrailerBytes ||
        read_git_id(trailer) != index.pack || file_.status().size_bytes != offset_ + size_bytes()) {
        refuse_device();
    }
    index.entries = std::move(entries_);
    std::ranges::sort(index.entries, {}, &GitIndexEntry::id);
    return index;
}

}  // namespace kua::format
