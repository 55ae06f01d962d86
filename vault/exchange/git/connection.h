// One connection to a host in one direction: what it shows, and one transfer. From connecting to
// its end a ConnectionGuard watches.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "vault/exchange/git/handle.h"
#include "vault/exchange/git/transport.h"
#include "vault/exchange/git/url_repository.h"

namespace kua::exchange {

class Connection {
public:
    // Connects, checks the host's key and reads what refs there are. All must outlive it. A key
    // that `remote.accept` agreed to becomes `remote.pinned_key` for later connections, unless
    // authorities vouch for it.
    Connection(UrlRemote& remote, git_repository& repository, git_direction direction,
               Traffic& traffic);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // Full names ("refs/heads/...") and where they point.
    const std::map<std::string, format::GitId>& refs() const noexcept { return refs_; }

    // Brings what the refs reach, except what `haves` reach, into the repository.
    void download(const std::vector<std::string>& full_names,
                  const std::vector<format::GitId>& haves);

    // Sends each ref of the repository to the same name there, with what it reaches and the refs
    // there don't, never by force. Throws kFailed unless the host reports success for each.
    void upload(const std::vector<std::string>& full_names);

private:
    struct Callbacks;

    void connect(git_direction direction);
    void read_refs();
    int give_login(git_credential** out, unsigned int allowed);
    void check(int result, const char* doing);
    [[noreturn]] void fail(const char* doing);

    UrlRemote& settings_;
    base::ConnectionGuard guard_;
    TransportState state_;
    bool key_checked_ = false;
    bool login_given_ = false;
    std::uint64_t received_objects_ = 0;
    std::map<std::string, std::string> reports_;  // ref and what was wrong, empty if nothing
    GitRemote remote_;
    std::map<std::string, format::GitId> refs_;
};

}  // namespace kua::exchange
