// What a command needs from its surroundings: the vault, the output, somebody to ask.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "cli/output.h"
#include "cli/progress.h"
#include "kua/vault.h"

namespace kua::cli {

// Options that every command takes.
struct GlobalOptions {
    std::optional<std::string> vault;
    std::optional<std::string> case_name;
    std::optional<std::string> passphrase_file;
    std::optional<int> passphrase_fd;
    bool json = false;
    bool quiet = false;
};

// Where a new passphrase comes from: a file, a descriptor, else the terminal.
struct FreshPassphrase {
    std::optional<std::string> file;
    std::optional<int> descriptor;
    bool own = false;          // typed twice instead of generated
    std::string_view what;     // "passphrase", as in "repeat the passphrase"
    std::string_view instead;  // "--passphrase-file FILE", for who has no terminal
};

class Session;

class CommandContext {
public:
    // `session`: of the shell at whose prompt the command was typed, or nullptr.
    CommandContext(const GlobalOptions& options, Output& output, Terminal& terminal,
                   Session* session) noexcept;

    const GlobalOptions& options() const noexcept { return options_; }
    Output& output() noexcept { return output_; }
    Terminal& terminal() noexcept { return terminal_; }
    Progress& progress() noexcept { return progress_; }
    Session* session() const noexcept { return session_; }
    // The case named by --case, or "" for the current one.
    std::string case_name() const { return options_.case_name.value_or(""); }

    // The vault of --vault, else of $KUA_VAULT, else the nearest directory above with one; opened
    // with the passphrase of --passphrase-file or --passphrase-fd, else asked for. In a shell: its
    // vault, with the key that it has, if it isn't locked.
    Vault open_vault(Access access);
    // Where that vault is.
    std::filesystem::path find_vault() const;
    // After the passphrase that the vault was opened with was replaced.
    void passphrase_changed(const Passphrase& fresh);

    // A passphrase that is new: generated, shown once and typed back, unless `from` says otherwise.
    Passphrase fresh_passphrase(const FreshPassphrase& from);
    // One that exists, for something else than this vault.
    Passphrase known_passphrase(const FreshPassphrase& from, std::string_view question);
    // Without a terminal kUsage, naming the option `instead`.
    std::string ask(std::string_view question, std::string_view instead);
    // Whether standard output is a terminal and nobody wants JSON.
    bool shows_pictures() const noexcept;
    // Says on the terminal what takes its time now, until something else is printed.
    void working(std::string_view what);
    // Goes on only if the person types yes or `yes` (the option --yes) is set; else kFailed, and
    // kUsage without a terminal.
    void confirm(std::string_view question, bool yes);

private:
    Passphrase vault_passphrase();
    Vault open_in_session(const std::filesystem::path& directory, Access access);
    Passphrase read_from_file(const std::string& file, std::string_view what);

    const GlobalOptions& options_;
    Output& output_;
    Terminal& terminal_;
    Session* session_;
    ProgressBar progress_;
};

}  // namespace kua::cli
