// Addresses of remotes at a host. What isn't plainly one of the accepted forms is refused before
// anything connects: an address may come from a message, and parts of it end up in a command line
// on the other side.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kua::exchange {

enum class RemoteScheme : std::uint8_t { kSsh, kHttps, kHttp, kGit };

struct RemoteUrl {
    RemoteScheme scheme = RemoteScheme::kSsh;
    std::string text;  // as given
    std::string user;  // never empty for ssh
    std::string host;
};

// Whether `text` names a host and not a folder or file on this machine: scheme://... of any scheme,
// or user@host:path.
bool names_host(std::string_view text);

// ssh://user@host[:port]/path, user@host:path, https://[user@]host[:port]/path, http:// and git://
// likewise. Throws kUsage for anything else: other schemes, a password, a query, characters that
// need quoting in a shell, hosts or paths that read as an option.
RemoteUrl parse_remote_url(std::string_view text);

}  // namespace kua::exchange
