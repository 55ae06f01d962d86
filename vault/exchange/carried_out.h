// What is carried of a channel, passed on to another remote as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kua/finding.h"
#include "kua/progress.h"
#include "vault/exchange/carried.h"

namespace kua::exchange {

struct CarriedOut {
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
    std::optional<Finding> fault;  // it was damaged here, and dropped from there on
};

// `there` is where the remote's ref of `channel` is (nothing: it has none). Nothing is sent if what
// is carried doesn't lie behind that. Moves the ref as outgoing.h does.
CarriedOut pass_on(store::Store& store, Repository& remote, const std::string& remote_name,
                   const Channel& channel, const std::optional<format::GitId>& there,
                   Progress& progress);
// What that would send.
CarriedOut preview_passing_on(store::Connection& catalog, const Channel& channel,
                              const std::optional<format::GitId>& there);

}  // namespace kua::exchange
