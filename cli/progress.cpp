#include "cli/progress.h"

#include <algorithm>

#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::uint64_t kSilentMs = 1000;
constexpr std::uint64_t kBetweenDrawsMs = 100;
constexpr std::size_t kWidestBar = 24;

}  // namespace

ProgressBar::ProgressBar(Terminal& terminal, bool shown) noexcept
    : terminal_(terminal), shown_(shown && terminal.is_capable(Stream::kErr)) {}

void ProgressBar::begin(std::string_view stage, std::uint64_t total_bytes,
                        std::uint64_t total_items) {
    const std::lock_guard lock{mutex_};
    stage_ = stage;
    total_bytes_ = total_bytes;
    total_items_ = total_items;
    began_ms_ = monotonic_ms();
    bytes_ = 0;
    items_ = 0;
    next_draw_ms_ = began_ms_ + kSilentMs;
}

void ProgressBar::advance(std::uint64_t bytes, std::uint64_t items) {
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
    items_.fetch_add(items, std::memory_order_relaxed);
    if (!shown_) {
        return;
    }
    const std::uint64_t now = monotonic_ms();
    std::uint64_t due = next_draw_ms_.load(std::memory_order_relaxed);
    // Of several threads that find a drawing due, the one that sets the next date draws.
    if (now >= due && next_draw_ms_.compare_exchange_strong(due, now + kBetweenDrawsMs)) {
        draw(now);
    }
}

void ProgressBar::end() {
    terminal_.set_status("");
}

bool ProgressBar::cancelled() const {
    return caught_signal() != 0;
}

void ProgressBar::draw(std::uint64_t now_ms) {
    ProgressState state;
    {
        const std::lock_guard lock{mutex_};
        state = {stage_,        bytes_.load(), total_bytes_,
                 items_.load(), total_items_,  now_ms - std::min(now_ms, began_ms_)};
    }
    // One column stays free: a terminal that wraps at the last one would scroll at each drawing.
    terminal_.set_status(progress_line(state, terminal_.width(Stream::kErr) - 1));
}

std::string progress_line(const ProgressState& state, std::size_t width) {
    const bool by_bytes = state.total_bytes > 0 || state.total_items == 0;
    const std::uint64_t done = by_bytes ? state.bytes : state.items;
    const std::uint64_t total = by_bytes ? state.total_bytes : state.total_items;
    std::string tail = by_bytes ? human_bytes(done) : grouped(done);
    if (total > 0) {
        tail += " of " + (by_bytes ? human_bytes(total) : grouped(total));
    }
    // Doubles, because bytes times milliseconds may not fit 64 bits; nothing here need be exact.
    const double seconds = static_cast<double>(state.elapsed_ms) / 1000;
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    if (by_bytes && rate >= 1) {
        tail += "  " + human_bytes(static_cast<std::uint64_t>(rate)) + "/s";
    }
    if (rate > 0 && total > done) {
        const double left = std::min(static_cast<double>(total - done) / rate, 1e7);
        tail += "  " + human_seconds(static_cast<std::uint64_t>(left) + 1) + " left";
    }
    std::string line = escape_for_display(state.stage);
    const std::size_t taken = display_width(line) + display_width(tail) + 12;
    if (total > 0) {
        const double share = std::min(static_cast<double>(done) / static_cast<double>(total), 1.0);
        if (taken < width) {
            const std::size_t bar = std::min(kWidestBar, width - taken);
            const auto filled = static_cast<std::size_t>(share * static_cast<double>(bar));
            line += "  [" + std::string(filled, '#') + std::string(bar - filled, '-') + "]";
        }
        const std::string percent = std::to_string(static_cast<int>(share * 100));
        line += std::string(5 - percent.size(), ' ') + percent + "%";
    }
    line += "  " + tail;
    if (display_width(line) > width) {
        line = human_bytes(state.bytes).substr(0, width);
    }
    return line;
}

}  // namespace kua::cli
