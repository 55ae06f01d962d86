// Loaded into a program by LD_PRELOAD: counts its requests for memory, and has one of them fail.
//
//     SCARCE_LOG      a file that the number of requests is written to when the program ends
//     SCARCE_AT       the number of the request that fails, from 1; none: only counted
//     SCARCE_EFFECT   once: that one fails; ever: it and all later ones
//
// Only requests of the C library's public names are seen: malloc and its like, and operator new,
// which uses them. What the system's loader asks for before main() counts, too.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

// The C library's own, which need no looking up (dlsym() asks for memory itself).
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

// Before main() and after exit() alike: nothing here is made or destroyed.
std::atomic<std::uint64_t> requests;
std::atomic<std::uint64_t> fails_at;
std::atomic<bool> fails_ever;

bool fails() noexcept {
    const std::uint64_t number = requests.fetch_add(1) + 1;
    const std::uint64_t at = fails_at.load();
    if (at == 0 || number < at || (number > at && !fails_ever.load())) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

__attribute__((constructor)) void read_settings() {
    if (const char* at = std::getenv("SCARCE_AT")) {
        fails_at = std::strtoull(at, nullptr, 10);
    }
    const char* const effect = std::getenv("SCARCE_EFFECT");
    fails_ever = effect != nullptr && std::strcmp(effect, "ever") == 0;
    requests = 0;
}

__attribute__((destructor)) void write_count() {
    const char* const log = std::getenv("SCARCE_LOG");
    const int file = log == nullptr ? -1 : ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0) {
        return;
    }
    char digits[24];
    std::size_t begin = sizeof digits;
    digits[--begin] = '\n';
    for (std::uint64_t left = requests; left > 0; left /= 10) {
        digits[--begin] = static_cast<char>('0' + left % 10);
    }
    if (::write(file, digits + begin, sizeof digits - begin) < 0) {
        requests = 0;  // whoever counts finds no count
    }
    ::close(file);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
    return fails() ? nullptr : __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
    return fails() ? nullptr : __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
    return fails() ? nullptr : __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
    return fails() ? nullptr : __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return fails() ? nullptr : __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    void* const made = fails() ? nullptr : __libc_memalign(alignment, size);
    if (made == nullptr) {
        return ENOMEM;
    }
    *block = made;
    return 0;
}

}  // extern "C"
