// What really happened, for comparing the vaults with: which bundles each author wrote, as a tree
// in which an honest author has one branch. Filled from the vault that wrote, at the moment it did.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vault/format/merkle.h"

namespace kua::simulator {

using format::MerkleHash;

// A state of a journal: so many entries under that root.
struct Head {
    std::uint64_t size = 0;
    MerkleHash root{};
    auto operator<=>(const Head&) const = default;
};

struct Seen {
    std::string author;
    Head head;
};

// One that an author really wrote.
struct Written {
    Head before;
    Head after;
    std::vector<Seen> seen;  // of others' journals by then
};

class Truth {
public:
    // Notes a bundle. False if it was known already.
    bool note(const std::string& author, const Written& written);
    [[nodiscard]] bool knows(const std::string& author, const Head& head) const;
    // Whether that author has signed two histories.
    [[nodiscard]] bool is_forked(const std::string& author) const {
        return forked_.contains(author);
    }
    const std::set<std::string>& forked() const { return forked_; }
    // Whether that author has ever written more entries than so many.
    [[nodiscard]] bool has_more_than(const std::string& author, std::uint64_t size) const;
    // The state of that size on the way to `head`, if a bundle ended there.
    [[nodiscard]] std::optional<Head> ancestor(const std::string& author, Head head,
                                               std::uint64_t size) const;
    // Whether one of the two states comes before the other.
    [[nodiscard]] bool agree(const std::string& author, const Head& one, const Head& other) const;
    // The bundle that ends there.
    const Written& bundle_at(const std::string& author, const Head& head) const;

private:
    std::map<std::string, std::map<Head, Written>> written_;  // by what they lead to
    std::set<std::string> forked_;
};

}  // namespace kua::simulator
