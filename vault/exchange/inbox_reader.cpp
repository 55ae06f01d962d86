#include "vault/exchange/inbox_reader.h"

#include <utility>

#include "vault/exchange/grant.h"
#include "vault/format/git_object.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxGrantTreeBytes = 4096;

base::Bytes present(std::optional<base::Bytes> content) {
    if (!content) {
        throw Error{ErrorCode::kDamaged, "a part is missing"};
    }
    return *std::move(content);
}

}  // namespace

std::vector<format::GitId> InboxReader::list_trees(
    const format::GitId& tip, const std::function<bool(const format::GitId& commit)>& is_known) {
    std::vector<format::GitId> trees;
    std::optional<format::GitId> next = tip;
    const std::size_t faults_before = faults_.size();
    while (next && trees.size() < kMaxGrants && !is_known(*next)) {
        const format::GitId id = *next;
        next.reset();
        attempt(id, [&] {
            const auto content = remote_.read(id, format::GitKind::kCommit, kMaxCommitTextBytes);
            if (!content && history_ == History::kEnd && !trees.empty()) {
                return;  // the rest went with an earlier file
            }
            const format::GitCommit commit = format::parse_git_commit(present(content));
            trees.push_back(commit.tree);
            next = commit.parent;
        });
    }
    is_whole_ = is_whole_ && faults_.size() == faults_before;
    return trees;
}

std::optional<format::GitId> InboxReader::find_grant(const format::GitId& tree) {
    std::optional<format::GitId> grant;
    if (const auto content = get(tree, format::GitKind::kTree, kMaxGrantTreeBytes)) {
        attempt(tree, [&] {
            const auto entries = format::parse_git_tree(*content);
            if (entries.size() != 1 || entries[0].name != "grant.age" || entries[0].is_tree) {
                throw Error{ErrorCode::kDamaged, "a commit isn't one that kua wrote"};
            }
            grant = entries[0].id;
        });
    }
    return grant;
}

std::optional<base::Bytes> InboxReader::read_grant(const format::GitId& blob) {
    return get(blob, format::GitKind::kBlob, kMaxGrantBytes);
}

void InboxReader::open(const format::GitId& tree,
                       const std::function<void(const base::Bytes& sealed)>& body) {
    const std::optional<format::GitId> blob = find_grant(tree);
    const std::optional<base::Bytes> sealed = blob ? read_grant(*blob) : std::nullopt;
    if (sealed) {
        attempt(tree, [&] { body(*sealed); });
    }
}

std::optional<base::Bytes> InboxReader::get(const format::GitId& id, format::GitKind kind,
                                            std::size_t max_bytes) {
    std::optional<base::Bytes> content;
    attempt(id, [&] { content = present(remote_.read(id, kind, max_bytes)); });
    is_whole_ = is_whole_ && content.has_value();
    return content;
}

void InboxReader::attempt(const format::GitId& about, const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
            throw;
        }
        faults_.push_back({FindingCode::kDamaged, std::string{"one can't be read: "} + error.what(),
                           base::Bytes{about.bytes.begin(), about.bytes.end()}});
    }
}

}  // namespace kua::exchange
