// Shared by the files that read lines and passphrases: an open descriptor, and a line that wipes
// itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace kua::cli {

constexpr std::size_t kLongestLine = 1024;  // the same as a passphrase

class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    int get() const noexcept { return number_; }

private:
    int number_;
};

// What was typed or read: kept out of swap where the system allows it, and wiped.
template <std::size_t kLongest>
class LockedText {
public:
    LockedText() noexcept { ::mlock(bytes_.data(), bytes_.size()); }
    LockedText(const LockedText&) = delete;
    LockedText& operator=(const LockedText&) = delete;
    ~LockedText() {
        ::explicit_bzero(bytes_.data(), bytes_.size());
        ::munlock(bytes_.data(), bytes_.size());
    }
    std::span<char> text() noexcept { return {bytes_.data(), size_}; }
    // What is left, to read into.
    std::span<char> room() noexcept { return std::span{bytes_}.subspan(size_); }
    bool is_full() const noexcept { return size_ == bytes_.size(); }
    bool is_too_long() const noexcept { return size_ > kLongest; }
    void drop_last(std::size_t count) noexcept { size_ -= count; }
    void add(char c) noexcept {
        if (!is_full()) {
            bytes_[size_++] = c;
        }
    }

private:
    // Two more than allowed: a line break, and one by which too much is noticed.
    std::array<char, kLongest + 2> bytes_{};
    std::size_t size_ = 0;
};

using Line = LockedText<kLongestLine>;
// As long as a terminal lets a line be. What is typed or pasted beyond that the system drops
// without a word, so a line of this length may have been cut.
constexpr std::size_t kCutLine = 4095;
using LongLine = LockedText<4096>;

}  // namespace kua::cli
