// Texts that must not linger on their way in and out: who a source is.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "cli/terminal_files.h"
#include "kua/secret_text.h"

namespace kua::cli {

// A whole file, "-" for standard input; at most 16 KiB, else kUsage. kNoFile.
SecretText read_secret_text(const fs::path& file);

struct SecretQuestion {
    std::string_view name;  // of the fact
    std::string_view text;
};

// Asks one after the other on a screen of its own; Enter skips. Gives "name: what was typed" for
// each of the others, a line for each. kUsage without a terminal, kInterrupted.
SecretText ask_secret_lines(std::string_view title, std::span<const SecretQuestion> questions);

// Writes it to standard output, what isn't plain ASCII by `escape`, character by character: only
// such a character is ever copied.
void write_secret(Terminal& terminal, std::string_view secret,
                  std::string (*escape)(std::string_view character));

}  // namespace kua::cli
