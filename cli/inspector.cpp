#include "cli/inspector.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "cli/terminal_files.h"

namespace kua::cli {
namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 10;
// A little more than kua-inspect gives itself, which includes what it takes to start.
constexpr int kDeadlineMs = 10'000;
constexpr int kSliceMs = 100;  // so often somebody may have asked to stop
constexpr int kOutcomeMs = 1'000;

// Exit statuses of the process that read the file (cli/inspect/sandbox.h).
constexpr char kStatusAnswered = 0;
constexpr char kStatusNotUnderstood = 1;
constexpr char kStatusNoSandbox = 3;

// Where kua-inspect lies if it is there: beside kua in a build, in ../libexec/kua once installed.
std::optional<fs::path> inspect_program(MediaKind kind) {
    const char* const name =
        kind == MediaKind::kPicture ? "kua-inspect-pictures" : "kua-inspect-recordings";
    std::array<char, 4096> buffer{};
    const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
    if (length <= 0 || static_cast<std::size_t>(length) == buffer.size()) {
        return std::nullopt;
    }
    const fs::path folder =
        fs::path{std::string(buffer.data(), static_cast<std::size_t>(length))}.parent_path();
    for (const fs::path& program : {folder / name, folder / KUA_LIBEXEC / name}) {
        if (path_exists(program)) {
            return program;
        }
    }
    return std::nullopt;
}

// Its own session, so that Ctrl-C reaches kua alone; every signal as if nobody had touched it;
// nothing open but the socket and, twice, nothing.
class SpawnSettings {
public:
    explicit SpawnSettings(int socket) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        constexpr short kFlags =
            POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        sigset_t none{};
        sigset_t all{};
        sigemptyset(&none);
        sigfillset(&all);
        whole_ = ::posix_spawn_file_actions_adddup2(&actions_, socket, STDIN_FILENO) == 0 &&
                 ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY,
                                                    0) == 0 &&
                 ::posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO) == 0 &&
                 ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1) == 0 &&
                 ::posix_spawnattr_setflags(&attributes_, kFlags) == 0 &&
                 ::posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
                 ::posix_spawnattr_setsigdefault(&attributes_, &all) == 0;
    }
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    std::optional<pid_t> spawn(const fs::path& program) const {
        std::string name = "kua-inspect";
        const std::array<char*, 2> arguments{name.data(), nullptr};
        const std::array<char*, 1> environment{nullptr};
        pid_t pid = 0;
        if (!whole_ || ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_,
                                     arguments.data(), environment.data()) != 0) {
            return std::nullopt;
        }
        return pid;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
    bool whole_ = false;
};

bool readable(int descriptor, int timeout_ms) noexcept {
    pollfd wait{descriptor, POLLIN, 0};
    return ::poll(&wait, 1, timeout_ms) > 0;
}

}  // namespace

InspectProcess::InspectProcess(pid_t pid, Descriptor socket) noexcept
    : pid_(pid), socket_(std::move(socket)) {}

std::unique_ptr<InspectProcess> InspectProcess::start(MediaKind kind) {
    const std::optional<fs::path> program = inspect_program(kind);
    std::array<int, 2> ends{-1, -1};
    if (!program || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return nullptr;
    }
    Descriptor ours{ends[0]};
    const Descriptor its{ends[1]};
    const std::optional<pid_t> pid = SpawnSettings{its.get()}.spawn(*program);
    if (!pid) {
        return nullptr;
    }
    return std::make_unique<InspectProcess>(*pid, std::move(ours));
}

InspectProcess::~InspectProcess() {
    // What it started dies with it. It holds nothing that would have to be put right.
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

bool InspectProcess::send(int file, int answer) noexcept {
    char asked = 'i';
    iovec text{&asked, 1};
    const std::array<int, 2> descriptors{file, answer};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> control{};
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptors);
    std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
    return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) == 1;
}

InspectionEnd InspectProcess::outcome(int timeout_ms) noexcept {
    std::array<char, 2> outcome{};
    if (!readable(socket_.get(), timeout_ms) ||
        ::recv(socket_.get(), outcome.data(), outcome.size(), 0) != 2) {
        return InspectionEnd::kCrashed;
    }
    if (outcome[0] == 's') {
        return outcome[1] == SIGALRM || outcome[1] == SIGXCPU || outcome[1] == SIGKILL
                   ? InspectionEnd::kTooSlow
                   : InspectionEnd::kCrashed;
    }
    switch (outcome[1]) {
        case kStatusAnswered:
            return InspectionEnd::kAnswered;
        case kStatusNotUnderstood:
            return InspectionEnd::kNotUnderstood;
        case kStatusNoSandbox:
            return InspectionEnd::kNoSandbox;
        default:
            return InspectionEnd::kCrashed;
    }
}

// The file, opened once more, so that not even the position in it is shared; its answer comes
// through a pipe that only the reading process can write to.
class ProcessInspector::Running final : public RunningInspection {
public:
    Running(ProcessInspector& owner, std::unique_ptr<InspectProcess> process, int descriptor,
            MediaKind kind)
        : owner_(owner), kind_(kind), process_(std::move(process)) {
        const std::string name = "/proc/self/fd/" + std::to_string(descriptor);
        const Descriptor file{::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
        std::array<int, 2> ends{-1, -1};
        if (file.get() < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return;
        }
        answer_ = Descriptor{ends[0]};
        const Descriptor its{ends[1]};
        is_asked_ = process_->send(file.get(), its.get());
    }

    Inspection finish(const Progress& progress) override {
        Inspection inspection;
        inspection.end = is_asked_ ? listen(inspection.answer, progress) : InspectionEnd::kCrashed;
        if (inspection.end == InspectionEnd::kTooSlow) {
            owner_.count_slow();
        }
        if (is_reusable_) {
            owner_.put_back(kind_, std::move(process_));
        }
        return inspection;
    }

private:
    InspectionEnd listen(std::string& answer, const Progress& progress) {
        const std::uint64_t deadline_ms = monotonic_ms() + kDeadlineMs;
        std::array<char, 4096> block{};
        while (monotonic_ms() < deadline_ms && !progress.cancelled()) {
            if (!readable(answer_.get(), kSliceMs)) {
                continue;
            }
            const ssize_t got = ::read(answer_.get(), block.data(), block.size());
            if (got <= 0) {
                const InspectionEnd end = process_->outcome(kOutcomeMs);
                is_reusable_ = got == 0;
                return end;
            }
            answer.append(block.data(), static_cast<std::size_t>(got));
            if (answer.size() > kMaxAnswerBytes) {
                return InspectionEnd::kCrashed;
            }
        }
        return InspectionEnd::kTooSlow;
    }

    ProcessInspector& owner_;
    MediaKind kind_;
    std::unique_ptr<InspectProcess> process_;
    Descriptor answer_{-1};
    bool is_asked_ = false;
    bool is_reusable_ = false;
};

namespace {

// What is known without asking.
class EndedInspection final : public RunningInspection {
public:
    explicit EndedInspection(InspectionEnd end) noexcept : end_(end) {}
    Inspection finish(const Progress& /*progress*/) override { return {end_, {}}; }

private:
    InspectionEnd end_;
};

}  // namespace

std::unique_ptr<RunningInspection> ProcessInspector::begin(int descriptor, MediaKind kind) {
    {
        const std::lock_guard lock{mutex_};
        if (slow_ >= kMaxSlowFiles) {
            return std::make_unique<EndedInspection>(InspectionEnd::kTooSlow);
        }
    }
    std::unique_ptr<InspectProcess> process = descriptor < 0 ? nullptr : take(kind);
    if (!process) {
        return std::make_unique<EndedInspection>(InspectionEnd::kNoProgram);
    }
    return std::make_unique<Running>(*this, std::move(process), descriptor, kind);
}

std::unique_ptr<InspectProcess> ProcessInspector::take(MediaKind kind) {
    {
        const std::lock_guard lock{mutex_};
        Pool& pool = pools_[kind];
        if (pool.unavailable) {
            return nullptr;
        }
        if (!pool.idle.empty()) {
            std::unique_ptr<InspectProcess> process = std::move(pool.idle.back());
            pool.idle.pop_back();
            return process;
        }
    }
    std::unique_ptr<InspectProcess> process = InspectProcess::start(kind);
    if (!process) {
        const std::lock_guard lock{mutex_};
        pools_[kind].unavailable = true;
    }
    return process;
}

void ProcessInspector::put_back(MediaKind kind, std::unique_ptr<InspectProcess> process) {
    const std::lock_guard lock{mutex_};
    pools_[kind].idle.push_back(std::move(process));
}

void ProcessInspector::count_slow() {
    const std::lock_guard lock{mutex_};
    ++slow_;
}

}  // namespace kua::cli
