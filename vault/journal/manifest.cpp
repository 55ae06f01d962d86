#include "vault/journal/manifest.h"

#include <algorithm>
#include <set>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/hex.h"
#include "vault/base/json.h"

namespace kua::journal {
namespace {

constexpr std::uint64_t kManifestVersion = 1;
constexpr std::size_t kMaxSeen = 10'000;
constexpr std::size_t kMaxObjects = 200'000;

[[noreturn]] void refuse_manifest(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("manifest: ") + why};
}

std::string hex_at(const base::Json& json, std::string_view key, std::size_t digits) {
    const std::string& text = base::text_at(json, key);
    if (text.size() != digits || !base::decode_hex(text)) {
        refuse_manifest("an id or digest is malformed");
    }
    return text;
}

store::SealedDigest digest_at(const base::Json& json, std::string_view key) {
    const base::Bytes bytes = *base::decode_hex(hex_at(json, key, 64));
    store::SealedDigest digest;
    std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
    return digest;
}

SeenLog parse_seen(const base::Json& json) {
    base::require_only_members(json, {"author", "size", "root"});
    SeenLog seen{hex_at(json, "author", 64), base::uint_at(json, "size"),
                 base::text_at(json, "root")};
    const auto root = base::decode_base64(seen.root, base::Base64::kPadded);
    if (seen.size > format::kMaxJournalSize) {
        refuse_manifest("a number is out of range");
    }
    if (!root || root->size() != format::MerkleHash{}.size()) {
        refuse_manifest("a root is no SHA-256 digest");
    }
    return seen;
}

BundleObject parse_object(const base::Json& json) {
    base::require_only_members(json, {"sealed", "bytes"});
    return {digest_at(json, "sealed"), base::uint_at(json, "bytes")};
}

}  // namespace

std::uint64_t sum_of_seen(const Manifest& manifest) {
    std::uint64_t sum = 0;
    for (const SeenLog& seen : manifest.seen) {
        sum = std::min(sum + std::min(seen.size, format::kMaxJournalSize), format::kMaxJournalSize);
    }
    return sum;
}

std::string write_manifest(const Manifest& manifest) {
    base::Json json;
    json["kua"] = kManifestVersion;
    json["case"] = manifest.case_id;
    json["author"] = manifest.author;
    json["first"] = manifest.first;
    json["count"] = manifest.count;
    json["previous"] = manifest.previous ? base::Json(base::encode_hex(manifest.previous->bytes))
                                         : base::Json(nullptr);
    json["epoch"] = manifest.epoch;
    json["roster"] = manifest.roster;
    json["seen"] = base::Json::array();
    for (const SeenLog& seen : manifest.seen) {
        json["seen"].push_back({{"author", seen.author}, {"size", seen.size}, {"root", seen.root}});
    }
    json["objects"] = base::Json::array();
    for (const BundleObject& object : manifest.objects) {
        json["objects"].push_back(
            {{"sealed", base::encode_hex(object.digest.bytes)}, {"bytes", object.size_bytes}});
    }
    return base::write_json(json) + "\n";
}

Manifest parse_manifest(std::string_view text) {
    if (text.empty() || text.back() != '\n') {
        refuse_manifest("does not end with a line feed");
    }
    const base::Json json = base::parse_json(text.substr(0, text.size() - 1),
                                             {.max_bytes = kMaxManifestBytes, .max_depth = 3});
    base::require_only_members(json, {"kua", "case", "author", "first", "count", "previous",
                                      "epoch", "roster", "seen", "objects"});
    if (base::uint_at(json, "kua") != kManifestVersion) {
        refuse_manifest("written by a newer kua");
    }
    Manifest manifest;
    manifest.case_id = hex_at(json, "case", format::kCaseIdDigits);
    manifest.author = hex_at(json, "author", format::kFingerprintDigits);
    manifest.first = base::uint_at(json, "first");
    manifest.count = base::uint_at(json, "count");
    manifest.epoch = base::uint_at(json, "epoch");
    manifest.roster = base::uint_at(json, "roster");
    if (!base::member_at(json, "previous").is_null()) {
        manifest.previous = ContentDigest{digest_at(json, "previous").bytes};
    }
    const base::Json& seen = base::array_at(json, "seen");
    const base::Json& objects = base::array_at(json, "objects");
    if (manifest.first == 0 || manifest.count == 0 || manifest.count > kMaxEntriesPerBundle ||
        manifest.epoch == 0 || manifest.roster == 0 || seen.size() > kMaxSeen ||
        objects.size() > kMaxObjects) {
        refuse_manifest("a number is out of range");
    }
    std::transform(seen.begin(), seen.end(), std::back_inserter(manifest.seen), parse_seen);
    std::set<std::string_view> others = {manifest.author};
    for (const SeenLog& one : manifest.seen) {
        if (!others.insert(one.author).second) {
            refuse_manifest("names an author twice");
        }
    }
    std::transform(objects.begin(), objects.end(), std::back_inserter(manifest.objects),
                   parse_object);
    return manifest;
}

}  // namespace kua::journal
