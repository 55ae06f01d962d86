#include "vault/exchange/room.h"

#include <string>

#include "vault/exchange/refused.h"

namespace kua::exchange {
namespace {

constexpr std::uint64_t kKeptPart = 8;

std::string mebibytes(std::uint64_t count) {
    return std::to_string(count) + " MiB";
}

}  // namespace

void require_room(store::Store& store, std::uint64_t bytes) {
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
    const std::uint64_t free = store.environment().files.free_bytes(store.dir());
    const std::uint64_t room = free - free / kKeptPart;
    if (bytes <= room) {
        return;
    }
    throw Refused{FindingCode::kGap, "no room: it brings " + mebibytes((bytes - 1) / kMiB + 1) +
                                         ", there is room for " + mebibytes(room / kMiB) +
                                         "; make room and sync again"};
}

}  // namespace kua::exchange
