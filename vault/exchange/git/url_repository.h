// A remote repository at a host, reached through libgit2: ssh, https, and http or git:// without
// any protection of the connection (what travels is sealed and signed; who sends what when is not
// hidden). Nothing is read but what is given here: no configuration of git or the user, no proxy,
// no redirect, no environment. docs/decisions/0024 has the rules for host keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "vault/base/filesystem.h"
#include "vault/exchange/git/remote_url.h"
#include "vault/exchange/repository.h"

namespace kua::exchange {

// What a host shows of itself.
struct HostKey {
    // "SHA256:..." as `ssh-keygen -l` prints it, or "TLS-SHA256:" and the digest of the certificate
    // in 64 hex digits, which `openssl x509 -noout -fingerprint -sha256` prints with colons.
    std::string text;
    // TLS: an authority that this system trusts vouches for the certificate and the host's name.
    bool vouched = false;
};

struct Login {
    std::string user;
    std::string secret;  // password or token; kept only while it is sent
};

struct UrlRemote {
    std::string name;  // what messages call it, escaped by the caller if others chose it
    RemoteUrl url;

    // ssh and https: HostKey::text as it was when the person accepted it; any other is refused.
    // Empty at first contact, and for a host that authorities vouch for: then `accept` decides.
    std::string pinned_key;
    // Whether to talk to a host that shows this key; no `accept` refuses. Called once for each
    // connection, after the key is proven to be the host's own and before anything is sent to it.
    std::function<bool(const HostKey&)> accept;

    // ssh: a private key file without passphrase, else the ssh-agent.
    std::optional<base::fs::path> ssh_key_file;
    // https, http: asked once for each connection if the host wants to know; nothing gives up.
    std::function<std::optional<Login>()> login;

    // Of the connection; after that the host counts as gone.
    std::chrono::milliseconds longest_silence = std::chrono::minutes{1};
    // Asked several times a second by another thread, and by the one that calls, maybe at once;
    // true ends the call with kInterrupted.
    std::function<bool()> stopped;
    // So much is taken in by one fetch().
    std::uint64_t max_fetched_bytes = std::uint64_t{64} << 30U;
};

// What went over the connections so far, what git itself needs included.
struct Traffic {
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t received_objects = 0;
};

class UrlRepository : public Repository {
public:
    virtual Traffic traffic() const = 0;
};

// Refs are read one after the other, each from its tip on: what a host left out of one, as it lies
// in what was named as known, too, is then met by fetching all of that ref, once.
//
// Connects to nothing yet. `scratch_dir` is a directory of kua's own inside the vault, made if it
// isn't there; it takes what is fetched, and what is added until it is pushed. The object must not
// be used while another thread of the process opens connections (connection_guard.h). kUsage if
// the settings don't fit the address; kFailed if libgit2 lacks what it needs.
std::unique_ptr<UrlRepository> open_url_repository(base::FileSystem& files,
                                                   const base::fs::path& scratch_dir,
                                                   UrlRemote remote);

// Removes what killed runs left in `scratch_dir`. Only while the caller holds the vault's writer
// lock and has no repository open there.
void sweep_scratch(base::FileSystem& files, const base::fs::path& scratch_dir);

}  // namespace kua::exchange
