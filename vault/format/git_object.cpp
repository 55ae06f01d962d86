#include "vault/format/git_object.h"

#include <algorithm>
#include <utility>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::string_view kFileMode = "100644";
constexpr std::string_view kTreeMode = "40000";
constexpr std::string_view kIdentityLines =
    "author kua <kua@invalid> 0 +0000\ncommitter kua <kua@invalid> 0 +0000\n\n";

[[noreturn]] void refuse_object(const char* what, const char* why) {
    throw Error{ErrorCode::kDamaged, std::string(what) + why};
}

const char* kind_name(GitKind kind) {
    switch (kind) {
        case GitKind::kCommit:
            return "commit";
        case GitKind::kTree:
            return "tree";
        case GitKind::kBlob:
            return "blob";
    }
    return "";
}

// Git orders trees as if their names ended with a slash.
bool comes_before(const GitTreeEntry& a, const GitTreeEntry& b) {
    const std::string left = a.is_tree ? a.name + '/' : a.name;
    const std::string right = b.is_tree ? b.name + '/' : b.name;
    return left < right;
}

// Letters, digits, dots, dashes and underscores in front of nothing that a checkout could mistake.
bool is_plain_name(std::string_view name) {
    const auto is_plain = [](char c) {
        return base::is_ascii_alphanumeric(c) || c == '.' || c == '-' || c == '_';
    };
    return !name.empty() && name.front() != '.' && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), is_plain);
}

GitTreeEntry take_entry(std::string_view& rest) {
    GitTreeEntry entry;
    const std::size_t space = rest.find(' ');
    const std::size_t zero = rest.find('\0');
    if (space == std::string_view::npos || zero == std::string_view::npos || zero < space) {
        refuse_object("tree: ", "an entry is cut short");
    }
    const std::string_view mode = rest.substr(0, space);
    entry.is_tree = mode == kTreeMode;
    if (!entry.is_tree && mode != kFileMode) {
        refuse_object("tree: ", "holds something else than files and folders");
    }
    entry.name = rest.substr(space + 1, zero - space - 1);
    if (!is_plain_name(entry.name)) {
        refuse_object("tree: ", "a name isn't one that kua gives");
    }
    rest.remove_prefix(zero + 1);
    if (rest.size() < entry.id.bytes.size()) {
        refuse_object("tree: ", "an entry is cut short");
    }
    const base::ByteView id = base::bytes_of(rest.substr(0, entry.id.bytes.size()));
    std::copy(id.begin(), id.end(), entry.id.bytes.begin());
    rest.remove_prefix(entry.id.bytes.size());
    return entry;
}

GitId take_id(std::string_view& rest, std::string_view key) {
    const std::optional<std::string_view> line = base::take_line(rest);
    if (!line || !line->starts_with(key)) {
        refuse_object("commit: ", "a line is missing or out of order");
    }
    const std::optional<GitId> id = GitId::parse(line->substr(key.size()));
    if (!id) {
        refuse_object("commit: ", "a name is malformed");
    }
    return *id;
}

}  // namespace

std::string GitId::hex() const {
    return base::encode_hex(bytes);
}

std::optional<GitId> GitId::parse(std::string_view text) {
    const std::optional<base::Bytes> decoded = base::decode_hex(text);
    if (text.size() != kGitIdDigits || !decoded) {
        return std::nullopt;
    }
    GitId id;
    std::copy(decoded->begin(), decoded->end(), id.bytes.begin());
    return id;
}

GitHasher::GitHasher(GitKind kind, std::uint64_t size_bytes) {
    hash_.update(base::bytes_of(git_object_header(kind, size_bytes)));
}

std::string git_object_header(GitKind kind, std::uint64_t size_bytes) {
    return std::string(kind_name(kind)) + ' ' + std::to_string(size_bytes) + '\0';
}

GitId git_id(GitKind kind, base::ByteView content) {
    GitHasher hash{kind, content.size()};
    hash.update(content);
    return hash.finish();
}

base::Bytes write_git_tree(std::vector<GitTreeEntry> entries) {
    std::sort(entries.begin(), entries.end(), comes_before);
    base::Bytes content;
    const GitTreeEntry* before = nullptr;
    for (const GitTreeEntry& entry : entries) {
        KUA_CHECK(is_plain_name(entry.name) && (before == nullptr || before->name != entry.name));
        const std::string start =
            std::string(entry.is_tree ? kTreeMode : kFileMode) + ' ' + entry.name + '\0';
        base::append(content, base::bytes_of(start));
        base::append(content, entry.id.bytes);
        before = &entry;
    }
    return content;
}

std::vector<GitTreeEntry> parse_git_tree(base::ByteView content) {
    std::string_view rest = base::text_of(content);
    std::vector<GitTreeEntry> entries;
    while (!rest.empty()) {
        GitTreeEntry entry = take_entry(rest);
        if (!entries.empty() &&
            (entries.back().name == entry.name || !comes_before(entries.back(), entry))) {
            refuse_object("tree: ", "entries are out of order");
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

base::Bytes write_git_commit(const GitCommit& commit) {
    std::string text = "tree " + commit.tree.hex() + '\n';
    if (commit.parent) {
        text += "parent " + commit.parent->hex() + '\n';
    }
    text += kIdentityLines;
    const base::ByteView bytes = base::bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

GitCommit parse_git_commit(base::ByteView content) {
    std::string_view rest = base::text_of(content);
    GitCommit commit;
    commit.tree = take_id(rest, "tree ");
    if (rest.starts_with("parent ")) {
        commit.parent = take_id(rest, "parent ");
    }
    if (rest != kIdentityLines) {
        refuse_object("commit: ", "isn't one that kua wrote");
    }
    return commit;
}

}  // namespace kua::format
