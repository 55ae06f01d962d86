// Commits as sync makes them, for repositories of any kind, and their histories read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/seeded_random.h"
#include "vault/exchange/repository.h"

namespace kua::testing {

constexpr std::string_view kRef = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kOtherRef = "fedcba9876543210fedcba9876543210";

// Adds what one commit brings: a bundle that says `word`, and an object made from it.
inline format::GitId add_commit(exchange::Repository& repository,
                                const std::optional<format::GitId>& parent, std::string_view word,
                                std::size_t object_bytes = 3000) {
    using format::GitKind;
    SeededRandom random{word.size() + static_cast<unsigned char>(word.front())};
    base::Bytes object = random.bytes(object_bytes);
    base::append(object, base::bytes_of(word));
    const auto part = repository.add(GitKind::kBlob, object);
    const auto bundle = repository.add(GitKind::kBlob, base::bytes_of(word));
    const auto objects = repository.add(
        GitKind::kTree, format::write_git_tree({{.name = "part.0", .is_tree = false, .id = part}}));
    const auto tree = repository.add(
        GitKind::kTree,
        format::write_git_tree({{.name = "bundle.age", .is_tree = false, .id = bundle},
                                {.name = "objects", .is_tree = true, .id = objects}}));
    return repository.add(GitKind::kCommit, format::write_git_commit({tree, parent}));
}

// The same, and moves the ref to it.
inline format::GitId push_commit(exchange::Repository& repository,
                                 const std::optional<format::GitId>& parent, std::string_view word,
                                 std::string_view ref = kRef) {
    const format::GitId commit = add_commit(repository, parent, word);
    repository.push({{std::string(ref), parent, commit}}, {});
    return commit;
}

inline base::Bytes must_read(exchange::Repository& repository, const format::GitId& id,
                             format::GitKind kind, std::size_t max_bytes = 1 << 20) {
    const std::optional<base::Bytes> content = repository.read(id, kind, max_bytes);
    REQUIRE(content);
    return *content;
}

// The words of all commits that `head` reaches, newest first; fails if anything is missing.
inline std::vector<std::string> words_from(exchange::Repository& repository,
                                           std::optional<format::GitId> head) {
    using format::GitKind;
    std::vector<std::string> words;
    while (head) {
        const format::GitCommit commit =
            format::parse_git_commit(must_read(repository, *head, GitKind::kCommit));
        for (const auto& entry :
             format::parse_git_tree(must_read(repository, commit.tree, GitKind::kTree))) {
            if (!entry.is_tree) {
                words.emplace_back(base::text_of(must_read(repository, entry.id, GitKind::kBlob)));
                continue;
            }
            for (const auto& part :
                 format::parse_git_tree(must_read(repository, entry.id, GitKind::kTree))) {
                must_read(repository, part.id, GitKind::kBlob);
            }
        }
        head = commit.parent;
    }
    return words;
}

// Where the ref is; nothing if there is none.
inline std::optional<format::GitId> head_of(exchange::Repository& repository,
                                            std::string_view ref = kRef) {
    const auto refs = repository.read_refs({std::string(ref)});
    return refs.empty() ? std::nullopt : std::optional{refs.begin()->second};
}

// What a reader gets who knows nothing yet.
inline std::vector<std::string> words_of(exchange::Repository& repository,
                                         std::string_view ref = kRef) {
    const std::optional<format::GitId> head = head_of(repository, ref);
    if (head) {
        repository.fetch({std::string(ref)}, {});
    }
    return words_from(repository, head);
}

}  // namespace kua::testing
