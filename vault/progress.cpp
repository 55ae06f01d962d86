#include "kua/progress.h"

namespace kua {
namespace {

class NoProgress final : public Progress {
public:
    void begin(std::string_view /*stage*/, std::uint64_t /*total_bytes*/,
               std::uint64_t /*total_items*/) override {}
    void advance(std::uint64_t /*bytes*/, std::uint64_t /*items*/) override {}
    void end() override {}
    bool cancelled() const override { return false; }
};

}  // namespace

Progress& no_progress() {
    static NoProgress nothing;
    return nothing;
}

}  // namespace kua
