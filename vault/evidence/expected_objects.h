// What the journal of an open case says must be in the vault, gathered bundle by bundle.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/crypto/sha256.h"
#include "vault/journal/bundle.h"
#include "vault/store/sealed_digest.h"

namespace kua::evidence {

struct ExpectedObject {
    std::string item;               // full id
    std::vector<std::string> more;  // of others that name it, too: somebody means no good
    crypto::Sha256Digest digest{};  // of the original
    std::uint64_t size_bytes = 0;   // of the original
    std::uint64_t sealed_bytes = 0;
};

class ExpectedObjects {
public:
    // Takes note of the objects that the entries of `bundle` name; an entry that adds an item and
    // doesn't say which bytes goes to `findings`.
    void add(const journal::VerifiedBundle& bundle, std::vector<Finding>& findings);

    const std::map<store::SealedDigest, ExpectedObject>& objects() const noexcept {
        return objects_;
    }
    // Whether somebody says to have destroyed it: then it may be missing.
    bool may_be_missing(const store::SealedDigest& digest) const {
        return shredded_.contains(digest);
    }

private:
    void add_item(const journal::Entry& entry,
                  const std::map<store::SealedDigest, std::uint64_t>& sizes,
                  std::vector<Finding>& findings);

    std::map<store::SealedDigest, ExpectedObject> objects_;
    std::set<store::SealedDigest> shredded_;
};

}  // namespace kua::evidence
