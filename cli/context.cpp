#include "cli/context.h"

#include "cli/session.h"
#include "cli/terminal_files.h"
#include "cli/terminal_input.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::size_t kShortPassphraseBytes = 16;

void stop_if_asked() {
    if (caught_signal() != 0) {
        throw Error{ErrorCode::kInterrupted, "stopped; nothing changed"};
    }
}

// Whether the header of a vault is gone and the rest is there: no place for a new vault.
bool lacks_only_header(const fs::path& directory) {
    return !may_exist(directory / "kua.vault") && path_exists(directory / "catalog.db") &&
           path_exists(directory / "objects");
}

}  // namespace

CommandContext::CommandContext(const GlobalOptions& options, Output& output, Terminal& terminal,
                               Session* session) noexcept
    : options_(options),
      output_(output),
      terminal_(terminal),
      session_(session),
      progress_(terminal, /*shown=*/!options.quiet) {}

std::filesystem::path CommandContext::find_vault() const {
    if (session_ != nullptr) {
        return session_->directory();
    }
    if (options_.vault) {
        return *options_.vault;
    }
    if (const std::optional<std::string> named = environment_variable("KUA_VAULT")) {
        return *named;
    }
    if (const std::optional<fs::path> above = nearest_directory_with("kua.vault")) {
        return *above;
    }
    if (const std::optional<fs::path> here = whole_path(""); here && lacks_only_header(*here)) {
        return *here;
    }
    throw Error{ErrorCode::kNotVault,
                "no vault here or in any folder above; name it with --vault DIR, or make one: kua "
                "init DIR"};
}

Vault CommandContext::open_vault(Access access) try {
    const std::filesystem::path directory = find_vault();
    if (lacks_only_header(directory)) {
        throw Error{ErrorCode::kNotVault,
                    "the header of the vault in " + escape_for_display(directory.native()) +
                        ", kua.vault, is missing; the rest can't be opened without it. Put"
                        " kua.vault from an older copy or backup of this vault there: the"
                        " passphrase of that time opens it then"};
    }
    if (!may_exist(directory / "kua.vault")) {
        // Before a passphrase is asked for; what is there instead, the library knows better.
        throw Error{ErrorCode::kNotVault, "there is no vault in " +
                                              escape_for_display(directory.native()) +
                                              "; make one: kua init DIR"};
    }
    Vault vault = [&] {
        if (session_ != nullptr) {
            return open_in_session(directory, access);
        }
        const Passphrase passphrase = vault_passphrase();
        working("opening the vault ...");
        return Vault::open(directory, passphrase, access);
    }();
    terminal_.set_status("");
    stop_if_asked();
    for (const Finding& finding : vault.opening_findings()) {
        output_.warning(finding.subject + ": " + finding.text);
    }
    return vault;
} catch (const Error& error) {
    terminal_.set_status("");
    if (error.code() == ErrorCode::kWrongKey) {
        // The shell's key is what a passphrase gave that fitted.
        const bool outdated = session_ != nullptr && session_->key() != nullptr;
        throw Error{ErrorCode::kWrongKey,
                    outdated ? "the passphrase that this shell was unlocked with opens the vault no"
                               " more"
                             : "wrong passphrase"};
    }
    if (error.code() == ErrorCode::kBusy) {
        throw Error{ErrorCode::kBusy, "another kua is writing here"};
    }
    throw;
}

Passphrase CommandContext::vault_passphrase() {
    if (session_ != nullptr && session_->was_locked() && can_ask()) {
        return ask_passphrase("passphrase: ");
    }
    return known_passphrase({options_.passphrase_file, options_.passphrase_fd, /*own=*/true,
                             "passphrase", "--passphrase-file FILE or --passphrase-fd N"},
                            "passphrase: ");
}

Vault CommandContext::open_in_session(const std::filesystem::path& directory, Access access) {
    if (session_->key() == nullptr) {
        const Passphrase passphrase = vault_passphrase();
        working("opening the vault ...");
        session_->unlock(Vault::unlock(directory, passphrase));
    }
    try {
        return Vault::open(directory, *session_->key(), access);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::kWrongKey) {
            session_->wish(Session::Wish::kLock);
        }
        throw;
    }
}

void CommandContext::passphrase_changed(const Passphrase& fresh) {
    if (session_ == nullptr) {
        return;
    }
    try {
        session_->unlock(Vault::unlock(session_->directory(), fresh));
    } catch (const Error&) {
        session_->wish(Session::Wish::kLock);  // the change itself is done
    }
}

Passphrase CommandContext::read_from_file(const std::string& file, std::string_view what) {
    PassphraseFile read = read_passphrase_file(file, what);
    if (read.readable_by_others) {
        const std::string shown = escape_for_display(file);
        output_.warning("others on this computer can read " + shown + "; run: chmod 600 " + shown);
    }
    return std::move(read.passphrase);
}

Passphrase CommandContext::known_passphrase(const FreshPassphrase& from,
                                            std::string_view question) {
    if (from.file) {
        return read_from_file(*from.file, from.what);
    }
    if (from.descriptor) {
        return read_passphrase_descriptor(*from.descriptor, from.what);
    }
    if (!can_ask()) {
        throw Error{ErrorCode::kUsage, "there is no terminal to ask for the " +
                                           std::string(from.what) + " on; use " +
                                           std::string(from.instead)};
    }
    return ask_passphrase(question);
}

Passphrase CommandContext::fresh_passphrase(const FreshPassphrase& from) {
    if (from.file || from.descriptor || !can_ask()) {
        return known_passphrase(from, "");
    }
    const std::string what{from.what};
    if (from.own) {
        Passphrase typed = ask_passphrase((what.starts_with("new ") ? what : "new " + what) + ": ");
        if (!is_same(typed, ask_passphrase("the same again: "))) {
            throw Error{ErrorCode::kUsage, "the two differ; nothing changed"};
        }
        if (typed.expose().size() < kShortPassphraseBytes) {
            output_.warning("a short passphrase can be guessed; six random words can't");
        }
        return typed;
    }
    Passphrase generated = Passphrase::generate();
    for (;;) {
        show_once("write down these six words; they are shown once\n\n    ", generated,
                  "\n\nnobody can reset them. press Enter when they are on paper: ");
        if (is_same(generated, ask_passphrase("now type the six words: "))) {
            return generated;
        }
        output_.warning("that was something else; look at them once more");
    }
}

std::string CommandContext::ask(std::string_view question, std::string_view instead) {
    if (!can_ask()) {
        throw Error{ErrorCode::kUsage,
                    "say it with " + std::string(instead) + "; there is no terminal to ask on"};
    }
    return ask_line(question);
}

bool CommandContext::shows_pictures() const noexcept {
    return terminal_.is_terminal(Stream::kOut) && !options_.json;
}

void CommandContext::working(std::string_view what) {
    if (!options_.quiet) {
        terminal_.set_status(what);
    }
}

void CommandContext::confirm(std::string_view question, bool yes) {
    if (yes) {
        return;
    }
    if (ask(std::string(question) + " (yes or no): ", "--yes") != "yes") {
        throw Error{ErrorCode::kFailed, "not confirmed; nothing changed"};
    }
}

}  // namespace kua::cli
