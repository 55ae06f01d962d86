// Lines that a person types at a prompt, or that a script sends.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal_waiting.h"

namespace kua::cli {

struct TypedLine {
    enum class End : std::uint8_t {
        kLine,        // `text`, without its line break
        kCancelled,   // Ctrl-C: what was typed doesn't count
        kEndOfInput,  // Ctrl-D, the end of a script, or the terminal is gone
        kSignal,      // `signal`, not yet acted upon
        kExpired,     // the observer would not wait longer; what was typed so far is dropped
    };
    End end = End::kEndOfInput;
    std::string text;
    int signal = 0;
};

class LineSource {
public:
    virtual ~LineSource() = default;
    // Where lines come from a script, no prompt is shown. kUsage for a line over 64 KiB.
    virtual TypedLine read(const std::string& prompt) = 0;
};

// What Tab may put behind the cursor: `insert` at once, and what could follow if that isn't all.
struct Completion {
    std::string insert;
    std::vector<std::string> choices;  // to be shown as they are
};
using Completer = std::function<Completion(std::string_view before_cursor)>;

// Standard input, line by line and no byte further, so that what follows is still there for whoever
// reads it next.
std::unique_ptr<LineSource> make_plain_lines(WaitingObserver& observer);
// The terminal, with editing by libedit: history in memory only, Tab asks `completer`. kUsage
// without a terminal.
std::unique_ptr<LineSource> make_edited_lines(WaitingObserver& observer, Completer completer);

}  // namespace kua::cli
