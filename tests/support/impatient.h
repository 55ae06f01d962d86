// A person who has work stopped.
#pragma once

#include "kua/progress.h"

namespace kua::testing {

// After it was asked so often whether to stop. One thread.
class Impatient final : public Progress {
public:
    explicit Impatient(int patience) : patience_(patience) {}
    void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
    void advance(std::uint64_t, std::uint64_t) override {}
    void end() override {}
    bool cancelled() const override { return patience_-- <= 0; }

private:
    mutable int patience_;
};

}  // namespace kua::testing
