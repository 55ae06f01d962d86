// How a bundle travels: the sealed objects it brings in parts, and the bundle itself, as git
// commits. The cut is fixed, so a bundle has the same commits on every remote, whoever passes it
// on, and a reader makes them anew to see that they are what they should be.
// Source: docs/formats.md, "Commits".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vault/exchange/repository.h"
#include "vault/journal/manifest.h"
#include "vault/store/sqlite/connection.h"

namespace kua::exchange {

// Parts of objects go into one commit until the next would pass this; the bundle joins the last.
constexpr std::uint64_t kMaxCommitBytes = std::uint64_t{16} << 20;
constexpr std::size_t kMaxCommitTextBytes = 4096;
constexpr std::size_t kMaxBundleParts = 400'000;
constexpr std::size_t kMaxTreeBytes = std::size_t{1} << 20;
constexpr std::string_view kBundleName = "bundle.age";
constexpr std::string_view kObjectsName = "objects";

struct PartName {
    store::SealedDigest object;
    std::uint32_t part = 0;  // from 0
    auto operator<=>(const PartName&) const = default;
};
std::string encode_part_name(const PartName& name);
// Nothing for any other text.
std::optional<PartName> parse_part_name(std::string_view text);

// Which parts each commit of a bundle with these objects holds, in order; at least one commit.
std::vector<std::vector<PartName>> cut_into_commits(
    const std::vector<journal::BundleObject>& objects);
// Size of one part of an object.
std::size_t part_bytes(std::uint64_t object_bytes, std::uint32_t part);

// One commit as it was made.
struct MadeCommit {
    format::GitId id;
    base::Bytes commit;
    base::Bytes tree;
    base::Bytes objects;  // empty: none
};

// Gets one part after the other, in the order of cut_into_commits().
using ReadPart =
    std::function<base::Bytes(const journal::BundleObject& object, const PartName& part)>;
// Takes git objects; returns their names.
using TakeObject = std::function<format::GitId(format::GitKind, base::ByteView)>;

// What a bundle says to bring, and what of that was destroyed: its parts are left out, and all else
// stays where it was.
struct BundleObjects {
    std::vector<journal::BundleObject> named;
    std::set<store::SealedDigest> erased;
    [[nodiscard]] std::uint64_t bytes() const;  // of what is brought
};
BundleObjects load_bundle_objects(store::Connection& catalog, const std::string& case_id,
                                  const std::string& author, std::uint64_t first);

// Makes the commits of one bundle behind `parent`, from commit `from` on (0: all), and gives each
// object to `take`, each commit to `made`, which may throw to stop.
void make_commits(base::ByteView bundle, const BundleObjects& objects,
                  std::optional<format::GitId> parent, std::size_t from, const ReadPart& read,
                  const TakeObject& take, const std::function<void(const MadeCommit&)>& made);

// What a commit of somebody else's holds, by its trees alone.
struct ReadCommit {
    format::GitId id;
    std::optional<format::GitId> parent;
    std::optional<format::GitId> bundle;  // of the blob
    std::vector<std::pair<PartName, format::GitId>> parts;
};
// kDamaged if it isn't shaped as kua shapes commits or something of it is missing.
ReadCommit read_commit(Repository& remote, const format::GitId& id);

}  // namespace kua::exchange
