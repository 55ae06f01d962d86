// What one sync does with the channels of cases that are sealed here: others' are carried, unread;
// the own ones are only sent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kua/exchange.h"
#include "kua/progress.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/carried_in.h"
#include "vault/exchange/peers.h"
#include "vault/exchange/sync.h"

namespace kua::exchange {

class UnreadChannels {
public:
    UnreadChannels(store::Store& store, const evidence::Identity& identity, Repository& remote,
                   const std::string& remote_name, SyncDepth depth, Progress& progress,
                   RemoteReport& report);

    // Before anything is received: what a crash left is put right, and what was carried of cases
    // that are open now is taken in.
    void begin(const std::vector<Channel>& channels, Peers& peers);
    // Takes in what waited for what the remote has brought since.
    void open_waiting(Peers& peers);

    bool is_sealed(const Channel& channel);
    // Files aren't carried: why what is in one isn't taken, and what to do with it.
    std::string why_not_from_files(const Channel& channel);
    // Takes what is new there. What it says of a fault is to be found, and nothing to be sent
    // there.
    std::optional<CarryFault> receive(const Channel& channel, const format::GitId& tip,
                                      const std::optional<format::GitId>& shown);
    // Sends what is carried of a channel, if anything is, whose ref there is at that commit now.
    void send(const Channel& channel, const std::optional<format::GitId>& at);

private:
    void open(Peers& peers, bool is_last);
    std::optional<CarryFault> receive_own(const Channel& channel, const format::GitId& tip,
                                          const std::optional<format::GitId>& shown);

    store::Store& store_;
    const evidence::Identity& identity_;
    Repository& remote_;
    const std::string& remote_name_;
    SyncDepth depth_;
    Progress& progress_;
    RemoteReport& report_;
    std::optional<CarryLimit> limit_;
    std::vector<std::string> waiting_;  // open cases of which something is still carried
};

}  // namespace kua::exchange
