#include "vault/format/padme.h"

#include <algorithm>
#include <bit>

#include "kua/error.h"

namespace kua::format {
namespace {

constexpr std::uint64_t kLargestBytes = std::uint64_t{1} << 62;

int floor_log2(std::uint64_t value) {
    return static_cast<int>(std::bit_width(value)) - 1;
}

// `size_bytes` is at least a floor, so E >= 12 and E - S >= 8: no shift below is negative.
std::uint64_t padme(std::uint64_t size_bytes) {
    if (size_bytes > kLargestBytes) {
        throw Error{ErrorCode::kFailed, "a size over 2^62 bytes can't be padded"};
    }
    const int exponent = floor_log2(size_bytes);
    const int kept_bits = floor_log2(static_cast<std::uint64_t>(exponent)) + 1;
    const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept_bits)) - 1;
    return (size_bytes + mask) & ~mask;
}

}  // namespace

std::uint64_t padded_object_size(std::uint64_t size_bytes) {
    return padme(std::max(size_bytes, kObjectFloorBytes));
}

std::uint64_t padded_bundle_size(std::uint64_t size_bytes) {
    return padme(std::max(size_bytes, kBundleFloorBytes));
}

}  // namespace kua::format
