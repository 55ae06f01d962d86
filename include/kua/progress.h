// How long work tells how far it is, and how a person stops it.
#pragma once

#include <cstdint>
#include <string_view>

namespace kua {

// Called from several threads at once while a call into kua runs. Implementations return quickly.
class Progress {
public:
    virtual ~Progress() = default;
    // A stage begins: "sealing", "reading back", "checking", "writing". Totals are estimates and
    // may be 0 when they are not known.
    virtual void begin(std::string_view stage, std::uint64_t total_bytes,
                       std::uint64_t total_items) = 0;
    virtual void advance(std::uint64_t bytes, std::uint64_t items) = 0;
    virtual void end() = 0;
    // True once the person asked to stop; the call then throws kInterrupted with nothing
    // half-kept. What was reported as saved before stays.
    virtual bool cancelled() const = 0;
};

// Says nothing and never cancels.
Progress& no_progress();

}  // namespace kua
