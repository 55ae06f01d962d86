#include "vault/format/edtf.h"

#include "tests/fuzz/fuzz.h"
#include "vault/format/duration.h"

namespace {

void check_edtf(std::string_view text) {
    const std::optional<format::Edtf> found = format::find_edtf(text);
    const auto typed = testing::parsed(ErrorCode::kUsage, [&] { return format::parse_edtf(text); });
    // What people are asked for, devices may leave out: the offset of a second.
    const bool is_whole = found && (found->kind != format::EdtfKind::kSecond ||
                                    found->span.utc_offset_minutes.has_value());
    KUA_CHECK(typed.has_value() == is_whole);
    if (!found) {
        return;
    }
    KUA_CHECK(found->text == text);
    const format::TimeSpan& span = found->span;
    KUA_CHECK(span.earliest_s || span.latest_s);
    KUA_CHECK(!span.earliest_s || !span.latest_s || *span.earliest_s <= *span.latest_s);
    KUA_CHECK(format::overlap(span, span));
    KUA_CHECK(format::overlap(format::widen(span, 3600), span));
    const format::Edtf day = format::parse_edtf(format::coarsen_to_day(*found));
    KUA_CHECK(format::overlap(day.span, span));
    if (found->kind == format::EdtfKind::kSecond) {
        // Rewritten with the same offset it is the same second, unless that needs a fifth digit.
        const std::int64_t second = span.earliest_utc_s().value();
        const auto again = format::format_edtf(second, span.utc_offset_minutes.value_or(0));
        KUA_CHECK(!again || format::parse_edtf(*again).span.earliest_s == span.earliest_s);
    }
}

void check_duration(std::string_view text) {
    const std::optional<std::int64_t> found = format::find_duration(text);
    const auto typed =
        testing::parsed(ErrorCode::kUsage, [&] { return format::parse_duration(text); });
    KUA_CHECK(found == typed);
    KUA_CHECK(!found || text.find('P') <= 1);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_edtf(testing::fuzz_text(data, size));
    check_duration(testing::fuzz_text(data, size));
    return 0;
}
