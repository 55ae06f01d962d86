// What the person types: answers and passphrases.
#pragma once

#include <string>
#include <string_view>

#include "cli/terminal_line.h"
#include "cli/terminal_waiting.h"
#include "kua/passphrase.h"

namespace kua::cli {

// Whether somebody can be asked: standard input is a terminal. Questions then go to that terminal
// itself, so that output can be redirected meanwhile.
bool can_ask() noexcept;

// Asks and reads one line without its line break, at most 1,024 bytes. Throws kInterrupted if the
// person presses Ctrl-C or Ctrl-D.
std::string ask_line(std::string_view question);
// The same without showing what is typed. The terminal shows typing again afterwards, also if a
// signal stops or suspends the program meanwhile.
Passphrase ask_passphrase(std::string_view question);

// While this lives, such a question is given up, with kInterrupted, when the observer would not
// wait longer. Those on a PrivateScreen are not.
class QuestionsWatched {
public:
    explicit QuestionsWatched(WaitingObserver& observer) noexcept;
    QuestionsWatched(const QuestionsWatched&) = delete;
    QuestionsWatched& operator=(const QuestionsWatched&) = delete;
    ~QuestionsWatched();
};

// Takes away what the terminal shows, and what scrolled out of it where the terminal lets us.
void clear_screen() noexcept;

// Shows `secret` between `before` and `after` until the person presses Enter, then takes it off
// the screen; where the terminal can't do that, it stays.
void show_once(std::string_view before, const Passphrase& secret, std::string_view after);

// A screen of its own, without history: what is asked and typed there is gone when this goes, also
// if a signal ends or suspends the program; where the terminal can't do that, it stays.
class PrivateScreen {
public:
    // kUsage without a terminal.
    explicit PrivateScreen(std::string_view title);
    PrivateScreen(const PrivateScreen&) = delete;
    PrivateScreen& operator=(const PrivateScreen&) = delete;
    ~PrivateScreen();

    // Asks and reads one line without its line break. False after Ctrl-D with nothing before it;
    // kInterrupted after Ctrl-C. A line that the terminal may have cut is not taken: that is said,
    // what was pasted behind it is dropped, and it is asked again.
    bool ask(std::string_view question, LongLine& line);
    // The same for what is no secret and can't be left by Ctrl-D.
    std::string ask(std::string_view question);
    void say(std::string_view text) const;

private:
    void enter() const;
    void leave() const noexcept;

    int terminal_;
    bool capable_;
    std::string title_;
};

// Takes as long wherever the two differ.
bool is_same(const Passphrase& left, const Passphrase& right) noexcept;

}  // namespace kua::cli
