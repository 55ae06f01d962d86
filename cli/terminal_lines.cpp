#include "cli/terminal_lines.h"

#include <cerrno>

#include <unistd.h>

#include "kua/error.h"

namespace kua::cli {
namespace {

constexpr std::size_t kLongestScriptLine = std::size_t{64} << 10;

class PlainLines final : public LineSource {
public:
    explicit PlainLines(WaitingObserver& observer) noexcept : observer_(observer) {}

    TypedLine read(const std::string& /*prompt*/) override {
        const WatchedSignals signals;
        TypedLine line;
        for (;;) {
            switch (signals.wait_for(STDIN_FILENO, &observer_)) {
                case Waited::kReady:
                    break;
                case Waited::kSignal:
                    return {TypedLine::End::kSignal, "", signals.caught()};
                case Waited::kExpired:
                    return {TypedLine::End::kExpired, "", 0};
            }
            char c = 0;
            const ssize_t got = ::read(STDIN_FILENO, &c, 1);
            if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
                continue;
            }
            if (got <= 0) {
                line.end = line.text.empty() ? TypedLine::End::kEndOfInput : TypedLine::End::kLine;
                return line;
            }
            if (c == '\n') {
                line.end = TypedLine::End::kLine;
                return line;
            }
            if (line.text.size() == kLongestScriptLine) {
                throw Error{ErrorCode::kUsage, "a line has more than 64 KiB"};
            }
            line.text += c;
        }
    }

private:
    WaitingObserver& observer_;
};

}  // namespace

std::unique_ptr<LineSource> make_plain_lines(WaitingObserver& observer) {
    return std::make_unique<PlainLines>(observer);
}

}  // namespace kua::cli
