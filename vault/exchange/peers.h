// What a sync did for each author of each case, and what is known of who holds what.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kua/exchange.h"
#include "vault/evidence/members.h"
#include "vault/exchange/refs.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

class Peers {
public:
    void came(const Channel& channel, std::uint64_t entries);
    void went(const Channel& channel, std::uint64_t entries);
    // Whether anything came since this was asked last.
    bool any_came_since();
    // One for each author of each case, by case and name.
    std::vector<PeerReport> reports(store::Connection& catalog) const;

private:
    struct Moved {
        std::uint64_t came = 0;
        std::uint64_t went = 0;
    };
    std::map<std::pair<std::string, std::string>, Moved> moved_;  // by case and author
    bool came_ = false;
};

// The cases in which others say to have seen more of the own journal than is here: this vault was
// restored from an older copy, or works in two copies. (A bundle that has seen more of other
// authors waits: seen.h.)
struct OwnMissing {
    std::string case_id;
    Finding finding;
};
std::vector<OwnMissing> list_own_missing(store::Connection& catalog, const std::string& remote_name,
                                         const std::string& own);
// The names of the other members who are known to have the newest key of the case and all entries
// that are here, receipts at the end of a journal aside, and lack no original that is here as far
// as entries tell. Whether they sealed theirs nobody knows.
std::vector<std::string> list_holders(store::Connection& catalog, const std::string& case_id,
                                      const std::string& own);
// Whether the case got new keys since that member belongs to it, and no bundle of theirs tells that
// they arrived. False for the own card and who is out.
[[nodiscard]] bool awaits_keys(store::Connection& catalog, const std::string& case_id,
                               const evidence::Member& member, const std::string& own);
// The names of those members, in the order they came.
std::vector<std::string> list_awaiting_keys(store::Connection& catalog, const std::string& case_id,
                                            const std::string& own);
// The claimed time of the newest entry of an author that is shown; empty if there is none.
std::string last_heard(store::Connection& catalog, const std::string& case_id,
                       const std::string& author);

}  // namespace kua::exchange
