#include "cli/inspect/server.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/inspect/claims.h"

namespace kua::inspect {
namespace {

struct Request {
    int file = -1;
    int answer = -1;
};

// Nothing at the end, and for what is no request.
std::optional<Request> receive(int socket) {
    Request request;
    char asked = 0;
    iovec text{&asked, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (got != 1 || asked != 'i' || header == nullptr || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(2 * sizeof(int))) {
        return std::nullopt;
    }
    std::array<int, 2> descriptors{};
    std::memcpy(descriptors.data(), CMSG_DATA(header), sizeof descriptors);
    request.file = descriptors[0];
    request.answer = descriptors[1];
    return request;
}

bool write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(kAnswerDescriptor, text.data(), text.size());
        if (written <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// In the new process; its exit status.
int read_one(const Request& request, const SystemCallFilter& filter, const Inspect& inspect) {
    struct stat status {};
    if (::fstat(request.file, &status) != 0 ||
        !confine_reader(request.file, request.answer, filter)) {
        return kNoSandbox;
    }
    const auto answer = inspect(static_cast<std::uint64_t>(status.st_size));
    return answer && answer->size() <= kMaxAnswerBytes && write_all(*answer) ? kAnswered
                                                                             : kNotUnderstood;
}

std::array<char, 2> outcome_of(pid_t reader) {
    int status = 0;
    pid_t ended = 0;
    do {
        ended = ::waitpid(reader, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended == reader && WIFEXITED(status)) {
        return {'e', static_cast<char>(WEXITSTATUS(status))};
    }
    return {'s', static_cast<char>(ended == reader ? WTERMSIG(status) : 0)};
}

}  // namespace

void serve(int socket, const SystemCallFilter& filter, const Inspect& inspect) {
    while (const std::optional<Request> request = receive(socket)) {
        const pid_t reader = ::fork();
        if (reader == 0) {
            ::_exit(read_one(*request, filter, inspect));
        }
        // Or the answer would have no end.
        ::close(request->answer);
        const std::array<char, 2> outcome =
            reader > 0 ? outcome_of(reader) : std::array<char, 2>{'e', kNoSandbox};
        ::close(request->file);
        if (::send(socket, outcome.data(), outcome.size(), MSG_NOSIGNAL) < 0) {
            return;
        }
    }
}

}  // namespace kua::inspect
