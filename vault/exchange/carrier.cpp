#include "vault/exchange/carrier.h"

#include <algorithm>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/journal/receive.h"
#include "vault/store/erased_objects.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kPartDigits = 6;
constexpr std::uint32_t kMaxPart = 999'999;
constexpr std::size_t kDigestDigits = 64;

std::uint32_t count_parts(std::uint64_t object_bytes) {
    const std::uint64_t parts = (object_bytes + kMaxPartBytes - 1) / kMaxPartBytes;
    if (parts > kMaxPart) {
        throw Error{ErrorCode::kFailed, "an object is too large to be sent"};
    }
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(parts, 1));
}

base::Bytes read_required(Repository& remote, const format::GitId& id, format::GitKind kind,
                          std::size_t max_bytes) {
    std::optional<base::Bytes> content = remote.read(id, kind, max_bytes);
    if (!content) {
        throw Error{ErrorCode::kDamaged, "a part of it is missing"};
    }
    return *std::move(content);
}

}  // namespace

std::string encode_part_name(const PartName& name) {
    std::string number = std::to_string(name.part);
    number.insert(0, kPartDigits - std::min(kPartDigits, number.size()), '0');
    return base::encode_hex(name.object.bytes) + '.' + number;
}

std::optional<PartName> parse_part_name(std::string_view text) {
    if (text.size() != kDigestDigits + 1 + kPartDigits || text[kDigestDigits] != '.') {
        return std::nullopt;
    }
    const std::optional<base::Bytes> digest = base::decode_hex(text.substr(0, kDigestDigits));
    std::string_view number = text.substr(kDigestDigits + 1);
    while (number.size() > 1 && number.front() == '0') {
        number.remove_prefix(1);
    }
    const std::optional<std::uint64_t> part = base::parse_unsigned(number, kMaxPart);
    if (!digest || !part) {
        return std::nullopt;
    }
    PartName name;
    std::copy(digest->begin(), digest->end(), name.object.bytes.begin());
    name.part = static_cast<std::uint32_t>(*part);
    return name;
}

std::size_t part_bytes(std::uint64_t object_bytes, std::uint32_t part) {
    const std::uint64_t start = std::uint64_t{part} * kMaxPartBytes;
    KUA_CHECK(start <= object_bytes);
    return static_cast<std::size_t>(std::min<std::uint64_t>(object_bytes - start, kMaxPartBytes));
}

std::vector<std::vector<PartName>> cut_into_commits(
    const std::vector<journal::BundleObject>& objects) {
    std::vector<std::vector<PartName>> commits(1);
    std::uint64_t bytes = 0;
    for (const journal::BundleObject& object : objects) {
        const std::uint32_t parts = count_parts(object.size_bytes);
        for (std::uint32_t part = 0; part < parts; ++part) {
            const std::size_t size_bytes = part_bytes(object.size_bytes, part);
            if (!commits.back().empty() && bytes + size_bytes > kMaxCommitBytes) {
                commits.emplace_back();
                bytes = 0;
            }
            commits.back().push_back({object.digest, part});
            bytes += size_bytes;
        }
    }
    return commits;
}

std::uint64_t BundleObjects::bytes() const {
    std::uint64_t sum = 0;
    for (const journal::BundleObject& object : named) {
        sum += erased.contains(object.digest) ? 0 : object.size_bytes;
    }
    return sum;
}

BundleObjects load_bundle_objects(store::Connection& catalog, const std::string& case_id,
                                  const std::string& author, std::uint64_t first) {
    BundleObjects objects{journal::list_bundle_objects(catalog, case_id, author, first), {}};
    for (const journal::BundleObject& object : objects.named) {
        if (store::is_erased(catalog, object.digest)) {
            objects.erased.insert(object.digest);
        }
    }
    return objects;
}

void make_commits(base::ByteView bundle, const BundleObjects& objects,
                  std::optional<format::GitId> parent, std::size_t from, const ReadPart& read,
                  const TakeObject& take, const std::function<void(const MadeCommit&)>& made) {
    std::map<store::SealedDigest, const journal::BundleObject*> by_digest;
    for (const journal::BundleObject& object : objects.named) {
        by_digest.emplace(object.digest, &object);
    }
    std::vector<std::vector<PartName>> commits = cut_into_commits(objects.named);
    for (std::size_t i = from; i < commits.size(); ++i) {
        MadeCommit one;
        std::vector<format::GitTreeEntry> root;
        std::erase_if(commits[i],
                      [&](const PartName& part) { return objects.erased.contains(part.object); });
        if (!commits[i].empty()) {
            std::vector<format::GitTreeEntry> parts;
            for (const PartName& part : commits[i]) {
                const base::Bytes content = read(*by_digest.at(part.object), part);
                parts.push_back({encode_part_name(part), /*is_tree=*/false,
                                 take(format::GitKind::kBlob, content)});
            }
            one.objects = format::write_git_tree(std::move(parts));
            root.push_back({std::string{kObjectsName}, /*is_tree=*/true,
                            take(format::GitKind::kTree, one.objects)});
        }
        if (i + 1 == commits.size()) {
            root.push_back({std::string{kBundleName}, /*is_tree=*/false,
                            take(format::GitKind::kBlob, bundle)});
        }
        one.tree = format::write_git_tree(std::move(root));
        one.commit = format::write_git_commit({take(format::GitKind::kTree, one.tree), parent});
        one.id = take(format::GitKind::kCommit, one.commit);
        parent = one.id;
        made(one);
    }
}

ReadCommit read_commit(Repository& remote, const format::GitId& id) {
    const format::GitCommit commit = format::parse_git_commit(
        read_required(remote, id, format::GitKind::kCommit, kMaxCommitTextBytes));
    ReadCommit read{id, commit.parent, std::nullopt, {}};
    std::vector<format::GitTreeEntry> parts;
    for (const format::GitTreeEntry& entry : format::parse_git_tree(
             read_required(remote, commit.tree, format::GitKind::kTree, kMaxTreeBytes))) {
        if (entry.name == kBundleName && !entry.is_tree) {
            read.bundle = entry.id;
        } else if (entry.name == kObjectsName && entry.is_tree) {
            parts = format::parse_git_tree(
                read_required(remote, entry.id, format::GitKind::kTree, kMaxTreeBytes));
            if (parts.empty()) {
                throw Error{ErrorCode::kDamaged, "a commit has a folder of nothing"};
            }
        } else {
            throw Error{ErrorCode::kDamaged, "a commit holds something that kua doesn't put there"};
        }
    }
    for (const format::GitTreeEntry& entry : parts) {
        const std::optional<PartName> part = parse_part_name(entry.name);
        if (!part || entry.is_tree) {
            throw Error{ErrorCode::kDamaged, "a commit holds something that kua doesn't put there"};
        }
        read.parts.emplace_back(*part, entry.id);
    }
    return read;
}

}  // namespace kua::exchange
