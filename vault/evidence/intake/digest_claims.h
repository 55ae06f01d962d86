// Which originals are here already: in the case, or in the same run under another name. The same
// bytes are stored once, whichever thread comes first.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "vault/crypto/sha256.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// What became of a claim. Neither set: the claimant is the first and stores the bytes.
struct ClaimOutcome {
    std::optional<std::string> item;   // id of the item that has these bytes
    std::optional<std::size_t> input;  // index of the input of this run that has them
    bool is_first() const noexcept { return !item && !input; }
};

// Any thread. `catalog` is used by nobody else meanwhile. A sealed case shows no items, so there
// only the inputs of one run are compared.
class DigestClaims {
public:
    DigestClaims(store::Connection& catalog, const std::string& case_id);

    // Whether bytes of this size may be known: then hash before sealing. Notes the size.
    bool may_be_known(std::uint64_t size_bytes);
    // What claim() would say, without claiming.
    ClaimOutcome peek(const crypto::Sha256Digest& digest);
    ClaimOutcome claim(const crypto::Sha256Digest& digest, std::size_t input);
    // Forgets the inputs of a run whose items are in the catalog now.
    void next_run();

private:
    ClaimOutcome find(const crypto::Sha256Digest& digest);

    std::mutex mutex_;
    store::Connection& catalog_;
    base::Bytes case_id_;
    std::set<std::uint64_t> sizes_;
    std::map<crypto::Sha256Digest, std::size_t> claimed_;
};

}  // namespace kua::evidence
