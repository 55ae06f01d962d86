#include "cli/inspect/sandbox.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <initializer_list>

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace kua::inspect {
namespace {

constexpr rlim_t kMemoryBytes = rlim_t{512} << 20;
constexpr rlim_t kProcessorSeconds = 5;
constexpr time_t kWallSeconds = 8;  // kua itself waits a little longer
constexpr std::size_t kMostInstructions = 400;

bool limit(__rlimit_resource what, rlim_t most) {
    const rlimit both{most, most};
    return ::setrlimit(what, &both) == 0;
}

bool allow(void* filter, int call) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

// Conditions on an argument of a call; the macros of libseccomp for them are C alone.
scmp_arg_cmp is_equal(unsigned argument, scmp_datum_t value) {
    return {argument, SCMP_CMP_EQ, value, 0};
}

scmp_arg_cmp has_no_bit(unsigned argument, scmp_datum_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

bool allow_if(void* filter, int call, std::initializer_list<scmp_arg_cmp> conditions) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call,
                                  static_cast<unsigned>(conditions.size()),
                                  conditions.begin()) == 0;
}

// Memory of its own and a view of the file, neither of which can become code; no new mapping of
// anything else, since there is no other descriptor.
bool allow_memory(void* filter) {
    const scmp_arg_cmp no_code = has_no_bit(2, PROT_EXEC);
    return allow_if(filter, SCMP_SYS(mmap), {no_code}) &&
           allow_if(filter, SCMP_SYS(mprotect), {no_code}) && allow(filter, SCMP_SYS(munmap)) &&
           allow(filter, SCMP_SYS(mremap)) && allow(filter, SCMP_SYS(brk)) &&
           allow(filter, SCMP_SYS(madvise));
}

bool allow_the_file_and_the_answer(void* filter) {
    // What libraries say to a person has nowhere to go and is no attack.
    for (const scmp_datum_t closed : {scmp_datum_t{STDOUT_FILENO}, scmp_datum_t{STDERR_FILENO}}) {
        const scmp_arg_cmp condition = is_equal(0, closed);
        if (seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EBADF), SCMP_SYS(write), 1, &condition) !=
            0) {
            return false;
        }
    }
    return allow_if(filter, SCMP_SYS(pread64), {is_equal(0, kFileDescriptor)}) &&
           allow_if(filter, SCMP_SYS(write), {is_equal(0, kAnswerDescriptor)});
}

// Also where the time of day is not read without the kernel's help.
bool allow_the_rest(void* filter) {
    return allow(filter, SCMP_SYS(exit_group)) && allow(filter, SCMP_SYS(clock_gettime)) &&
           allow(filter, SCMP_SYS(gettimeofday));
}

bool has_all_rules(void* filter) {
    return seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
           allow_memory(filter) && allow_the_file_and_the_answer(filter) && allow_the_rest(filter);
}

// The rules as the kernel's own kind of program; empty if they can't be had. Through a pipe, which
// holds far more than they are.
std::vector<sock_filter> compiled() {
    void* const filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    std::array<int, 2> ends{-1, -1};
    std::vector<sock_filter> program(kMostInstructions);
    ssize_t got = 0;
    if (filter != nullptr && has_all_rules(filter) && ::pipe2(ends.data(), O_CLOEXEC) == 0) {
        if (seccomp_export_bpf(filter, ends[1]) == 0) {
            got = ::read(ends[0], program.data(), program.size() * sizeof(sock_filter));
        }
        ::close(ends[0]);
        ::close(ends[1]);
    }
    seccomp_release(filter);
    const std::size_t count = got > 0 ? static_cast<std::size_t>(got) / sizeof(sock_filter) : 0;
    program.resize(count < kMostInstructions ? count : 0);
    return program;
}

bool take_descriptors(int file, int answer) {
    // Out of the way first: each may lie where the other one goes.
    constexpr int kOutOfTheWay = 10;
    const int file_copy = ::fcntl(file, F_DUPFD, kOutOfTheWay);
    const int answer_copy = ::fcntl(answer, F_DUPFD, kOutOfTheWay);
    return file_copy >= 0 && answer_copy >= 0 && ::dup2(file_copy, kFileDescriptor) >= 0 &&
           ::dup2(answer_copy, kAnswerDescriptor) >= 0 &&
           ::close_range(0, kFileDescriptor - 1, 0) == 0 &&
           ::close_range(kAnswerDescriptor + 1, ~0U, 0) == 0;
}

}  // namespace

bool give_up_surroundings() {
    // A zone of its own, taken note of now: the C library looks for files of that name when it is
    // first asked for a date.
    if (::clearenv() != 0 || ::setenv("TZ", "UTC0", 1) != 0) {
        return false;
    }
    ::tzset();
    return ::chdir("/") == 0 && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_AS, kMemoryBytes) && ::prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0;
}

bool forbid_files() {
    // The rights of the first version of Landlock; what later ones add needs a path all the same,
    // or is a call that the filter does not know.
    landlock_ruleset_attr rules{};
    rules.handled_access_fs =
        LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
        LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
        LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
        LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
        LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
    const auto ruleset =
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0U));
    if (ruleset < 0) {
        return false;
    }
    const bool held = ::syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0;
    ::close(ruleset);
    return held;
}

SystemCallFilter::SystemCallFilter() : program_(compiled()) {}

bool SystemCallFilter::enter() const {
    std::vector<sock_filter> program = program_;  // the kernel wants one it might change
    const sock_fprog rules{static_cast<unsigned short>(program.size()), program.data()};
    return !program.empty() && ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &rules) == 0;
}

bool confine_reader(int file, int answer, const SystemCallFilter& filter) {
    // An alarm that nobody handles kills; the filter lets nobody put it off.
    const itimerval wall{{0, 0}, {kWallSeconds, 0}};
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0L, 0L, 0L) == 0 && take_descriptors(file, answer) &&
           ::setitimer(ITIMER_REAL, &wall, nullptr) == 0 && limit(RLIMIT_CPU, kProcessorSeconds) &&
           limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 0) && filter.enter();
}

}  // namespace kua::inspect
