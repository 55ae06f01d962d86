#include "cli/commands/testimony_new.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/terminal_files.h"
#include "cli/terminal_input.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::string_view kTitle =
    "a new testimony. Enter leaves a line out; Ctrl-C stops and keeps nothing\n\n";
constexpr std::string_view kTextTitle =
    "\nwhat was told; a line with only a dot ends it, or Ctrl-D. Or the path of a recording:\n";

// docs/consent.md, "Levels".
constexpr std::string_view kLevelsInWords =
    "  0 nobody asked yet\n"
    "  1 team only\n"
    "  2 commission and court, under a pseudonym\n"
    "  3 commission and court, with identity\n"
    "  4 as 2, and public under a pseudonym\n"
    "  5 as 3 and 4, public with what is ticked\n";

struct Answer {
    std::string_view question;
    std::string TypedTestimony::*field;
    std::string_view before = {};  // what must be known to answer
};
constexpr std::array<Answer, 5> kAnswers = {{
    {"where was it told: ", &TypedTestimony::place},
    {"when (2017-11-29, 2017-11-29?; Enter: now): ", &TypedTestimony::held},
    {"is it the first account (yes or no): ", &TypedTestimony::first_account},
    {"consent level 0 to 5, explained by mouth: ", &TypedTestimony::consent, kLevelsInWords},
    {"one line about it: ", &TypedTestimony::note},
}};

bool is_misfit(ErrorCode code) {
    return code == ErrorCode::kUsage || code == ErrorCode::kNotFound || code == ErrorCode::kFailed;
}

// A path as somebody types it, or as a terminal writes a file that is dropped on it.
std::string plain_path(std::string_view typed) {
    while (!typed.empty() && typed.front() == ' ') {
        typed.remove_prefix(1);
    }
    while (!typed.empty() && typed.back() == ' ') {
        typed.remove_suffix(1);
    }
    const bool is_quoted = typed.size() > 1 && typed.front() == typed.back() &&
                           (typed.front() == '\'' || typed.front() == '"');
    std::string path;
    if (is_quoted) {
        path = typed.substr(1, typed.size() - 2);
    } else {
        for (std::size_t i = 0; i < typed.size(); ++i) {
            if (typed[i] == '\\' && i + 1 < typed.size()) {
                ++i;
            }
            path += typed[i];
        }
    }
    constexpr std::string_view kUrl = "file://";
    if (path.starts_with(kUrl)) {
        path.erase(0, kUrl.size());
    }
    const std::optional<std::string> home = environment_variable("HOME");
    if (path.starts_with("~/") && home) {
        path.replace(0, 1, *home);
    }
    return path;
}

// Nobody begins to tell like this.
bool looks_like_path(std::string_view path) {
    return path.starts_with('/') || path.starts_with("~/") || path.starts_with("./") ||
           path.starts_with("../");
}

class TypedIntake {
public:
    TypedIntake(TestimonyRequest request, Vault& vault, CommandContext& context)
        : request_(std::move(request)), vault_(vault), context_(context) {
        request_.typed.emplace();
    }

    TestimonyReport run() {
        vault_.check_typed(request_);  // before anything is typed
        {
            PrivateScreen screen{kTitle};
            ask_source(screen);
            for (const Answer& answer : kAnswers) {
                ask_line(screen, answer);
            }
            ask_text(screen);
        }
        for (;;) {
            try {
                return add();
            } catch (const Error& error) {
                if (error.code() == ErrorCode::kBug || error.code() == ErrorCode::kInterrupted ||
                    !wants_again(error)) {
                    throw;
                }
            }
        }
    }

private:
    // Whether all answers fit so far; says what doesn't.
    bool fits(PrivateScreen& screen) {
        try {
            vault_.check_typed(request_);
            return true;
        } catch (const Error& error) {
            if (!is_misfit(error.code())) {
                if (!request_.typed->text.empty()) {
                    return true;  // storing it will say so, and lets it be tried again
                }
                throw;
            }
            screen.say("  " + escape_for_display(error.what()) + "\n");
            return false;
        }
    }

    void ask_line(PrivateScreen& screen, const Answer& answer) {
        std::string& typed = (*request_.typed).*answer.field;
        screen.say(answer.before);
        do {
            typed = screen.ask(answer.question);
        } while (!fits(screen));
    }

    // Somebody new gets a number at once: the night is short.
    void ask_source(PrivateScreen& screen) {
        std::string& source = request_.typed->source;
        for (;;) {
            source = screen.ask("who tells it (P-07, or new): ");
            request_.typed->new_source =
                source == "new" && !vault_.find_case(request_.case_name).sealed;
            if (request_.typed->new_source) {
                source.clear();
                return;
            }
            if (fits(screen)) {
                return;
            }
        }
    }

    void ask_text(PrivateScreen& screen) {
        std::string& text = request_.typed->text;
        do {
            screen.say(kTextTitle);
            text.clear();
            read_text(screen, text);
            if (text.empty() && !request_.recording) {
                screen.say("  nothing was told yet\n");
            }
        } while ((text.empty() && !request_.recording) || !fits(screen));
    }

    void read_text(PrivateScreen& screen, std::string& text) {
        for (;;) {
            LongLine line;
            const bool is_open = screen.ask("", line);
            const std::string_view typed{line.text().data(), line.text().size()};
            if (!is_open || typed == ".") {
                return;
            }
            if (text.empty() && !typed.empty() && take_recording(screen, typed)) {
                continue;
            }
            if (!text.empty() || !typed.empty()) {
                text.append(typed).append(1, '\n');
            }
        }
    }

    // Whether the line was a path, and not what was told.
    bool take_recording(PrivateScreen& screen, std::string_view typed) {
        const std::string plain = plain_path(typed);
        for (const fs::path& path : {fs::path{typed}, fs::path{plain}}) {
            if (path_exists(path)) {
                request_.recording = path;
                screen.say("  that is a recording; words beside it, or a dot:\n");
                return true;
            }
        }
        if (looks_like_path(plain)) {
            screen.say("  there is no such file; again, or the words:\n");
            return true;
        }
        return false;
    }

    TestimonyReport add() {
        if (request_.typed->new_source) {
            request_.typed->source = vault_.add_source({"", request_.case_name, {}}).pseudonym;
            request_.typed->new_source = false;
        }
        return vault_.add_testimony(request_, context_.progress());
    }

    bool wants_again(const Error& error) {
        PrivateScreen screen{"it could not be stored: " + escape_for_display(error.what()) +
                             "\nwhat you typed is still here\n\n"};
        for (;;) {
            const std::string answer = screen.ask("try again (yes; no throws it away): ");
            if (answer == "yes" || answer == "no") {
                return answer == "yes";
            }
        }
    }

    TestimonyRequest request_;
    Vault& vault_;
    CommandContext& context_;
};

}  // namespace

TestimonyReport add_typed_testimony(TestimonyRequest request, Vault& vault,
                                    CommandContext& context) {
    return TypedIntake{std::move(request), vault, context}.run();
}

}  // namespace kua::cli
