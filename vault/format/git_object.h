// Git objects as kua writes them: names, trees and commits. Reading is strict: what kua would not
// have written is refused. A git name is a SHA-1 and proves nothing; what a bundle or object holds
// is proven by its sealed digest. Source: git's gitformat documentation; docs/formats.md,
// "Carrier".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/bytes.h"
#include "vault/crypto/sha1.h"

namespace kua::format {

constexpr std::size_t kGitIdDigits = 40;

struct GitId {
    std::array<std::byte, 20> bytes{};  // SHA-1 over kind, size and content
    auto operator<=>(const GitId&) const = default;
    std::string hex() const;
    // Nothing unless `text` is 40 lower-case hex digits.
    static std::optional<GitId> parse(std::string_view text);
};

enum class GitKind : std::uint8_t { kCommit = 1, kTree = 2, kBlob = 3 };  // as packs number them

// What git puts in front of the content, in a loose object and where it hashes: kind, a space, the
// size in decimal digits, a zero byte.
std::string git_object_header(GitKind kind, std::uint64_t size_bytes);

// The name of an object whose content comes in parts. One thread.
class GitHasher {
public:
    GitHasher(GitKind kind, std::uint64_t size_bytes);
    void update(base::ByteView content) { hash_.update(content); }
    // Of all there was, which must have been as much as was said.
    GitId finish() { return {hash_.finish()}; }

private:
    crypto::Sha1 hash_;
};

// The name of an object with this content.
GitId git_id(GitKind kind, base::ByteView content);

struct GitTreeEntry {
    std::string name;  // one path component
    bool is_tree = false;
    GitId id;
    bool operator==(const GitTreeEntry&) const = default;
};

// The content of a tree. Entries in any order, names all different (kBug).
base::Bytes write_git_tree(std::vector<GitTreeEntry> entries);
// Strict: modes 100644 and 40000 only, git's order, no name twice, no "", ".", "..", ".git" in any
// spelling, no slash. Throws kDamaged.
std::vector<GitTreeEntry> parse_git_tree(base::ByteView content);

struct GitCommit {
    GitId tree;
    std::optional<GitId> parent;
    bool operator==(const GitCommit&) const = default;
};

// Author and committer `kua <kua@invalid> 0 +0000`, empty message.
base::Bytes write_git_commit(const GitCommit& commit);
// Exactly what write_git_commit() writes. Throws kDamaged.
GitCommit parse_git_commit(base::ByteView content);

}  // namespace kua::format
