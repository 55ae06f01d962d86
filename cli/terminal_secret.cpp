#include "cli/terminal_secret.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "cli/terminal_input.h"
#include "cli/terminal_line.h"
#include "kua/error.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::size_t kLongestText = std::size_t{16} << 10;

using SecretFile = LockedText<kLongestText>;

SecretText secret_text_of(SecretFile& text) {
    if (text.is_too_long()) {
        throw Error{ErrorCode::kUsage, "more than 16 KiB; nothing was kept"};
    }
    return SecretText{{text.text().data(), text.text().size()}};
}

void add_all(SecretFile& text, std::span<const char> more) noexcept {
    for (const char c : more) {
        text.add(c);
    }
}

// The bytes of the character at the front; 1 for a byte that begins none.
std::size_t character_bytes(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0xc0 ? 1U : first < 0xe0 ? 2U : first < 0xf0 ? 3U : 4U;
    return std::min(size, text.size());
}

bool is_plain(char c) noexcept {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

SecretText read_secret_text(const fs::path& file) {
    const bool is_input = file == "-";
    const std::string shown = is_input ? "standard input" : escape_for_display(file.native());
    const Descriptor opened{is_input ? ::dup(STDIN_FILENO)
                                     : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    SecretFile text;
    while (!text.is_too_long()) {
        Line piece;
        const ssize_t got = ::read(opened.get(), piece.room().data(), piece.room().size());
        if (got == 0) {
            break;
        }
        if (got > 0) {
            add_all(text, piece.room().first(static_cast<std::size_t>(got)));
        } else if (errno != EINTR) {
            throw Error{ErrorCode::kNoFile,
                        "can't read " + shown + ": " + std::generic_category().message(errno)};
        } else if (caught_signal() != 0) {
            throw Error{ErrorCode::kInterrupted, "stopped; nothing changed"};
        }
    }
    return secret_text_of(text);
}

SecretText ask_secret_lines(std::string_view title, std::span<const SecretQuestion> questions) {
    SecretFile text;
    PrivateScreen screen{title};
    for (const SecretQuestion& question : questions) {
        LongLine line;
        if (!screen.ask(question.text, line)) {
            throw Error{ErrorCode::kInterrupted, "stopped; nothing changed"};
        }
        if (!line.text().empty()) {
            add_all(text, question.name);
            add_all(text, std::string_view{": "});
            add_all(text, line.text());
            text.add('\n');
        }
    }
    return secret_text_of(text);
}

void write_secret(Terminal& terminal, std::string_view secret,
                  std::string (*escape)(std::string_view character)) {
    while (!secret.empty()) {
        const auto* const end = std::find_if_not(secret.begin(), secret.end(), is_plain);
        std::size_t size = static_cast<std::size_t>(end - secret.begin());
        if (size > 0) {
            terminal.write(Stream::kOut, secret.substr(0, size));
        } else {
            size = character_bytes(secret);
            terminal.write(Stream::kOut, escape(secret.substr(0, size)));
        }
        secret.remove_prefix(size);
    }
}

}  // namespace kua::cli
