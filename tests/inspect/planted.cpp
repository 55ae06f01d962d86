// A kua-inspect whose library was taken over: the "media file" names what it then tries. Built from
// the same walls and the same server. An attempt that succeeds is answered, and so looks like a
// file that was inspected; one that is stopped is not. Usage: in the place of kua-inspect-pictures;
// or planted ATTEMPT: without any walls, exit 0 if it succeeds, which shows that the attempt is
// one.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/inspect/claims.h"
#include "cli/inspect/sandbox.h"
#include "cli/inspect/server.h"

namespace {

bool do_nothing() {
    return true;
}

bool open_file() {
    return ::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

bool make_file() {
    return ::open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600) >= 0;
}

bool open_internet() {
    return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

bool open_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

bool fork_process() {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(0);
    }
    return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

bool run_program() {
    std::array<char, 10> program{"/bin/true"};
    const std::array<char*, 2> arguments{program.data(), nullptr};
    const std::array<char*, 1> none{nullptr};
    ::execve(program.data(), arguments.data(), none.data());
    return false;
}

bool trace_itself() {
    return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0;
}

bool signal_parent() {
    return ::kill(::getppid(), 0) == 0;
}

bool take_2_gib() {
    constexpr std::size_t kBytes = std::size_t{2} << 30;
    void* const memory =
        ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED;
}

bool take_800_mib_in_pieces() {
    constexpr std::size_t kPieceBytes = std::size_t{8} << 20;
    for (int piece = 0; piece < 100; ++piece) {
        void* const memory = ::mmap(nullptr, kPieceBytes, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            return false;
        }
    }
    return true;
}

bool make_code() {
    constexpr std::size_t kPageBytes = 4096;
    return ::mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

// That the call came back, whatever it says: a filter that doesn't know it never lets it.
bool came_back(ssize_t) {
    return true;
}

bool write_elsewhere() {
    constexpr int kSome = 5;  // whether or not anything is open there
    return came_back(::write(kSome, "x", 1));
}

bool change_the_file() {
    return came_back(::pwrite(kua::inspect::kFileDescriptor, "x", 1, 0));
}

bool raise_limits() {
    const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &more);
    return true;
}

bool put_off_the_alarm() {
    const itimerval never{};
    return ::setitimer(ITIMER_REAL, &never, nullptr) == 0;
}

bool find_environment() {
    return std::any_of(environ, environ + 2, [](const char* each) {
        return each != nullptr && std::string_view{each} != "TZ=UTC0";
    });
}

bool never_end() {
    const volatile bool goes_on = true;
    while (goes_on) {
    }
    return true;
}

bool answer_without_end() {
    const std::string much(60'000, 'a');
    return came_back(::write(kua::inspect::kAnswerDescriptor, much.data(), much.size()));
}

bool answer_nonsense() {
    constexpr std::string_view kNonsense = R"({"kua_inspect":1,"tool":[[[[)";
    return came_back(::write(kua::inspect::kAnswerDescriptor, kNonsense.data(), kNonsense.size()));
}

struct Attempt {
    std::string_view name;
    bool (*succeeds)();
};
constexpr std::array kAttempts{
    Attempt{"nothing", do_nothing},
    Attempt{"open", open_file},
    Attempt{"make-file", make_file},
    Attempt{"internet", open_internet},
    Attempt{"socket", open_socket},
    Attempt{"fork", fork_process},
    Attempt{"exec", run_program},
    Attempt{"ptrace", trace_itself},
    Attempt{"kill", signal_parent},
    Attempt{"memory", take_2_gib},
    Attempt{"memory-in-pieces", take_800_mib_in_pieces},
    Attempt{"code", make_code},
    Attempt{"write", write_elsewhere},
    Attempt{"change", change_the_file},
    Attempt{"limits", raise_limits},
    Attempt{"alarm", put_off_the_alarm},
    Attempt{"environment", find_environment},
    Attempt{"spin", never_end},
    Attempt{"flood", answer_without_end},
    Attempt{"nonsense", answer_nonsense},
};

bool succeeds(std::string_view name) {
    const auto found = std::find_if(kAttempts.begin(), kAttempts.end(),
                                    [name](const Attempt& one) { return one.name == name; });
    return found != kAttempts.end() && found->succeeds();
}

// The attempt that the file names, up to a space.
std::optional<std::string> take_over(const char* sandbox) {
    std::array<char, 64> text{};
    const ssize_t got = ::pread(kua::inspect::kFileDescriptor, text.data(), text.size(), 0);
    const std::string_view named{text.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
    if (!succeeds(named.substr(0, named.find(' ')))) {
        return std::nullopt;
    }
    return kua::inspect::answer_text({}, "planted", sandbox);
}

}  // namespace

int main(int count, char** arguments) {
    namespace inspect = kua::inspect;
    if (count > 1) {
        return succeeds(arguments[1]) ? 0 : 1;
    }
    if (!inspect::give_up_surroundings()) {
        return inspect::kNoSandbox;
    }
    const char* const sandbox = inspect::forbid_files() ? "seccomp, landlock" : "seccomp";
    const inspect::SystemCallFilter filter;
    inspect::serve(STDIN_FILENO, filter, [sandbox](std::uint64_t) { return take_over(sandbox); });
    return 0;
}
