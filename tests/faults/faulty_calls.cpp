// Loaded into a program by LD_PRELOAD: counts its system calls that change something below a
// directory, and at one of them kills it or has the device fail. The program knows nothing of it.
//
//     FAULTY_UNDER    the directory, absolute; calls on other paths are let through uncounted
//     FAULTY_LOG      a file that each counted call is appended to, before it: "NUMBER CALL PATH"
//     FAULTY_AT       the number of the call that something happens at, from 1
//     FAULTY_EFFECT   what happens there:
//         kill    SIGKILL before the call
//         half    of a write, its first half; then SIGKILL
//         error   the call does nothing and fails with EIO, once
//         torn    of a write, its first half; then it fails with EIO, once
//         gone    this and every later call below the directory fails with EIO, reading too
//         full    this and every later one that needs room fails with ENOSPC, after its first half
//
// Calls that the C library makes on its own, past its public names, aren't seen: stick_test.py
// compares what was counted with what strace sees.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace {

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

std::string setting(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

using Open = int(const char*, int, ...);
using Write = ssize_t(int, const void*, size_t);
using WriteAt = ssize_t(int, const void*, size_t, off_t);

class Plan {
public:
    Plan()
        : under_(setting("FAULTY_UNDER")),
          effect_(setting("FAULTY_EFFECT")),
          at_(std::strtoull(setting("FAULTY_AT").c_str(), nullptr, 10)) {
        if (const std::string log = setting("FAULTY_LOG"); !log.empty()) {
            log_ = real<Open>("open")(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        }
    }

    enum class Verdict : std::uint8_t { kGoOn, kFail, kHalfThenFail, kHalfThenDie };

    // Of a call that changes something. errno is set where it is to fail.
    Verdict change(std::string_view call, const std::string& path, bool needs_room) {
        if (!is_below(path)) {
            return Verdict::kGoOn;
        }
        const std::uint64_t number = ++count_;
        write_down(number, call, path);
        if (at_ == 0 || number < at_) {
            return Verdict::kGoOn;
        }
        if (effect_ == "gone" || (effect_ == "full" && needs_room)) {
            is_gone_ = effect_ == "gone";
            errno = is_gone_ ? EIO : ENOSPC;
            return is_gone_ ? Verdict::kFail : Verdict::kHalfThenFail;
        }
        if (number > at_ || effect_ == "full") {
            return Verdict::kGoOn;
        }
        if (effect_ == "kill") {
            ::kill(::getpid(), SIGKILL);
        }
        errno = EIO;
        return effect_ == "half"   ? Verdict::kHalfThenDie
               : effect_ == "torn" ? Verdict::kHalfThenFail
                                   : Verdict::kFail;
    }

    bool can_read(const std::string& path) {
        if (!is_gone_ || !is_below(path)) {
            return true;
        }
        errno = EIO;
        return false;
    }

private:
    bool is_below(std::string_view path) const {
        return !under_.empty() && path.starts_with(under_) &&
               (path.size() == under_.size() || path[under_.size()] == '/');
    }

    void write_down(std::uint64_t number, std::string_view call, const std::string& path) const {
        if (log_ < 0) {
            return;
        }
        const std::string line =
            std::to_string(number) + ' ' + std::string{call} + ' ' + path + '\n';
        if (real<Write>("write")(log_, line.data(), line.size()) < 0) {
            ::kill(::getpid(), SIGABRT);  // a run that isn't written down shows nothing
        }
    }

    std::string under_;
    std::string effect_;
    std::uint64_t at_;
    int log_ = -1;
    std::atomic<std::uint64_t> count_ = 0;
    std::atomic<bool> is_gone_ = false;
};

using Verdict = Plan::Verdict;

Plan& plan() {
    static Plan one;
    return one;
}

std::string link_target(const std::string& link) {
    std::string target(4096, '\0');
    const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
    target.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return target;
}

std::string path_of(int file) {
    return link_target("/proc/self/fd/" + std::to_string(file));
}

std::string path_of(int directory, const std::string& name) {
    if (name.starts_with('/')) {
        return name;
    }
    const std::string base =
        directory == AT_FDCWD ? link_target("/proc/self/cwd") : path_of(directory);
    return name.empty() ? base : base + '/' + name;
}

// A change without a part that could be done by itself.
template <class Call>
int change(const char* name, const std::string& path, bool needs_room, Call call) {
    return plan().change(name, path, needs_room) == Verdict::kGoOn ? call() : -1;
}

// Put down in `write`, which takes a number of bytes.
template <class Call>
ssize_t write_part(const char* name, int file, std::size_t size, Call write) {
    const Verdict verdict = plan().change(name, path_of(file), true);
    if (verdict == Verdict::kGoOn) {
        return write(size);
    }
    const int error = errno;
    if (verdict != Verdict::kFail && size > 1) {
        write(size / 2);
    }
    if (verdict == Verdict::kHalfThenDie) {
        ::kill(::getpid(), SIGKILL);
    }
    errno = error;
    return -1;
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
    const auto call = [&] {
        return real<int(int, const char*, int, ...)>("openat")(directory, path, flags, mode);
    };
    const std::string whole = path_of(directory, path);
    if ((flags & (O_CREAT | O_TRUNC)) != 0) {
        return change("open", whole, true, call);
    }
    return plan().can_read(whole) ? call() : -1;
}

mode_t mode_from(int flags, va_list& arguments) {
    return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

template <class Call>
int read_path(const char* path, Call call) {
    return plan().can_read(path_of(AT_FDCWD, path)) ? call() : -1;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_from(flags, arguments);
    va_end(arguments);
    return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_from(flags, arguments);
    va_end(arguments);
    return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_from(flags, arguments);
    va_end(arguments);
    return open_at(directory, path, flags, mode);
}

ssize_t write(int file, const void* bytes, size_t size) {
    return write_part("write", file, size,
                      [&](std::size_t part) { return real<Write>("write")(file, bytes, part); });
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
    return write_part("pwrite64", file, size, [&](std::size_t part) {
        return real<WriteAt>("pwrite")(file, bytes, part, at);
    });
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
    return pwrite(file, bytes, size, at);
}

int ftruncate(int file, off_t size) noexcept {
    return change("ftruncate", path_of(file), size > 0,
                  [&] { return real<int(int, off_t)>("ftruncate")(file, size); });
}

int ftruncate64(int file, off64_t size) noexcept {
    return ftruncate(file, size);
}

int fsync(int file) {
    return change("fsync", path_of(file), false, [&] { return real<int(int)>("fsync")(file); });
}

int fdatasync(int file) {
    return change("fdatasync", path_of(file), false,
                  [&] { return real<int(int)>("fdatasync")(file); });
}

int syncfs(int file) noexcept {
    return change("syncfs", path_of(file), false, [&] { return real<int(int)>("syncfs")(file); });
}

int sync_file_range(int file, off64_t from, off64_t count, unsigned flags) {
    return change("sync_file_range", path_of(file), false, [&] {
        return real<int(int, off64_t, off64_t, unsigned)>("sync_file_range")(file, from, count,
                                                                             flags);
    });
}

int rename(const char* from, const char* to) noexcept {
    return change("rename", path_of(AT_FDCWD, to), false,
                  [&] { return real<int(const char*, const char*)>("rename")(from, to); });
}

int unlink(const char* path) noexcept {
    return change("unlink", path_of(AT_FDCWD, path), false,
                  [&] { return real<int(const char*)>("unlink")(path); });
}

int unlinkat(int directory, const char* path, int flags) noexcept {
    return change("unlinkat", path_of(directory, path), false, [&] {
        return real<int(int, const char*, int)>("unlinkat")(directory, path, flags);
    });
}

int rmdir(const char* path) noexcept {
    return change("rmdir", path_of(AT_FDCWD, path), false,
                  [&] { return real<int(const char*)>("rmdir")(path); });
}

int mkdir(const char* path, mode_t mode) noexcept {
    return change("mkdir", path_of(AT_FDCWD, path), true,
                  [&] { return real<int(const char*, mode_t)>("mkdir")(path, mode); });
}

int linkat(int from_directory, const char* from, int directory, const char* to,
           int flags) noexcept {
    return change("linkat", path_of(directory, to), true, [&] {
        return real<int(int, const char*, int, const char*, int)>("linkat")(from_directory, from,
                                                                            directory, to, flags);
    });
}

ssize_t pread(int file, void* bytes, size_t size, off_t at) {
    using ReadAt = ssize_t(int, void*, size_t, off_t);
    return plan().can_read(path_of(file)) ? real<ReadAt>("pread")(file, bytes, size, at) : -1;
}

ssize_t pread64(int file, void* bytes, size_t size, off64_t at) {
    return pread(file, bytes, size, at);
}

int lstat(const char* path, struct stat* out) noexcept {
    return read_path(path,
                     [&] { return real<int(const char*, struct stat*)>("lstat")(path, out); });
}

int statvfs(const char* path, struct statvfs* out) noexcept {
    return read_path(path,
                     [&] { return real<int(const char*, struct statvfs*)>("statvfs")(path, out); });
}

}  // extern "C"
