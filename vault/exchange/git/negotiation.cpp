#include "vault/exchange/git/negotiation.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "vault/base/hex.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::string_view kFlush = "0000";
constexpr std::string_view kDone = "0009done\n";
constexpr std::string_view kThinPack = " thin-pack";

// A line with its length in front, four hex digits that count themselves.
std::string packet(std::string_view line) {
    const std::size_t length = line.size() + kLengthBytes;
    const std::array<std::byte, 2> big_endian{static_cast<std::byte>(length >> 8U),
                                              static_cast<std::byte>(length & 0xffU)};
    return base::encode_hex(big_endian) + std::string{line};
}

// The length of the packet at the front of `rest`; nothing if there is no whole one.
std::optional<std::size_t> packet_length(std::string_view rest) {
    const std::optional<base::Bytes> bytes =
        base::decode_hex(rest.substr(0, std::min(kLengthBytes, rest.size())));
    if (!bytes || bytes->size() != kLengthBytes / 2) {
        return std::nullopt;
    }
    const std::size_t length = (std::to_integer<std::size_t>((*bytes)[0]) << 8U) |
                               std::to_integer<std::size_t>((*bytes)[1]);
    if (length == 0) {
        return kFlush.size();
    }
    return length < kLengthBytes || length > rest.size() ? std::nullopt : std::optional{length};
}

}  // namespace

std::string with_haves(std::string_view request, const std::vector<format::GitId>& haves) {
    std::string changed;
    while (const std::optional<std::size_t> length = packet_length(request)) {
        const std::string_view whole = request.substr(0, *length);
        std::string line{whole.substr(std::min(kLengthBytes, whole.size()))};
        if (whole == kDone) {
            for (const format::GitId& id : haves) {
                changed += packet("have " + id.hex() + "\n");
            }
            changed += whole;
        } else if (const std::size_t at = line.find(kThinPack);
                   line.starts_with("want ") && at != std::string::npos) {
            changed += packet(line.erase(at, kThinPack.size()));
        } else {
            changed += whole;
        }
        request.remove_prefix(*length);
    }
    changed += request;
    return changed;
}

}  // namespace kua::exchange
