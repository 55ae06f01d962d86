// The one exception type of kua and what its codes mean. Header only, since every layer
// throws it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace kua {

// Why something promised could not be done. Scripts see the numbers (`--json`, field "error"):
// append, never renumber or reuse. cli/main.cpp maps them to exit statuses.
enum class ErrorCode : std::uint8_t {
    kWrongKey = 1,      // No slot or stanza opened. Says nothing about the rest of the vault.
    kDamaged = 2,       // Authentication failed. Never retried, never repaired without being asked.
    kBug = 3,           // KUA_CHECK failed: a mistake in kua, never in its input.
    kFailed = 4,        // Anything else that went wrong outside kua; the message says what.
    kUsage = 5,         // Input that kua can't understand: an option, a date, a name.
    kRefused = 6,       // Consent, membership, an untrusted key or a sealed case forbids it.
    kBusy = 7,          // Another process writes to this vault.
    kNotFound = 8,      // No such item, case, contact or remote.
    kStorage = 9,       // Disk full, device gone, I/O error; nothing was half-kept.
    kInterrupted = 10,  // The person pressed Ctrl-C; nothing was half-kept.
    kNotVault = 11,     // There is no vault there, or the file is something else.
    kNewerFormat = 12,  // Written by a newer kua; nothing was touched.
    kExists = 13,       // Would overwrite something; kua never does.
    kNoFile = 14,       // A path given by the caller is missing or may not be read.
    kFileDamaged = 15,  // A file given by the caller is damaged; says nothing about the vault.
};

// Messages grow from the outside in, one during() per layer; lower case, no full stop. They hold
// ids and the vault's own path, never item names, plaintext or keys.
class Error final : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    // kStorage for want of room, where that is known.
    static Error no_room(const std::string& message) {
        Error error{ErrorCode::kStorage, message};
        error.lacks_room_ = true;
        return error;
    }
    // kNoFile for want of a permission: says nothing about the file.
    static Error no_permission(const std::string& message) {
        Error error{ErrorCode::kNoFile, message};
        error.lacks_permission_ = true;
        return error;
    }
    // kStorage where nothing can ever be written.
    static Error read_only(const std::string& message) {
        Error error{ErrorCode::kStorage, message};
        error.is_read_only_ = true;
        return error;
    }
    ErrorCode code() const noexcept { return code_; }
    bool lacks_room() const noexcept { return lacks_room_; }
    bool lacks_permission() const noexcept { return lacks_permission_; }
    bool is_read_only() const noexcept { return is_read_only_; }
    Error during(const std::string& doing) const {
        Error error{code_, doing + ": " + what()};
        error.lacks_room_ = lacks_room_;
        error.lacks_permission_ = lacks_permission_;
        error.is_read_only_ = is_read_only_;
        return error;
    }

private:
    ErrorCode code_;
    bool lacks_room_ = false;
    bool lacks_permission_ = false;
    bool is_read_only_ = false;
};

}  // namespace kua
