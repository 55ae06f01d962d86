// Which pages of a database were read, and so had their MAC checked.
#pragma once

#include <cstdint>
#include <vector>

namespace kua::store {

// Page numbers, counted from 1. One thread at a time.
class PageSet {
public:
    void add(std::uint64_t page);
    void add(const PageSet& other);
    bool contains(std::uint64_t page) const noexcept;
    std::uint64_t size() const noexcept { return size_; }

private:
    std::vector<bool> pages_;
    std::uint64_t size_ = 0;
};

}  // namespace kua::store
