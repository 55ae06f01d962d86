#include "vault/exchange/git/remote_url.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kua/error.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxUrlBytes = 2048;
constexpr std::uint64_t kMaxPort = 65535;
constexpr std::array<std::pair<std::string_view, RemoteScheme>, 4> kSchemes{
    {{"ssh://", RemoteScheme::kSsh},
     {"https://", RemoteScheme::kHttps},
     {"http://", RemoteScheme::kHttp},
     {"git://", RemoteScheme::kGit}}};

[[noreturn]] void refuse_url(std::string_view text, const std::string& reason) {
    throw Error{ErrorCode::kUsage, "address " + base::quoted(text) + " " + reason};
}

// libgit2 puts the path between quotation marks for the shell of the other side and escapes none.
bool is_path_character(char c) {
    return base::is_ascii_alphanumeric(c) ||
           std::string_view{"/._~-+@:%,="}.find(c) != std::string_view::npos;
}

bool is_user(std::string_view text) {
    return !text.empty() && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return base::is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-';
           });
}

bool is_host(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {  // IPv6
        text = text.substr(1, text.size() - 2);
        return std::all_of(text.begin(), text.end(), [](char c) {
            return base::is_ascii_digit(c) || c == ':' || c == '.' || (c >= 'a' && c <= 'f') ||
                   (c >= 'A' && c <= 'F');
        });
    }
    return !text.empty() && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return base::is_ascii_alphanumeric(c) || c == '.' || c == '-';
           });
}

// [user@]host[:port]
void parse_authority(std::string_view authority, RemoteUrl& url) {
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = authority.substr(0, at);
        if (user.find(':') != std::string_view::npos) {
            refuse_url("...", "holds a password; leave it out, kua remote login asks for it");
        }
        if (!is_user(user)) {
            refuse_url(url.text, "has no user name that can be used");
        }
        url.user = user;
        authority.remove_prefix(at + 1);
    }
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        if (!base::parse_unsigned(authority.substr(colon + 1), kMaxPort)) {
            refuse_url(url.text, "has no port that can be used");
        }
        authority = authority.substr(0, colon);
    }
    if (!is_host(authority)) {
        refuse_url(url.text, "has no host that can be used");
    }
    url.host = authority;
}

void check_path(std::string_view path, const RemoteUrl& url) {
    if (path.empty() || path == "/") {
        refuse_url(url.text, "has no path");
    }
    if (path.front() == '-' || path.starts_with("/-") ||
        !std::all_of(path.begin(), path.end(), is_path_character)) {
        refuse_url(url.text, "has a path with characters that kua doesn't send");
    }
}

}  // namespace

bool names_host(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::size_t scheme = text.find("://");
    if (scheme != std::string_view::npos && scheme + 1 == slash) {
        return true;
    }
    const std::string_view front = text.substr(0, slash);
    const std::size_t at = front.find('@');
    return at != std::string_view::npos && front.find(':', at) != std::string_view::npos;
}

RemoteUrl parse_remote_url(std::string_view text) {
    if (text.size() > kMaxUrlBytes ||
        !std::all_of(text.begin(), text.end(), base::is_ascii_visible)) {
        refuse_url(text.substr(0, kMaxUrlBytes),
                   "holds spaces or other characters, or is too long");
    }
    RemoteUrl url;
    url.text = text;
    for (const auto& [prefix, scheme] : kSchemes) {
        if (text.starts_with(prefix)) {
            const std::string_view rest = text.substr(prefix.size());
            const std::size_t slash = std::min(rest.find('/'), rest.size());
            url.scheme = scheme;
            parse_authority(rest.substr(0, slash), url);
            check_path(rest.substr(slash), url);
            if (scheme == RemoteScheme::kSsh && url.user.empty()) {
                refuse_url(text, "names no user: ssh://USER@HOST/PATH");
            }
            return url;
        }
    }
    if (text.find("://") != std::string_view::npos || !names_host(text)) {
        refuse_url(text, "begins with none of ssh://, https://, http://, git:// or USER@HOST:");
    }
    const std::size_t colon = text.find(':', text.find('@'));
    parse_authority(text.substr(0, colon), url);
    check_path(text.substr(colon + 1), url);
    return url;
}

}  // namespace kua::exchange
