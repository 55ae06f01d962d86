// Where the payload of an object lies in the segments.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace kua::store {

// Rows of a segment hold at most this much. Reaches disk.
inline constexpr std::size_t kMaxPieceBytes = std::size_t{1} << 20;

struct PiecePlace {
    std::uint32_t segment = 0;  // from 1
    std::int64_t piece = 0;     // from 1
    auto operator<=>(const PiecePlace&) const = default;
};

// Consecutive pieces of one segment.
struct Extent {
    std::uint32_t segment = 0;
    std::int64_t first_piece = 0;
    std::int64_t pieces = 0;
    bool operator==(const Extent&) const = default;
};

// Collects where the pieces of one object went, front to back.
class ExtentList {
public:
    void add(PiecePlace place);
    std::int64_t pieces() const noexcept { return pieces_; }
    const std::vector<Extent>& extents() const noexcept { return extents_; }

private:
    std::vector<Extent> extents_;
    std::int64_t pieces_ = 0;
};

}  // namespace kua::store
