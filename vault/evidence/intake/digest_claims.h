// Which originals are here already: in the case, or in the same run under another name. The same
// bytes are stored once, by whichever thread comes first; which of them is the item is decided when
// all are through (SealPipeline). Of what the case has, only a copy that was read whole counts.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kua/item.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/intake/copy_check.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

// What became of a claim. None of it: the claimant is the first and stores the bytes.
struct ClaimOutcome {
    std::optional<std::string> item;   // id of the item that has these bytes, whole
    std::optional<std::size_t> input;  // index of the input of this run that has them
    bool undecided = false;  // the copy here can be judged once the writers have committed
    bool is_first() const noexcept { return !item && !input && !undecided; }
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
    // What claim() would say, without claiming. Both read what is stored here of bytes with that
    // digest, once for all who ask; others may ask for other digests meanwhile. What CopyCheck
    // throws passes.
    ClaimOutcome peek(const crypto::Sha256Digest& digest, CopyCheck& check);
    ClaimOutcome claim(const crypto::Sha256Digest& digest, std::size_t input, CopyCheck& check);
    // Decides what was left undecided. Nobody writes to the segments; `check` may wait.
    void settle(CopyCheck& check);
    // The items here of whose copies none was whole when these bytes came in.
    std::vector<DamagedCopy> damaged_copies(const crypto::Sha256Digest& digest);
    // These bytes were stored as `item`, committed and read back: no need to read them once more.
    void stored(const crypto::Sha256Digest& digest, const std::string& item);
    // Forgets the inputs of a run whose items are in the catalog now.
    void next_run();

private:
    enum class Judged : std::uint8_t { kInWork, kUndecided, kDecided };
    // What is stored here of one original.
    struct Copies {
        Judged judged = Judged::kInWork;
        std::string item;  // whose copy is whole; empty: none is
        std::vector<DamagedCopy> damaged;
    };
    struct Candidate {
        std::string item;
        store::SealedDigest object;
        std::uint64_t original_bytes = 0;
    };
    class Judging;
    using Lock = std::unique_lock<std::mutex>;

    ClaimOutcome find(Lock& lock, const crypto::Sha256Digest& digest, CopyCheck& check);
    std::vector<Candidate> list_candidates(const crypto::Sha256Digest& digest);
    void judge(Lock& lock, const crypto::Sha256Digest& digest,
               const std::vector<Candidate>& candidates, CopyCheck& check);
    void read_copies(Lock& lock, Copies& copies, const crypto::Sha256Digest& digest,
                     const std::vector<Candidate>& candidates, CopyCheck& check);

    std::mutex mutex_;
    std::condition_variable judged_;
    store::Connection& catalog_;
    base::Bytes case_id_;
    std::set<std::pair<std::uint64_t, crypto::Sha256Digest>> begun_;  // size and begin, of this run
    std::map<crypto::Sha256Digest, std::size_t> claimed_;
    std::map<crypto::Sha256Digest, Copies> copies_;  // of what came in and was here
};

}  // namespace kua::evidence
