#include "vault/evidence/object_check.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "vault/base/hex.h"
#include "vault/base/parallel.h"

namespace kua::evidence {
namespace {

std::string checked_subject(const ObjectToCheck& one) {
    return one.expected != nullptr ? one.expected->item : object_subject(one.digest);
}

}  // namespace

std::string object_subject(const store::SealedDigest& digest) {
    constexpr std::size_t kShownDigits = 12;
    return "object " + base::encode_hex(digest.bytes).substr(0, kShownDigits);
}

std::optional<Finding> find_damage(const std::string& subject, const std::function<void()>& check) {
    try {
        check();
        return std::nullopt;
    } catch (const Error& error) {
        const bool is_damage =
            error.code() == ErrorCode::kDamaged || error.code() == ErrorCode::kStorage ||
            error.code() == ErrorCode::kNoFile || error.code() == ErrorCode::kWrongKey;
        if (!is_damage) {
            throw;
        }
        return Finding{error.lacks_permission() ? FindingCode::kNotReadable : FindingCode::kDamaged,
                       subject, error.what()};
    }
}

ObjectCheck::ObjectCheck(store::Store& store, unsigned threads, VerificationReport& report,
                         Progress& progress)
    : store_(store), threads_(threads), report_(report), progress_(progress) {}

void ObjectCheck::run(std::vector<ObjectToCheck> objects) {
    objects_ = std::move(objects);
    std::uint64_t total_bytes = 0;
    for (const ObjectToCheck& one : objects_) {
        total_bytes += one.expected != nullptr ? one.expected->sealed_bytes : 0;
    }
    sort_by_place();
    progress_.begin("checking", total_bytes, objects_.size());
    std::atomic<std::size_t> next = 0;
    const auto body = [&] {
        // One for each original that is being read, and one beside them.
        std::array<store::SegmentReader, OriginalsReader::kAtOnce + 1> segments{
            store_.objects().reader(store::KeepPages::kYes),
            store_.objects().reader(store::KeepPages::kYes),
            store_.objects().reader(store::KeepPages::kYes)};
        OriginalsReader{{&segments[0], &segments[1]}, progress_}.read_all(
            [&](std::size_t) -> std::optional<OriginalToRead> {
                // Whatever is done without reading an original is done on the way to the next.
                for (std::size_t i = next++; i < objects_.size(); i = next++) {
                    if (auto original = check_object(segments.back(), i)) {
                        return original;
                    }
                    progress_.advance(0, 1);
                }
                return std::nullopt;
            });
        for (store::SegmentReader& one : segments) {
            keep_pages(one.take_pages_read());
        }
    };
    base::run_parallel(std::vector<std::function<void()>>(threads_, body));
    progress_.end();
}

void ObjectCheck::sort_by_place() {
    auto unsorted = find_damage("catalog", [this] {
        const auto places = store::list_places(store_.catalog());
        for (ObjectToCheck& one : objects_) {
            const auto place = places.find(one.digest);
            one.place = place != places.end() ? place->second : store::PiecePlace{};
        }
    });
    if (unsorted) {
        find(*std::move(unsorted));
    }
    std::ranges::stable_sort(objects_, {}, &ObjectToCheck::place);
}

// The original to be read, if that is how the object is checked; else it has been, with `segments`.
std::optional<OriginalToRead> ObjectCheck::check_object(store::SegmentReader& segments,
                                                        std::size_t index) {
    const ObjectToCheck& one = objects_[index];
    std::optional<OriginalToRead> original;
    auto damage = find_damage(checked_subject(one), [&] {
        const std::optional<store::ObjectRecord> object = load_object(index);
        if (!object) {
            find({FindingCode::kMissing, checked_subject(one), "its object is not in this vault"});
        } else if (!one.identities.empty()) {
            original = original_of(*object, one);
        } else {
            if (read_sealed(segments, *object, {}, progress_) != object->digest.bytes) {
                find(
                    {FindingCode::kDamaged, checked_subject(one), "its sealed bytes were altered"});
            }
            count(object->header.size() + object->payload_bytes, one.expected != nullptr);
        }
    });
    if (damage) {
        find_in(one, *std::move(damage));
    }
    return original;
}

OriginalToRead ObjectCheck::original_of(const store::ObjectRecord& object,
                                        const ObjectToCheck& one) {
    const std::uint64_t sealed_bytes = object.header.size() + object.payload_bytes;
    return {
        .object = object,
        .identities = one.identities,
        .original_bytes = one.expected->size_bytes,
        .take = {},
        .done =
            [this, &one, sealed_bytes](const crypto::Sha256Digest& digest) {
                if (digest != one.expected->digest) {
                    find({FindingCode::kChanged, checked_subject(one),
                          "its bytes are not those that its entry names"});
                }
                count(sealed_bytes, /*is_item=*/true);
                progress_.advance(0, 1);
            },
        .failed =
            [this, &one](const Error& error) {
                if (auto damage = find_damage(checked_subject(one), [&] { throw Error{error}; })) {
                    find_in(one, *std::move(damage));
                }
                progress_.advance(0, 1);
            }};
}

// Some ahead, since each look at the catalog costs a lock on it; few, since a lock that is held for
// long keeps others from writing.
std::optional<store::ObjectRecord> ObjectCheck::load_object(std::size_t index) {
    constexpr std::size_t kAhead = 32;
    const std::lock_guard lock{catalog_mutex_};
    if (!loaded_.contains(index)) {
        const store::Snapshot snapshot{store_.catalog()};
        const std::size_t end = std::min(index + kAhead, objects_.size());
        bool is_whole = true;  // after a damaged page a snapshot shows nothing more
        for (std::size_t i = index; i < end && is_whole && !loaded_.contains(i); ++i) {
            loaded_[i] = look_up(objects_[i].digest);
            is_whole = !std::holds_alternative<Error>(loaded_[i]);
        }
    }
    const auto found = loaded_.extract(index);
    if (const Error* error = std::get_if<Error>(&found.mapped())) {
        throw Error{*error};
    }
    return std::get<std::optional<store::ObjectRecord>>(found.mapped());
}

ObjectCheck::Lookup ObjectCheck::look_up(const store::SealedDigest& digest) {
    try {
        return store::find_object(store_.catalog(), digest);
    } catch (const Error& error) {
        return error;  // of that object alone
    }
}

// Damage of what is gone with its file is none that could be mended there.
void ObjectCheck::find_in(const ObjectToCheck& one, Finding damage) {
    const std::uint32_t segment = one.place.segment;
    const auto is_gone = [this, segment] {
        try {
            return !store_.environment().files.status(store_.objects().segment_path(segment));
        } catch (const Error&) {
            return false;  // of a device that fails nobody knows what it holds
        }
    };
    if (damage.code == FindingCode::kDamaged && segment != 0 && is_gone()) {
        damage.code = FindingCode::kMissing;
    }
    find(std::move(damage));
}

void ObjectCheck::find(Finding finding) {
    const std::lock_guard lock{mutex_};
    report_.findings.push_back(std::move(finding));
}

void ObjectCheck::count(std::uint64_t sealed_bytes, bool is_item) {
    const std::lock_guard lock{mutex_};
    ++report_.objects_checked;
    report_.items_checked += is_item ? 1U : 0U;
    report_.bytes_checked += sealed_bytes;
}

void ObjectCheck::keep_pages(const std::map<std::uint32_t, store::PageSet>& pages) {
    const std::lock_guard lock{mutex_};
    for (const auto& [segment, read] : pages) {
        pages_read_[segment].add(read);
    }
}

}  // namespace kua::evidence
