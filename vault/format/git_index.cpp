#include "vault/format/git_index.h"

#include <algorithm>
#include <array>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/sha1.h"
#include "vault/format/git_numbers.h"

namespace kua::format {
namespace {

constexpr std::uint32_t kIndexMagic = 0xff744f63;  // "\377tOc"
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kIsFar = 0x80000000;  // in an offset: the number of one of 64 bits
constexpr std::size_t kIndexHeaderBytes = 8;
constexpr std::size_t kFanBytes = 256 * 4;
constexpr std::size_t kIdBytes = 20;

[[noreturn]] void refuse_index(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("the index of a pack ") + why};
}

std::size_t first_byte(const GitId& id) {
    return std::to_integer<std::size_t>(id.bytes[0]);
}

// Passes on what it takes and hashes it; gathers small parts.
class HashedSink {
public:
    explicit HashedSink(base::ByteSink& sink) : sink_(sink) {}

    void put(base::ByteView bytes) {
        base::append(gathered_, bytes);
        if (gathered_.size() >= kGatheredBytes) {
            flush();
        }
    }
    void put_be32(std::uint32_t value) { put(be32(value)); }

    GitId finish() {
        flush();
        const GitId sum{hash_.finish()};
        sink_.write(sum.bytes);
        return sum;
    }

private:
    static constexpr std::size_t kGatheredBytes = std::size_t{64} << 10;

    void flush() {
        hash_.update(gathered_);
        sink_.write(gathered_);
        gathered_.clear();
    }

    base::ByteSink& sink_;
    base::Bytes gathered_;
    crypto::Sha1 hash_;
};

// The four tables of an index behind its fan, and its two sums.
struct Tables {
    base::ByteView ids;
    base::ByteView crcs;
    base::ByteView offsets;
    base::ByteView far_offsets;
    base::ByteView pack;
};

Tables cut(base::ByteView bytes, std::size_t count) {
    base::ByteView rest = bytes.subspan(kIndexHeaderBytes + kFanBytes);
    const auto take = [&rest](std::size_t size) {
        const base::ByteView taken = rest.first(size);
        rest = rest.subspan(size);
        return taken;
    };
    Tables tables;
    tables.ids = take(count * kIdBytes);
    tables.crcs = take(count * 4);
    tables.offsets = take(count * 4);
    tables.far_offsets = take(rest.size() - 2 * kIdBytes);
    tables.pack = take(kIdBytes);
    return tables;
}

// How many objects the fan says, after a look at its order.
std::size_t count_of(base::ByteView fan) {
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < 256; ++i) {
        const std::uint32_t now = read_be32(fan.subspan(4 * i));
        if (now < before) {
            refuse_index("counts downwards");
        }
        before = now;
    }
    if (before > kMaxPackObjects) {
        refuse_index("has more objects than kua takes");
    }
    return before;
}

GitIndexEntry entry_at(const Tables& tables, std::size_t i) {
    GitIndexEntry entry;
    entry.id = read_git_id(tables.ids.subspan(i * kIdBytes));
    entry.crc32 = read_be32(tables.crcs.subspan(4 * i));
    const std::uint32_t offset = read_be32(tables.offsets.subspan(4 * i));
    entry.offset = offset;
    if ((offset & kIsFar) != 0) {
        const std::size_t number = offset & ~kIsFar;
        if (number >= tables.far_offsets.size() / 8) {
            refuse_index("names a far offset that it hasn't");
        }
        entry.offset = read_be64(tables.far_offsets.subspan(8 * number));
    }
    return entry;
}

}  // namespace

const GitIndexEntry* GitIndex::find(const GitId& id) const {
    const auto found = std::ranges::lower_bound(entries, id, {}, &GitIndexEntry::id);
    return found != entries.end() && found->id == id ? &*found : nullptr;
}

GitId write_git_index(const GitIndex& index, base::ByteSink& sink) {
    KUA_CHECK(index.entries.size() <= kMaxPackObjects);
    std::array<std::uint32_t, 256> fan{};
    for (const GitIndexEntry& entry : index.entries) {
        ++fan.at(first_byte(entry.id));
    }
    HashedSink out{sink};
    out.put_be32(kIndexMagic);
    out.put_be32(kVersion);
    std::uint32_t total = 0;
    for (const std::uint32_t count : fan) {
        total += count;
        out.put_be32(total);
    }
    for (const GitIndexEntry& entry : index.entries) {
        out.put(entry.id.bytes);
    }
    for (const GitIndexEntry& entry : index.entries) {
        out.put_be32(entry.crc32);
    }
    std::uint32_t far = 0;
    for (const GitIndexEntry& entry : index.entries) {
        out.put_be32(entry.offset < kIsFar ? static_cast<std::uint32_t>(entry.offset)
                                           : kIsFar | far++);
    }
    for (const GitIndexEntry& entry : index.entries) {
        if (entry.offset >= kIsFar) {
            out.put(be64(entry.offset));
        }
    }
    out.put(index.pack.bytes);
    return out.finish();
}

GitIndex parse_git_index(base::ByteView bytes) {
    if (bytes.size() < kIndexHeaderBytes) {
        refuse_index("is cut short");
    }
    if (read_be32(bytes) != kIndexMagic) {
        refuse_index("is none, or one of version 1");
    }
    if (bytes.size() < kIndexHeaderBytes + kFanBytes + 2 * kIdBytes) {
        refuse_index("is cut short");
    }
    if (read_be32(bytes.subspan(4)) != kVersion) {
        refuse_index("has a version that kua doesn't know");
    }
    const base::ByteView fan = bytes.subspan(kIndexHeaderBytes, kFanBytes);
    const std::size_t count = count_of(fan);
    const std::size_t least = kIndexHeaderBytes + kFanBytes + count * (kIdBytes + 8) + 2 * kIdBytes;
    if (bytes.size() < least || (bytes.size() - least) % 8 != 0 ||
        (bytes.size() - least) / 8 > count) {
        refuse_index("has another size than it says");
    }
    crypto::Sha1 hash;
    hash.update(bytes.first(bytes.size() - kIdBytes));
    if (GitId{hash.finish()} != read_git_id(bytes.last(kIdBytes))) {
        refuse_index("doesn't have its checksum");
    }
    const Tables tables = cut(bytes, count);
    GitIndex index;
    index.pack = read_git_id(tables.pack);
    index.entries.reserve(count);
    std::array<std::uint32_t, 256> seen{};
    for (std::size_t i = 0; i < count; ++i) {
        index.entries.push_back(entry_at(tables, i));
        if (i > 0 && index.entries[i - 1].id >= index.entries[i].id) {
            refuse_index("has names out of order");
        }
        ++seen.at(first_byte(index.entries[i].id));
    }
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        total += seen.at(i);
        if (total != read_be32(fan.subspan(4 * i))) {
            refuse_index("counts otherwise than it holds");
        }
    }
    return index;
}

}  // namespace kua::format
