// What a sync did for each author of each case, and what is known of who holds what.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kua/exchange.h"
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

// The most entries of `author` that anybody in the case says to have seen.
std::uint64_t most_seen(store::Connection& catalog, const std::string& case_id,
                        const std::string& author);
// Entries that others say to have seen and that aren't here: they wait, and are named.
struct Missing {
    std::string case_id;
    bool is_own = false;  // of this vault's own journal: it was restored from an older copy
    Finding finding;
};
std::vector<Missing> list_missing(store::Connection& catalog, const std::string& remote_name,
                                  const std::string& own_fingerprint);
// The claimed time of the newest entry of an author that is shown; empty if there is none.
std::string last_heard(store::Connection& catalog, const std::string& case_id,
                       const std::string& author);

}  // namespace kua::exchange
