#include "vault/format/git_delta.h"

#include <cstdint>

#include "kua/error.h"

namespace kua::format {
namespace {

[[noreturn]] void refuse_delta(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("a delta ") + why};
}

class DeltaBytes {
public:
    explicit DeltaBytes(base::ByteView bytes) : left_(bytes) {}

    bool empty() const { return left_.empty(); }

    base::ByteView take(std::size_t count) {
        if (count > left_.size()) {
            refuse_delta("is cut short");
        }
        const base::ByteView taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }

    std::uint32_t byte() { return std::to_integer<std::uint32_t>(take(1)[0]); }

    // Seven bits a byte, lowest first.
    std::uint64_t size() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 56; shift += 7) {
            const std::uint32_t next = byte();
            value |= std::uint64_t{next & 0x7f} << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        refuse_delta("says a size beyond all measure");
    }

    // Those of four or three bytes, lowest first, that `present` has bits for.
    std::uint32_t number(std::uint32_t present, unsigned bytes) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < bytes; ++i) {
            if ((present & (1U << i)) != 0) {
                value |= byte() << (8 * i);
            }
        }
        return value;
    }

private:
    base::ByteView left_;
};

}  // namespace

base::Bytes apply_git_delta(base::ByteView from, base::ByteView delta, std::size_t max_bytes) {
    constexpr std::uint32_t kCopy = 0x80;
    constexpr std::uint32_t kWholeCopy = 0x10000;  // what a copy of size 0 means
    DeltaBytes left{delta};
    if (left.size() != from.size()) {
        refuse_delta("was made for another object");
    }
    const std::uint64_t size = left.size();
    if (size > max_bytes) {
        refuse_delta("makes more than there may be");
    }
    base::Bytes made;
    made.reserve(size);
    while (!left.empty()) {
        const std::uint32_t code = left.byte();
        base::ByteView part;
        if ((code & kCopy) != 0) {
            const std::uint32_t offset = left.number(code & 0x0f, 4);
            const std::uint32_t said = left.number((code >> 4) & 0x07, 3);
            const std::uint32_t count = said == 0 ? kWholeCopy : said;
            if (offset > from.size() || count > from.size() - offset) {
                refuse_delta("copies from outside");
            }
            part = from.subspan(offset, count);
        } else if (code != 0) {
            part = left.take(code);
        } else {
            refuse_delta("holds a reserved instruction");
        }
        if (part.size() > size - made.size()) {
            refuse_delta("makes more than it says");
        }
        base::append(made, part);
    }
    if (made.size() != size) {
        refuse_delta("makes less than it says");
    }
    return made;
}

}  // namespace kua::format
