// kua-inspect-pictures and kua-inspect-recordings: read what media files say about themselves, for
// `kua add`, in processes that can do nothing else. Started by kua with one end of a socket as
// standard input; they take no arguments and know nothing of vaults.
#include <exception>

#include <unistd.h>

#include "cli/inspect/reader.h"
#include "cli/inspect/sandbox.h"
#include "cli/inspect/server.h"

int main() try {
    namespace inspect = kua::inspect;
    if (!inspect::give_up_surroundings()) {
        return inspect::kNoSandbox;
    }
    inspect::get_ready();
    const std::string tool = "kua-inspect " KUA_VERSION ", " + inspect::tool();
    const char* const sandbox = inspect::forbid_files() ? "seccomp, landlock" : "seccomp";
    const inspect::SystemCallFilter filter;
    inspect::serve(
        STDIN_FILENO, filter, [&](std::uint64_t size_bytes) -> std::optional<std::string> {
            const auto claims = inspect::read_media(size_bytes);
            return claims ? std::optional{answer_text(*claims, tool, sandbox)} : std::nullopt;
        });
    return 0;
} catch (const std::exception&) {
    return 1;
}
