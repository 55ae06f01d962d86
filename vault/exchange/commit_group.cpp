#include "vault/exchange/commit_group.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace kua::exchange {
namespace {

std::uint64_t parts_of(std::uint64_t object_bytes) {
    return object_bytes == 0 ? 1 : (object_bytes - 1) / kMaxPartBytes + 1;
}

}  // namespace

std::optional<std::string> fault_of_cut(const CommitGroup& group,
                                        const journal::Manifest& manifest) {
    std::set<store::SealedDigest> digests;
    std::uint64_t named = 0;
    for (const journal::BundleObject& object : manifest.objects) {
        if (!digests.insert(object.digest).second) {
            return "a bundle names an object twice";
        }
        const std::uint64_t parts = parts_of(object.size_bytes);
        if (parts > kMaxBundleParts - named) {  // before they are counted out
            return "a bundle names more than one can bring";
        }
        named += parts;
    }
    std::vector<std::vector<PartName>> expected = cut_into_commits(manifest.objects);
    if (expected.size() != group.size()) {
        return "a bundle isn't cut as kua cuts it";
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        std::ranges::sort(expected[i]);
        std::vector<PartName> there;
        there.reserve(group[i].parts.size());
        for (const auto& [part, id] : group[i].parts) {
            there.push_back(part);
        }
        // In order, as git has them, so each once.
        if (std::ranges::adjacent_find(there, std::ranges::greater_equal{}) != there.end() ||
            !std::ranges::includes(expected[i], there)) {
            return "parts of the objects of a bundle are missing or surplus";
        }
    }
    return std::nullopt;
}

std::set<store::SealedDigest> list_absent(const CommitGroup& group,
                                          const journal::Manifest& manifest) {
    std::map<store::SealedDigest, std::uint64_t> there;
    for (const ReadCommit& commit : group) {
        for (const auto& [part, id] : commit.parts) {
            ++there[part.object];
        }
    }
    std::set<store::SealedDigest> absent;
    for (const journal::BundleObject& object : manifest.objects) {
        if (there[object.digest] != parts_of(object.size_bytes)) {
            absent.insert(object.digest);
        }
    }
    return absent;
}

bool is_in_chain(store::Connection& catalog, const std::string& ref, const CommitGroup& group,
                 std::uint64_t first) {
    const std::optional<ChainCommit> before = commit_before(catalog, ref, {first, 0});
    return place_behind(catalog, ref, group.front().parent) ==
           (before ? before->place : kBeforeAll);
}

namespace {

// Each part of the object as it is there. kDamaged if one is missing.
void read_each_part(Repository& remote, const CommitGroup& group,
                    const journal::BundleObject& object,
                    const std::function<void(const PartName&, base::ByteView)>& take) {
    for (const ReadCommit& commit : group) {
        for (const auto& [part, id] : commit.parts) {
            if (part.object != object.digest) {
                continue;
            }
            const std::optional<base::Bytes> bytes =
                remote.read(id, format::GitKind::kBlob, kMaxPartBytes);
            if (!bytes) {
                throw Error{ErrorCode::kDamaged, "a part of an object is missing or cut"};
            }
            take(part, *bytes);
        }
    }
}

}  // namespace

void read_parts(Repository& remote, const CommitGroup& group, const journal::BundleObject& object,
                const std::function<void(base::ByteView)>& take) {
    read_each_part(remote, group, object, [&](const PartName& part, base::ByteView bytes) {
        if (bytes.size() != part_bytes(object.size_bytes, part.part)) {
            throw Error{ErrorCode::kDamaged, "a part of an object is missing or cut"};
        }
        take(bytes);
    });
}

bool is_object(Repository& remote, const CommitGroup& group, const journal::BundleObject& object) {
    crypto::Sha256 hash;
    read_each_part(remote, group, object,
                   [&hash](const PartName&, base::ByteView bytes) { hash.update(bytes); });
    return store::SealedDigest{hash.finish()} == object.digest;
}

}  // namespace kua::exchange
