// What a remote has of a channel of a case that is sealed here, copied unread behind what is
// carried already. Only whole bundles are carried, and only what continues what is known here, so
// two remotes that tell two stories of one journal are found out, without knowing which is true.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kua/finding.h"
#include "kua/progress.h"
#include "vault/exchange/carried.h"

namespace kua::exchange {

// How much one sync may still carry. Anybody who holds a remote can make up what can't be read
// here, so it may neither fill the disk nor take for ever.
class CarryLimit {
public:
    static constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 30;
    static constexpr std::size_t kMaxCommits = 100'000;

    // At most half of what is free.
    explicit CarryLimit(std::uint64_t free_bytes) : room_bytes_(free_bytes / 2) {}
    // False if there is no room for it.
    [[nodiscard]] bool take(std::uint64_t bytes);
    // Whether another bundle may begin.
    [[nodiscard]] bool allows_more() const noexcept {
        return taken_bytes_ < kMaxBytes && commits_ < kMaxCommits;
    }
    void count_commit() noexcept { ++commits_; }

private:
    std::uint64_t room_bytes_;
    std::uint64_t taken_bytes_ = 0;
    std::size_t commits_ = 0;
};

// What ends it for a channel. kGap: the rest may still come.
struct CarryFault {
    FindingCode code = FindingCode::kDamaged;
    std::string text;
    format::GitId mark;  // the commit
};

struct CarriedIn {
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
    std::optional<CarryFault> fault;  // if not all up to the tip is carried now
};

enum class CarryDepth : std::uint8_t { kCount, kCopy };

// `tip` is where the fetched ref of `channel` points, and neither known nor carried; `shown` what
// the remote showed before. Throws for the remote's or the vault's storage only.
CarriedIn carry_in(store::Store& store, Repository& remote, const Channel& channel,
                   const format::GitId& tip, const std::optional<format::GitId>& shown,
                   CarryLimit& limit, CarryDepth depth, Progress& progress);

}  // namespace kua::exchange
