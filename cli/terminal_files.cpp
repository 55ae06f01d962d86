#include "cli/terminal_files.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <initializer_list>
#include <span>
#include <string_view>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "cli/terminal_line.h"
#include "kua/error.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string all;
    for (const std::string_view part : parts) {
        all += part;
    }
    return all;
}

// Reads to the end, at most what the line holds, and drops one line break.
Passphrase read_passphrase(int descriptor, std::string_view what, const std::string& from) {
    Line line;
    for (;;) {
        char c = 0;
        const ssize_t got = ::read(descriptor, &c, 1);
        if (got == 0 || line.is_full()) {
            break;
        }
        if (got > 0) {
            line.add(c);
        } else if (errno != EINTR) {
            throw Error{ErrorCode::kNoFile, joined({"can't read the ", what, " from ", from})};
        } else if (caught_signal() != 0) {
            throw Error{ErrorCode::kInterrupted, "stopped; nothing changed"};
        }
    }
    const std::span<char> text = line.text();
    if (!text.empty() && text.back() == '\n') {
        // What Windows ends lines with is one line break, too.
        line.drop_last(text.size() > 1 && text[text.size() - 2] == '\r' ? 2 : 1);
    }
    if (line.text().empty() || line.text().size() > kLongestLine) {
        throw Error{ErrorCode::kUsage,
                    joined({"the ", what, " in ", from, " must have 1 to 1,024 bytes"})};
    }
    return Passphrase::take(line.text());
}

}  // namespace

PassphraseFile read_passphrase_file(const fs::path& file, std::string_view what) {
    const std::string shown = escape_for_display(file.native());
    const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    struct stat about {};
    if (opened.get() < 0 || ::fstat(opened.get(), &about) != 0) {
        throw Error{ErrorCode::kNoFile, joined({"can't read the ", what, " from ", shown, ": ",
                                                std::generic_category().message(errno)})};
    }
    const bool open_to_others =
        S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    return {read_passphrase(opened.get(), what, shown), open_to_others};
}

Passphrase read_passphrase_descriptor(int descriptor, std::string_view what) {
    // What kua opened itself, such as the catalog, is open under some number, too, and none of
    // those stays open in a program that is started: so what does was there before.
    const int flags = ::fcntl(descriptor, F_GETFD);
    if (flags == -1 || (flags & FD_CLOEXEC) != 0) {
        throw Error{ErrorCode::kNoFile, joined({"can't read the ", what, " from descriptor ",
                                                std::to_string(descriptor),
                                                ": nothing was open there when kua was started"})};
    }
    return read_passphrase(descriptor, what, "descriptor " + std::to_string(descriptor));
}

std::optional<std::string> environment_variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>{value};
}

bool path_exists(const fs::path& path) noexcept {
    struct stat about {};
    return ::lstat(path.c_str(), &about) == 0;
}

bool may_exist(const fs::path& path) noexcept {
    struct stat about {};
    return ::lstat(path.c_str(), &about) == 0 || errno == EACCES;
}

bool is_empty_directory(const fs::path& path) noexcept {
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) {
        return false;
    }
    bool empty = true;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view name = entry->d_name;
        empty = empty && (name == "." || name == "..");
    }
    ::closedir(directory);
    return empty;
}

std::vector<std::string> paths_beginning_with(std::string_view beginning) {
    const std::size_t slash = beginning.rfind('/');
    const std::string folder{beginning.substr(0, slash == beginning.npos ? 0 : slash + 1)};
    const std::string_view name = beginning.substr(folder.size());
    std::vector<std::string> found;
    DIR* directory = ::opendir(folder.empty() ? "." : folder.c_str());
    if (directory == nullptr) {
        return found;
    }
    try {
        while (const dirent* entry = ::readdir(directory)) {
            const std::string_view one = entry->d_name;
            const bool is_hidden = one.starts_with('.') && !name.starts_with('.');
            if (one.starts_with(name) && !is_hidden && one != "." && one != "..") {
                struct stat about {};
                const bool known = ::fstatat(::dirfd(directory), entry->d_name, &about, 0) == 0;
                found.push_back(folder + std::string{one} +
                                (known && S_ISDIR(about.st_mode) ? "/" : ""));
            }
        }
    } catch (...) {
        ::closedir(directory);
        throw;
    }
    ::closedir(directory);
    return found;
}

std::optional<fs::path> whole_path(const fs::path& path) {
    std::array<char, 4096> buffer{};
    if (path.is_absolute()) {
        return path.lexically_normal();
    }
    if (::getcwd(buffer.data(), buffer.size()) == nullptr) {
        return std::nullopt;
    }
    return (fs::path{buffer.data()} / path).lexically_normal();
}

std::optional<fs::path> nearest_directory_with(const std::string& name) {
    const std::optional<fs::path> start = whole_path("");
    if (!start) {
        return std::nullopt;
    }
    for (fs::path here = start->has_filename() ? *start : start->parent_path();;
         here = here.parent_path()) {
        if (path_exists(here / name)) {
            return here;
        }
        if (here == here.parent_path()) {
            return std::nullopt;
        }
    }
}

}  // namespace kua::cli
