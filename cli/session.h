// What stays from one command to the next at the prompt of kua shell: where the vault is, and the
// key that opens it, while it isn't locked. No vault stays open: others may write in between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "cli/context.h"
#include "kua/unlock_key.h"

namespace kua::cli {

class Session {
public:
    // What a command asks of the shell, to be done when it has ended.
    enum class Wish : std::uint8_t { kNone, kLock, kLeave };

    // `defaults`: the options for every command, as the shell got them. `was_locked`: whoever is at
    // the terminal now has to say the passphrase, even if it came from a file before.
    Session(std::filesystem::path directory, GlobalOptions defaults, bool was_locked)
        : directory_(std::move(directory)),
          defaults_(std::move(defaults)),
          was_locked_(was_locked) {}

    const std::filesystem::path& directory() const noexcept { return directory_; }
    const GlobalOptions& defaults() const noexcept { return defaults_; }
    bool was_locked() const noexcept { return was_locked_; }

    // nullptr while locked.
    const UnlockKey* key() const noexcept { return key_ ? &*key_ : nullptr; }
    void unlock(UnlockKey key) noexcept { key_ = std::move(key); }
    // Wipes the key.
    void lock() noexcept { key_.reset(); }

    void wish(Wish what) noexcept { wish_ = what; }
    // Also forgets it.
    Wish take_wish() noexcept { return std::exchange(wish_, Wish::kNone); }

private:
    std::filesystem::path directory_;
    GlobalOptions defaults_;
    bool was_locked_;
    std::optional<UnlockKey> key_;
    Wish wish_ = Wish::kNone;
};

// Runs what was typed at the prompt, if it is anything, reports what went wrong, and returns the
// exit status that it would have had as a program of its own. Implemented in cli/main.cpp.
int run_at_prompt(const std::string& line, Terminal& terminal, Session& session);

}  // namespace kua::cli
