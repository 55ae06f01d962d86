// The bar that shows how far long work is, on standard error.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "cli/terminal.h"
#include "kua/progress.h"

namespace kua::cli {

// Shows nothing in the first second of a stage, nor where there is no terminal. Counting takes two
// atomic additions; whichever thread comes by draws, ten times a second at most. Cancelled by a
// caught signal.
class ProgressBar final : public Progress {
public:
    // `shown`: false keeps it silent.
    ProgressBar(Terminal& terminal, bool shown) noexcept;

    void begin(std::string_view stage, std::uint64_t total_bytes,
               std::uint64_t total_items) override;
    void advance(std::uint64_t bytes, std::uint64_t items) override;
    void end() override;
    bool cancelled() const override;

private:
    void draw(std::uint64_t now_ms);

    Terminal& terminal_;
    const bool shown_;
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> items_{0};
    std::atomic<std::uint64_t> next_draw_ms_{0};
    std::mutex mutex_;  // guards what follows
    std::string stage_;
    std::uint64_t total_bytes_ = 0;
    std::uint64_t total_items_ = 0;
    std::uint64_t began_ms_ = 0;
};

// The line without the terminal, so that it can be tested: at most `width` columns.
struct ProgressState {
    std::string stage;
    std::uint64_t bytes = 0;
    std::uint64_t total_bytes = 0;
    std::uint64_t items = 0;
    std::uint64_t total_items = 0;
    std::uint64_t elapsed_ms = 0;
};
std::string progress_line(const ProgressState& state, std::size_t width);

}  // namespace kua::cli
