#include "vault/format/git_pack_reader.h"

#include <algorithm>
#include <array>

#include "kua/error.h"
#include "vault/crypto/sha1.h"
#include "vault/format/git_delta.h"
#include "vault/format/git_numbers.h"
#include "vault/format/git_zlib.h"

namespace kua::format {
namespace {

// Of objects that deltas are made from, and of deltas: what kua writes and git may repack so.
constexpr std::size_t kMaxDeltaObjectBytes = std::size_t{16} << 20;
// Of one object; a hostile chain can't keep the machine busy.
constexpr std::uint64_t kMaxChainWorkBytes = std::uint64_t{1} << 30;

[[noreturn]] void refuse_pack(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("a pack ") + why};
}

}  // namespace

struct GitPackReader::Entry {
    enum class Type : std::uint8_t {
        kCommit = 1,
        kTree,
        kBlob,
        kTag,
        kOffsetDelta = 6,
        kNameDelta
    };
    Type type = Type::kBlob;
    std::uint64_t size_bytes = 0;   // of what is deflated
    std::uint64_t data = 0;         // where that begins
    std::uint64_t base_offset = 0;  // of a delta by offset
    GitId base;                     // of a delta by name

    bool is_delta() const { return type == Type::kOffsetDelta || type == Type::kNameDelta; }
    GitKind kind() const {
        if (type == Type::kTag) {
            refuse_pack("holds an object of a kind that kua doesn't use");
        }
        return static_cast<GitKind>(type);
    }
};

GitPackReader::GitPackReader(std::unique_ptr<base::File> file, std::uint64_t offset)
    : file_(std::move(file)), offset_(offset) {
    const std::uint64_t size = file_->status().size_bytes;
    if (size < offset || size - offset < kPackHeaderBytes + kPackTrailerBytes) {
        refuse_pack("is cut short");
    }
    end_ = size - offset - kPackTrailerBytes;
    std::array<std::byte, kPackTrailerBytes> bytes{};
    const base::MutableByteView header = base::MutableByteView{bytes}.first(kPackHeaderBytes);
    read_raw(0, header);
    if (base::text_of(header.first(4)) != "PACK" || read_be32(header.subspan(4)) != 2) {
        refuse_pack("is none, or one of a version that kua doesn't know");
    }
    count_ = read_be32(header.subspan(8));
    if (count_ > kMaxPackObjects) {
        refuse_pack("has more objects than kua takes");
    }
    read_raw(end_, bytes);
    checksum_ = read_git_id(bytes);
}

void GitPackReader::read_raw(std::uint64_t offset, base::MutableByteView out) {
    if (file_->read_at(offset_ + offset, out) != out.size()) {
        refuse_pack("is cut short");
    }
}

GitPackReader::Entry GitPackReader::entry_at(std::uint64_t offset) {
    if (offset < kPackHeaderBytes || offset >= end_) {
        refuse_pack("has no entry where there should be one");
    }
    std::array<std::byte, 48> bytes{};  // more than any header of an entry
    const std::size_t size = std::min<std::uint64_t>(bytes.size(), end_ - offset);
    read_raw(offset, base::MutableByteView{bytes}.first(size));
    std::size_t at = 0;
    const auto next = [&]() -> std::uint64_t {
        if (at >= size) {
            refuse_pack("is cut short");
        }
        return std::to_integer<std::uint64_t>(bytes.at(at++));
    };
    Entry entry;
    std::uint64_t byte = next();
    const auto type = static_cast<std::uint8_t>((byte >> 4) & 7);
    if (type == 0 || type == 5) {
        refuse_pack("holds an entry of no kind");
    }
    entry.type = static_cast<Entry::Type>(type);
    entry.size_bytes = byte & 0x0f;
    for (unsigned shift = 4; (byte & 0x80) != 0; shift += 7) {
        if (shift > 53) {
            refuse_pack("says a size beyond all measure");
        }
        byte = next();
        entry.size_bytes |= (byte & 0x7f) << shift;
    }
    if (entry.type == Entry::Type::kOffsetDelta) {
        byte = next();
        std::uint64_t back = byte & 0x7f;
        while ((byte & 0x80) != 0) {
            if (back > end_) {
                break;
            }
            byte = next();
            back = ((back + 1) << 7) | (byte & 0x7f);
        }
        if (back == 0 || back > offset - kPackHeaderBytes) {
            refuse_pack("makes an object from something outside");
        }
        entry.base_offset = offset - back;
    } else if (entry.type == Entry::Type::kNameDelta) {
        if (size - at < entry.base.bytes.size()) {
            refuse_pack("is cut short");
        }
        entry.base = read_git_id(base::ByteView{bytes}.subspan(at));
        at += entry.base.bytes.size();
    }
    entry.data = offset + at;
    if (entry.size_bytes > (end_ - entry.data) * kMaxInflateRatio) {
        refuse_pack("says that it holds more than it can");
    }
    return entry;
}

base::Bytes GitPackReader::inflate(const Entry& entry) {
    base::Bytes content(entry.size_bytes);
    GitInflater stream{*file_, offset_ + entry.data, offset_ + end_};
    if (stream.read(content) != content.size()) {
        refuse_pack("holds less than it says");
    }
    stream.expect_end();
    work_bytes_ += content.size();
    return content;
}

base::Bytes GitPackReader::apply(const std::vector<Entry>& chain, base::Bytes content,
                                 std::size_t max_bytes) {
    const std::uint64_t work_before = work_bytes_;
    for (auto entry = chain.rbegin(); entry != chain.rend(); ++entry) {
        const bool is_last = entry + 1 == chain.rend();
        content =
            apply_git_delta(content, inflate(*entry), is_last ? max_bytes : kMaxDeltaObjectBytes);
        work_bytes_ += content.size();
        if (work_bytes_ - work_before > kMaxChainWorkBytes) {
            refuse_pack("needs too much work for one object");
        }
    }
    return content;
}

std::optional<GitObject> GitPackReader::read(std::uint64_t offset, const Wanted& wanted,
                                             const FindGitBase& find_base) {
    const auto check_kind = [&wanted](GitKind kind) {
        if (wanted.kind && kind != *wanted.kind) {
            refuse_pack("holds an object of another kind than asked for");
        }
        return kind;
    };
    std::vector<Entry> chain;
    Entry entry = entry_at(offset);
    const GitObject* outside = nullptr;
    while (entry.is_delta() && outside == nullptr) {
        if (entry.size_bytes > kMaxDeltaObjectBytes || chain.size() == kMaxGitDeltaDepth) {
            refuse_pack("has a delta that is too large or too deep");
        }
        chain.push_back(entry);
        if (entry.type == Entry::Type::kOffsetDelta) {
            entry = entry_at(entry.base_offset);
            continue;
        }
        const GitBase base = find_base(entry.base);
        outside = base.object;
        if (base.offset) {
            entry = entry_at(*base.offset);
        } else if (outside == nullptr) {
            return std::nullopt;
        }
    }
    const std::size_t max_bytes = chain.empty() ? wanted.max_bytes : kMaxDeltaObjectBytes;
    GitObject object;
    if (outside != nullptr) {
        object = {check_kind(outside->kind), outside->content};
    } else {
        object.kind = check_kind(entry.kind());
        if (entry.size_bytes > max_bytes) {
            refuse_pack("holds an object that is larger than it may be");
        }
        object.content = inflate(entry);
    }
    object.content =
        apply(chain, std::move(object.content), std::min(wanted.max_bytes, kMaxDeltaObjectBytes));
    return object;
}

std::uint64_t GitPackReader::held_bytes(std::uint64_t offset) {
    return entry_at(offset).size_bytes;
}

GitPackReader::Scanned GitPackReader::scan(std::uint64_t offset) {
    const Entry entry = entry_at(offset);
    const bool is_named = !entry.is_delta() && entry.type != Entry::Type::kTag;
    Scanned scanned{.id = std::nullopt, .is_delta = entry.is_delta()};
    GitInflater stream{*file_, offset_ + entry.data, offset_ + end_};
    std::optional<GitHasher> hash;
    if (is_named) {
        hash.emplace(entry.kind(), entry.size_bytes);
    }
    base::Bytes buffer(std::min<std::uint64_t>(entry.size_bytes, std::uint64_t{1} << 18));
    for (std::uint64_t left = entry.size_bytes; left > 0;) {
        const base::MutableByteView part =
            base::MutableByteView{buffer}.first(std::min<std::uint64_t>(buffer.size(), left));
        if (stream.read(part) != part.size()) {
            refuse_pack("holds less than it says");
        }
        if (hash) {
            hash->update(part);
        }
        left -= part.size();
    }
    scanned.end = stream.expect_end() - offset_;
    if (hash) {
        scanned.id = hash->finish();
    }
    return scanned;
}

}  // namespace kua::format
