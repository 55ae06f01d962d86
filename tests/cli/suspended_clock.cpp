// Loaded into the program: the machine was suspended for as many hours as the file that
// $KUA_TEST_SUSPENDED names has bytes.
#include <cstdlib>
#include <ctime>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
    const long answer = ::syscall(SYS_clock_gettime, clock, now);
    const char* file = std::getenv("KUA_TEST_SUSPENDED");
    struct stat about {};
    if (answer == 0 && clock == CLOCK_BOOTTIME && file != nullptr && ::stat(file, &about) == 0) {
        now->tv_sec += 3600 * about.st_size;
    }
    return static_cast<int>(answer);
}
