// How many batches of an export may be looked up ahead of those that have their names.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kua::evidence {

// Of a batch.
inline constexpr std::size_t kMaxExportItems = 4096;
// One that is being finished, one that is being written, one that is waiting.
inline constexpr std::size_t kBatchesUnderWay = 3;

struct BatchesUnderWay {
    std::size_t count = 0;
    // With one more of full measure.
    std::size_t items = 0;
    std::uint64_t bytes = 0;
    bool is_oldest_in_work = false;  // so it can't be finished yet
};

// For one more. Beyond kBatchesUnderWay only while there is nothing to finish, and as long as they
// hold no more items than so many can, and no more bytes than so many of this export, of
// `max_bytes` each: small files are written faster than they are looked up and entered, so what was
// looked up while large ones were being written keeps everybody busy to the end.
constexpr bool has_room(const BatchesUnderWay& all, std::uint64_t max_bytes) {
    return all.count < kBatchesUnderWay ||
           (all.is_oldest_in_work && all.items <= kBatchesUnderWay * kMaxExportItems &&
            all.bytes <= kBatchesUnderWay * max_bytes);
}

}  // namespace kua::evidence
