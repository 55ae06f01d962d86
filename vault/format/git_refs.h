// The texts around git's objects: refs, packed refs, the front of a bundle file. Sources: git's
// gitrepository-layout, gitformat-bundle; docs/formats.md, "Carrier".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/format/git_object.h"

namespace kua::format {

constexpr std::string_view kGitHeads = "refs/heads/";

// Whether `name` is one that kua gives to a ref: 32 lower-case hex digits.
bool is_ref_name(std::string_view name);

// The file refs/heads/<name>.
std::string write_git_ref(const GitId& id);
// Nothing for anything but what write_git_ref() writes: a file cut short by a power cut, a symbolic
// ref, a stranger's text.
std::optional<GitId> parse_git_ref(std::string_view text);

// The refs/heads/<name> among packed refs that are kua's, by name. Lines that are none are skipped.
std::map<std::string, GitId> parse_packed_refs(std::string_view text);

// What stands before the pack in a bundle file.
struct GitBundleHeader {
    std::vector<GitId> prerequisites;   // commits that the reader has already
    std::map<std::string, GitId> refs;  // refs/heads/<name>, kua's only
    bool operator==(const GitBundleHeader&) const = default;
};
constexpr std::size_t kMaxBundleHeaderBytes = std::size_t{1} << 20;

std::string write_bundle_header(const GitBundleHeader& header);
struct ParsedBundleHeader {
    GitBundleHeader header;
    std::size_t size_bytes = 0;  // the pack begins here
};
// `front` is the beginning of a bundle file, of kMaxBundleHeaderBytes or the whole file. Refs of
// others are skipped. kDamaged if it is malformed, of another version or longer.
ParsedBundleHeader parse_bundle_header(std::string_view front);

}  // namespace kua::format
