#include "cli/terminal_input.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <span>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "cli/terminal_line.h"
#include "cli/terminal_restart.h"
#include "cli/terminal_waiting.h"
#include "kua/error.h"

namespace kua::cli {
namespace {

[[noreturn]] void throw_interrupted() {
    throw Error{ErrorCode::kInterrupted, "stopped; nothing changed"};
}

// The alternate screen has no history, so scrolling back doesn't bring up again what stood there.
constexpr std::string_view kEnterScreen = "\x1b[?1049h\x1b[2J\x1b[H";
constexpr std::string_view kLeaveScreen = "\x1b[2J\x1b[?1049l";

bool has_private_screen() noexcept {
    const char* type = std::getenv("TERM");
    return type != nullptr && *type != '\0' && std::string_view{type} != "dumb";
}

bool try_to_write(int terminal, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t written = ::write(terminal, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return true;
}

void write_terminal(int terminal, std::string_view text) {
    if (!try_to_write(terminal, text)) {
        throw Error{ErrorCode::kFailed, "can't write to the terminal"};
    }
}

// Typing isn't shown while this lives; line breaks are.
class HiddenTyping {
public:
    HiddenTyping(int terminal, bool hide) : terminal_(terminal) {
        if (!hide) {
            return;
        }
        if (::tcgetattr(terminal, &before_) != 0) {
            throw Error{ErrorCode::kFailed, "the terminal can't hide typing"};
        }
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        hidden.c_lflag |= ECHONL | ICANON;
        if (::tcsetattr(terminal, TCSADRAIN, &hidden) != 0) {
            throw Error{ErrorCode::kFailed, "the terminal can't hide typing"};
        }
        hidden_ = true;
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;
    ~HiddenTyping() {
        if (hidden_) {
            ::tcsetattr(terminal_, TCSADRAIN, &before_);
        }
    }

private:
    int terminal_;
    termios before_{};
    bool hidden_ = false;
};

constexpr int kEndOfInput = -1;  // Ctrl-D, or the terminal is gone
constexpr int kExpired = -2;     // the observer would not wait longer

WaitingObserver* question_observer = nullptr;

// Asks, only once typing is hidden, and reads up to a line break. Returns 0, one of the above, or
// the signal that came first.
template <class AnyLine>
int read_line(int terminal, std::string_view question, bool hide, AnyLine& line,
              WaitingObserver* observer) {
    const WatchedSignals signals;
    const HiddenTyping typing{terminal, hide};
    write_terminal(terminal, question);
    for (;;) {
        switch (signals.wait_for(terminal, observer)) {
            case Waited::kReady:
                break;
            case Waited::kSignal:
                return signals.caught();
            case Waited::kExpired:
                return kExpired;
        }
        char c = 0;
        const ssize_t got = ::read(terminal, &c, 1);
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
            return kEndOfInput;
        }
        if (got > 0 && c == '\n') {
            return 0;
        }
        if (got > 0) {
            line.add(c);
        }
    }
}

constexpr std::string_view kWasCut =
    "  that line was longer than the 4,094 bytes that a terminal takes at once, so its end is "
    "lost.\n"
    "  It is left out, and so is what was pasted after it; what came before is kept.\n"
    "  Go on from there with shorter lines:\n";

// The rest of what is being pasted, so that nothing goes on behind a gap.
void drop_typed(int terminal) {
    constexpr int kQuietMs = 300;
    pollfd typed{terminal, POLLIN, 0};
    while (::tcflush(terminal, TCIFLUSH) == 0 && ::poll(&typed, 1, kQuietMs) > 0) {
    }
}

void ask(std::string_view question, bool hide, Line& line) {
    const Descriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.get() < 0) {
        throw Error{ErrorCode::kUsage, "there is no terminal to ask on"};
    }
    for (;;) {
        const int signal = read_line(terminal.get(), question, hide, line, question_observer);
        if (signal == 0) {
            break;
        }
        if (signal == kEndOfInput) {
            throw_interrupted();
        }
        if (signal == SIGINT || signal == kExpired) {
            write_terminal(terminal.get(), "\n");
            throw_interrupted();
        }
        // With the terminal as it was; after a suspension the question comes anew.
        act_upon(signal);
        if (caught_signal() != 0) {
            throw_interrupted();
        }
        line.drop_last(line.text().size());
    }
    if (line.text().size() > kLongestLine) {
        throw Error{ErrorCode::kUsage, "more than 1,024 bytes were typed"};
    }
}

}  // namespace

QuestionsWatched::QuestionsWatched(WaitingObserver& observer) noexcept {
    question_observer = &observer;
}

QuestionsWatched::~QuestionsWatched() {
    question_observer = nullptr;
}

void clear_screen() noexcept {
    // To the top, everything from there on, and what had scrolled away (xterm's own, and of most
    // others).
    constexpr std::string_view kClear = "\x1b[H\x1b[2J\x1b[3J";
    const Descriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.get() >= 0 && has_private_screen()) {
        static_cast<void>(try_to_write(terminal.get(), kClear));  // gone: it shows nothing any more
    }
}

bool can_ask() noexcept {
    return ::isatty(STDIN_FILENO) == 1;
}

std::string ask_line(std::string_view question) {
    Line line;
    ask(question, /*hide=*/false, line);
    return {line.text().begin(), line.text().end()};
}

Passphrase ask_passphrase(std::string_view question) {
    Line line;
    ask(question, /*hide=*/true, line);
    if (line.text().empty()) {
        throw Error{ErrorCode::kUsage, "no passphrase was typed"};
    }
    return Passphrase::take(line.text());
}

void show_once(std::string_view before, const Passphrase& secret, std::string_view after) {
    const Descriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.get() < 0) {
        throw Error{ErrorCode::kUsage, "there is no terminal to show the passphrase on"};
    }
    const bool capable = has_private_screen();
    write_terminal(terminal.get(), capable ? kEnterScreen : "\n");
    write_terminal(terminal.get(), before);
    const auto words = secret.expose();
    std::size_t shown = 0;
    while (shown < words.size()) {
        const ssize_t written = ::write(terminal.get(), words.data() + shown, words.size() - shown);
        if (written < 0 && errno != EINTR) {
            break;
        }
        shown += written < 0 ? 0 : static_cast<std::size_t>(written);
    }
    Line line;
    // After Ctrl-D leave the screen first, then stop.
    const int signal = read_line(terminal.get(), after, /*hide=*/true, line, question_observer);
    write_terminal(terminal.get(), capable ? kLeaveScreen : "\n");
    if (signal != 0) {
        if (signal != SIGINT && signal > 0) {
            act_upon(signal);
        }
        throw_interrupted();
    }
}

PrivateScreen::PrivateScreen(std::string_view title)
    : terminal_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)),
      capable_(has_private_screen()),
      title_(title) {
    if (terminal_ < 0) {
        throw Error{ErrorCode::kUsage, "there is no terminal to ask on"};
    }
    enter();
}

PrivateScreen::~PrivateScreen() {
    leave();
    ::close(terminal_);
}

void PrivateScreen::enter() const {
    write_terminal(terminal_, capable_ ? kEnterScreen : "\n");
    write_terminal(terminal_, title_);
}

void PrivateScreen::leave() const noexcept {
    const std::string_view sequence = capable_ ? kLeaveScreen : "\n";
    static_cast<void>(try_to_write(terminal_, sequence));
}

bool PrivateScreen::ask(std::string_view question, LongLine& line) {
    for (;;) {
        line.drop_last(line.text().size());
        // Nobody watches: what somebody is writing down isn't thrown away because they think.
        const int signal = read_line(terminal_, question, /*hide=*/false, line, nullptr);
        const bool is_stopped = signal != 0 && signal != kEndOfInput;
        if (!is_stopped && line.text().size() >= kCutLine) {
            drop_typed(terminal_);
            say(kWasCut);
            continue;
        }
        if (signal == 0 || (signal == kEndOfInput && !line.text().empty())) {
            return true;
        }
        if (signal == kEndOfInput) {
            return false;
        }
        if (signal != SIGINT) {
            leave();
            act_upon(signal);
            enter();
        }
        if (signal == SIGINT || caught_signal() != 0) {
            throw_interrupted();
        }
    }
}

std::string PrivateScreen::ask(std::string_view question) {
    LongLine line;
    if (!ask(question, line)) {
        throw_interrupted();
    }
    return {line.text().begin(), line.text().end()};
}

void PrivateScreen::say(std::string_view text) const {
    write_terminal(terminal_, text);
}

bool is_same(const Passphrase& left, const Passphrase& right) noexcept {
    const auto a = left.expose();
    const auto b = right.expose();
    if (a.size() != b.size()) {
        return false;
    }
    std::byte difference{0};
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= a[i] ^ b[i];
    }
    return difference == std::byte{0};
}

}  // namespace kua::cli
