#include "tests/fuzz/fuzz.h"
#include "vault/format/captions.h"
#include "vault/format/testimony_text.h"

namespace {

void check_testimony(std::string_view text) {
    const auto read =
        testing::parsed(ErrorCode::kFailed, [&] { return format::parse_testimony(text); });
    if (!read) {
        return;
    }
    KUA_CHECK(!read->turns.empty());
    std::uint64_t last_ms = 0;
    for (const format::TestimonyTurn& turn : read->turns) {
        KUA_CHECK(!turn.text.empty() && !turn.role.empty() && !turn.speaker.empty());
        if (turn.range) {
            KUA_CHECK(last_ms <= turn.range->start_ms);
            KUA_CHECK(turn.range->start_ms <= turn.range->end_ms);
            last_ms = turn.range->end_ms;
        }
    }
    // Not every value can be written; what is written says the same.
    const auto written =
        testing::parsed(ErrorCode::kFailed, [&] { return format::write_testimony(*read); });
    if (written) {
        const format::TestimonyText again = format::parse_testimony(*written);
        KUA_CHECK(again.turns.size() == read->turns.size());
        KUA_CHECK(format::write_testimony(again) == *written);
    }
}

void check_captions(std::string_view text) {
    const auto read =
        testing::parsed(ErrorCode::kFailed, [&] { return format::parse_captions(text); });
    if (!read) {
        return;
    }
    KUA_CHECK(!read->cues.empty());
    std::uint64_t last_ms = 0;
    for (const format::Cue& cue : read->cues) {
        KUA_CHECK(!cue.text.empty());
        KUA_CHECK(last_ms <= cue.range.start_ms && cue.range.start_ms <= cue.range.end_ms);
        last_ms = cue.range.end_ms;
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_testimony(testing::fuzz_text(data, size));
    check_captions(testing::fuzz_text(data, size));
    return 0;
}
