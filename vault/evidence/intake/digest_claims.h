// Which originals are here already: in the case, or in the same run under another name. The same
// bytes are stored once, by whichever thread comes first; which of them is the item is decided when
// all are through (SealPipeline).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

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

    // Whether a file of this size that begins with what `begin` is the digest of may be known: then
    // hash it all before sealing. Notes both. Of earlier runs only sizes are known. Files of one
    // size are all asked for with `begin`, or all without.
    bool may_be_known(std::uint64_t size_bytes, const crypto::Sha256Digest& begin = {});
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
    std::set<std::pair<std::uint64_t, crypto::Sha256Digest>> begun_;  // size and begin, of this run
    std::map<crypto::Sha256Digest, std::size_t> claimed_;
};

}  // namespace kua::evidence
