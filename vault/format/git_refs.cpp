#include "vault/format/git_refs.h"

#include <algorithm>

#include "kua/error.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"

namespace kua::format {
namespace {

constexpr std::size_t kNameDigits = 32;
constexpr std::string_view kBundleLine = "# v2 git bundle";

[[noreturn]] void refuse_refs(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("the bundle file ") + why};
}

// Of "<id> refs/heads/<name>"; nothing if it is another ref or none.
std::optional<std::pair<std::string, GitId>> parse_ref_line(std::string_view line) {
    const std::optional<GitId> id = GitId::parse(line.substr(0, kGitIdDigits));
    if (!id || line.size() <= kGitIdDigits || line[kGitIdDigits] != ' ') {
        return std::nullopt;
    }
    const std::string_view path = line.substr(kGitIdDigits + 1);
    if (!path.starts_with(kGitHeads) || !is_ref_name(path.substr(kGitHeads.size()))) {
        return std::nullopt;
    }
    return std::pair{std::string(path.substr(kGitHeads.size())), *id};
}

}  // namespace

bool is_ref_name(std::string_view name) {
    return name.size() == kNameDigits && base::decode_hex(name).has_value();
}

std::string write_git_ref(const GitId& id) {
    return id.hex() + '\n';
}

std::optional<GitId> parse_git_ref(std::string_view text) {
    if (text.size() != kGitIdDigits + 1 || text.back() != '\n') {
        return std::nullopt;
    }
    return GitId::parse(text.substr(0, kGitIdDigits));
}

std::map<std::string, GitId> parse_packed_refs(std::string_view text) {
    std::map<std::string, GitId> refs;
    while (const std::optional<std::string_view> line = base::take_line(text)) {
        if (auto ref = parse_ref_line(*line)) {
            refs.insert(std::move(*ref));
        }
    }
    return refs;
}

std::string write_bundle_header(const GitBundleHeader& header) {
    std::string text = std::string(kBundleLine) + '\n';
    for (const GitId& id : header.prerequisites) {
        text += '-' + id.hex() + " \n";
    }
    for (const auto& [name, id] : header.refs) {
        text += id.hex() + ' ' + std::string(kGitHeads) + name + '\n';
    }
    return text + '\n';
}

ParsedBundleHeader parse_bundle_header(std::string_view front) {
    const std::string_view text = front.substr(0, kMaxBundleHeaderBytes);
    std::string_view rest = text;
    std::optional<std::string_view> line = base::take_line(rest);
    if (line != kBundleLine) {
        throw Error{ErrorCode::kDamaged,
                    "this is not a file that kua send wrote, or one of a newer kua"};
    }
    ParsedBundleHeader parsed;
    bool has_refs = false;
    while ((line = base::take_line(rest)) && !line->empty()) {
        const bool is_prerequisite = line->front() == '-';
        const std::string_view said = line->substr(is_prerequisite ? 1 : 0);
        const std::optional<GitId> id = GitId::parse(said.substr(0, kGitIdDigits));
        if (!id || (said.size() > kGitIdDigits && said[kGitIdDigits] != ' ') ||
            (is_prerequisite && has_refs) || (!is_prerequisite && said.size() == kGitIdDigits)) {
            refuse_refs("has a line that is malformed or out of order");
        }
        if (is_prerequisite) {
            parsed.header.prerequisites.push_back(*id);
            continue;
        }
        has_refs = true;
        auto ref = parse_ref_line(said);
        if (ref && !parsed.header.refs.insert(std::move(*ref)).second) {
            refuse_refs("names a ref twice");
        }
    }
    if (!line) {
        refuse_refs("has no end of its header, or too late");
    }
    parsed.size_bytes = text.size() - rest.size();
    return parsed;
}

}  // namespace kua::format
