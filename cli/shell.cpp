#include "cli/shell.h"

#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "cli/completion.h"
#include "cli/idle_watch.h"
#include "cli/names_of_vault.h"
#include "cli/session.h"
#include "cli/terminal_files.h"
#include "cli/terminal_input.h"
#include "cli/terminal_lines.h"
#include "cli/terminal_restart.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

// Locks when it is time, whoever waits for the person meanwhile. One that is locked already waits
// for ever, and what happens to the machine meanwhile doesn't count once it is unlocked.
class ShellWatch final : public WaitingObserver {
public:
    ShellWatch(std::uint64_t idle_ms, const Session& session)
        : idle_ms_(idle_ms), watch_(idle_ms, read_clocks()), session_(session) {}

    void typed() noexcept override { watch_.active(read_clocks()); }
    bool expired() noexcept override { return look() != TimeToLock::kNo; }
    TimeToLock look() noexcept {
        if (session_.key() == nullptr) {
            watch_ = IdleWatch{idle_ms_, read_clocks()};
        }
        return watch_.look(read_clocks());
    }

private:
    std::uint64_t idle_ms_;
    IdleWatch watch_;
    const Session& session_;
};

class Shell {
public:
    Shell(const ShellOptions& options, CommandContext& context)
        : options_(options),
          context_(context),
          session_(absolute(context.find_vault()), context.options(), options.locked),
          watch_(options.idle_ms, session_),
          has_person_(can_ask()),
          status_(options.status) {}

    Outcome run();

private:
    static std::filesystem::path absolute(const std::filesystem::path& path) {
        return whole_path(path).value_or(path);
    }

    void unlock();
    bool run_next();
    bool obey(Session::Wish wish);
    void settle_signals() const;
    void run_line(const std::string& line);
    void lock(const std::string& why, bool stopped);
    void lock_if_it_is_time();
    std::string prompt() const;
    std::unique_ptr<LineSource> make_lines();
    std::vector<std::string> arguments(bool stopped) const;

    const ShellOptions& options_;
    CommandContext& context_;
    Session session_;
    ShellWatch watch_;
    const bool has_person_;
    int status_;
    std::unique_ptr<LineSource> lines_;
};

// Also says at once what there is to say about the vault.
void Shell::unlock() {
    CommandContext inner{context_.options(), context_.output(), context_.terminal(), &session_};
    inner.open_vault(Access::kRead);
}

std::unique_ptr<LineSource> Shell::make_lines() {
    if (!has_person_) {
        return make_plain_lines(watch_);
    }
    return make_edited_lines(watch_, [this](std::string_view before_cursor) {
        const CommandLine line{session_.defaults(), CommandLine::Place::kPrompt};
        return complete_line(before_cursor, line.app(),
                             [this](Nameable kind, std::string_view begins_with) {
                                 return kind == Nameable::kFile ? paths_beginning_with(begins_with)
                                                                : names_of_vault(session_, kind);
                             });
    });
}

Outcome Shell::run() {
    if (options_.locked) {
        take_name_back();
    }
    if (options_.stopped) {
        act_upon(SIGTSTP);
    }
    const QuestionsWatched questions{watch_};
    if (!options_.locked) {
        unlock();
        context_.output().note("unlocked: " + escape_for_display(session_.directory().native()) +
                               "; help lists the commands, lock locks, exit leaves");
    }
    lines_ = make_lines();
    watch_.typed();
    while (run_next()) {
    }
    return has_person_ || status_ == 0 ? Outcome{} : Outcome{Result::kOther, {}, status_};
}

// False when the shell is to end.
bool Shell::run_next() {
    settle_signals();
    lock_if_it_is_time();
    const TypedLine typed = lines_->read(has_person_ ? prompt() : "");
    switch (typed.end) {
        case TypedLine::End::kLine:
            settle_signals();
            lock_if_it_is_time();
            run_line(typed.text);
            return obey(session_.take_wish());
        case TypedLine::End::kCancelled:
            return true;
        case TypedLine::End::kEndOfInput:
            return false;
        case TypedLine::End::kExpired:
            lock_if_it_is_time();
            return true;
        case TypedLine::End::kSignal:
            break;
    }
    if (typed.signal == SIGTSTP) {
        // A process that is stopped can't lock itself when it is time.
        if (session_.key() != nullptr) {
            lock("locked before stopping", /*stopped=*/true);
        }
        act_upon(SIGTSTP);
        return true;
    }
    act_upon(typed.signal);
    throw Error{ErrorCode::kInterrupted, "stopped"};
}

// Ctrl-C stops a command, and that is over; what asks the program to end still does.
void Shell::settle_signals() const {
    if (caught_signal() == SIGINT && has_person_) {
        forget_signal();
    }
    if (caught_signal() != 0) {
        throw Error{ErrorCode::kInterrupted, "stopped"};
    }
}

bool Shell::obey(Session::Wish wish) {
    settle_signals();
    if (wish == Session::Wish::kLock) {
        lock("locked", /*stopped=*/false);
    }
    watch_.typed();
    return wish != Session::Wish::kLeave;
}

void Shell::run_line(const std::string& line) {
    const int status = run_at_prompt(line, context_.terminal(), session_);
    status_ = status == 0 ? status_ : status;
}

void Shell::lock_if_it_is_time() {
    switch (watch_.look()) {
        case TimeToLock::kNo:
            return;
        case TimeToLock::kIdle:
            lock("locked: nothing was typed for " + human_seconds(options_.idle_ms / 1000),
                 /*stopped=*/false);
            return;
        case TimeToLock::kSuspended:
            lock("locked: the computer was suspended", /*stopped=*/false);
            return;
    }
}

// The key is wiped, and then all else that commands left in memory goes: names, decrypted pages,
// what was typed. No destructor could reach that.
void Shell::lock(const std::string& why, bool stopped) {
    session_.lock();
    lines_.reset();
    if (has_person_) {
        clear_screen();
    }
    context_.output().note(why);
    const std::string refused = begin_anew(arguments(stopped));
    throw Error{ErrorCode::kFailed, "the key is wiped, but what else was in memory is not (" +
                                        refused + "); so this shell ends"};
}

// Of the shell that goes on, locked.
std::vector<std::string> Shell::arguments(bool stopped) const {
    const GlobalOptions& options = context_.options();
    std::vector<std::string> words{"shell", "--locked", "--idle",
                                   "PT" + std::to_string(options_.idle_ms / 1000) + "S"};
    const auto add = [&words](const char* name, const std::optional<std::string>& value) {
        if (value) {
            words.push_back(std::string(name) + "=" + *value);
        }
    };
    add("--vault", options.vault);
    add("--case", options.case_name);
    add("--passphrase-file", options.passphrase_file);
    if (options.json) {
        words.emplace_back("--json");
    }
    if (options.quiet) {
        words.emplace_back("--quiet");
    }
    if (stopped) {
        words.emplace_back("--stopped");
    }
    words.push_back("--status=" + std::to_string(status_));
    return words;
}

// Names of cases only while they can be read anyway.
std::string Shell::prompt() const {
    if (session_.key() == nullptr) {
        return "kua (locked)> ";
    }
    try {
        Vault vault = Vault::open(session_.directory(), *session_.key(), Access::kRead);
        const CaseSummary current = vault.find_case(context_.options().case_name.value_or(""));
        return current.sealed ? "kua " + current.id.substr(0, 8) + " (sealed)> "
                              : "kua " + escape_for_display(current.title) + "> ";
    } catch (const Error&) {
        return "kua> ";  // the next command says what is wrong
    }
}

}  // namespace

Outcome run_shell(const ShellOptions& options, CommandContext& context) {
    return Shell{options, context}.run();
}

}  // namespace kua::cli
