#include "tests/support/seeded_random.h"

#include <algorithm>
#include <cstring>

namespace kua::testing {

void SeededRandom::fill(base::MutableByteView out) {
    const std::lock_guard lock(mutex_);
    for (std::size_t at = 0; at < out.size();) {
        if (left_ == 0) {
            const std::uint64_t word = next_word();
            for (std::size_t i = 0; i < sizeof word; ++i) {
                word_.at(i) = static_cast<std::byte>((word >> (8 * i)) & 0xff);
            }
            left_ = sizeof word;
        }
        const std::size_t count = std::min(left_, out.size() - at);
        std::memcpy(out.data() + at, word_.data() + (word_.size() - left_), count);
        left_ -= count;
        at += count;
    }
}

}  // namespace kua::testing
