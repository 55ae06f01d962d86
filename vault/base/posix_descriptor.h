// Owns one file descriptor.
#pragma once

#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace kua::base {

class Descriptor {
public:
    Descriptor() noexcept = default;
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    // close() is not repeated when interrupted: Linux has then closed it already, and its number
    // may be another thread's by now. What it could report was reported by sync().
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const noexcept { return number_; }
    bool is_open() const noexcept { return number_ >= 0; }
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

// The same file under a number that nobody takes for a standard stream: where one of these is
// closed, what is printed to it would be written into the file. Not open, with errno, if there are
// no more numbers.
inline Descriptor beyond_standard_streams(Descriptor file) noexcept {
    if (!file.is_open() || file.number() > STDERR_FILENO) {
        return file;
    }
    return Descriptor{::fcntl(file.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
}

}  // namespace kua::base
