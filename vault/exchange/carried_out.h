// What is carried of a channel, passed on to another remote as it is.
#pragma once

#include <cstdint>
#include <memory>
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

class PassingOn;

// The same into files, for several channels at once: behind what is known here, which went before.
class CarriedFiles {
public:
    // Files are begun anew when so many bytes have come together.
    CarriedFiles(store::Store& store, Repository& files, Progress& progress,
                 std::uint64_t push_bytes);
    ~CarriedFiles();
    CarriedFiles(const CarriedFiles&) = delete;
    CarriedFiles& operator=(const CarriedFiles&) = delete;

    // Returns what couldn't be sent of it, and why.
    std::optional<Finding> send(const Channel& channel);
    void finish();

    std::uint64_t bundles() const noexcept;
    std::uint64_t bytes() const noexcept;

private:
    store::Store& store_;
    std::unique_ptr<PassingOn> passing_on_;
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
