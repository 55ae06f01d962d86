// What the person types: answers and passphrases.
#pragma once

#include <string>
#include <string_view>

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

// Shows `secret` between `before` and `after` until the person presses Enter, then takes it off
// the screen; where the terminal can't do that, it stays.
void show_once(std::string_view before, const Passphrase& secret, std::string_view after);

// Takes as long wherever the two differ.
bool is_same(const Passphrase& left, const Passphrase& right) noexcept;

}  // namespace kua::cli
