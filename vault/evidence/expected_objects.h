// What the journal of an open case says must be in the vault, gathered bundle by bundle, and
// whether the projection says the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/crypto/sha256.h"
#include "vault/journal/bundle.h"
#include "vault/store/sealed_digest.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

struct ExpectedObject {
    std::string item;               // full id
    crypto::Sha256Digest digest{};  // of the original
    std::uint64_t size_bytes = 0;   // of the original
    std::uint64_t sealed_bytes = 0;
};

class ExpectedObjects {
public:
    // Takes note of the objects that the entries of `bundle` name, and compares the rows of the
    // projection in `catalog` with the entries; what differs goes to `findings`.
    void add(store::Connection& catalog, const journal::VerifiedBundle& bundle,
             std::vector<Finding>& findings);

    const std::map<store::SealedDigest, ExpectedObject>& objects() const noexcept {
        return objects_;
    }

private:
    void add_item(store::Connection& catalog, const journal::Entry& entry,
                  const std::map<store::SealedDigest, std::uint64_t>& sizes,
                  std::vector<Finding>& findings);

    std::map<store::SealedDigest, ExpectedObject> objects_;
};

}  // namespace kua::evidence
