// The part of verification that reads objects: each by its sealed bytes, or down to the original.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "kua/progress.h"
#include "kua/vault.h"
#include "vault/evidence/expected_objects.h"
#include "vault/evidence/object_reader.h"
#include "vault/store/store.h"

namespace kua::evidence {

// A part that can't be read is a finding about that part, not the end of the check: what `check`
// throws because something is damaged, missing or can't be read, as a finding about `subject`.
// Other errors pass.
std::optional<Finding> find_damage(const std::string& subject, const std::function<void()>& check);

// How people know an object that no item is known of.
std::string object_subject(const store::SealedDigest& digest);

struct ObjectToCheck {
    store::SealedDigest digest;
    const ExpectedObject* expected = nullptr;              // null: nothing is known but its digest
    std::span<const format::AgeIdentity> identities = {};  // none: by its sealed bytes only
    store::PiecePlace place = {};                          // filled in by the check
};

class ObjectCheck {
public:
    // `store`, `report` and `progress` must outlive it; run() adds to `report`.
    ObjectCheck(store::Store& store, unsigned threads, VerificationReport& report,
                Progress& progress);

    void run(std::vector<ObjectToCheck> objects);
    // Pages of segments that were read on the way, by segment.
    const std::map<std::uint32_t, store::PageSet>& pages_read() const noexcept {
        return pages_read_;
    }

private:
    using Lookup = std::variant<std::optional<store::ObjectRecord>, Error>;

    void sort_by_place();
    std::optional<OriginalToRead> check_object(store::SegmentReader& segments, std::size_t index);
    OriginalToRead original_of(const store::ObjectRecord& object, const ObjectToCheck& one);
    std::optional<store::ObjectRecord> load_object(std::size_t index);
    Lookup look_up(const store::SealedDigest& digest);
    void find_in(const ObjectToCheck& one, Finding damage);
    void find(Finding finding);
    void count(std::uint64_t sealed_bytes, bool is_item);
    void keep_pages(const std::map<std::uint32_t, store::PageSet>& pages);

    store::Store& store_;
    unsigned threads_;
    VerificationReport& report_;
    Progress& progress_;
    std::vector<ObjectToCheck> objects_;
    std::map<std::uint32_t, store::PageSet> pages_read_;
    std::mutex mutex_;                      // of the report and the pages
    std::mutex catalog_mutex_;              // of the catalog's connection and what was looked up
    std::map<std::size_t, Lookup> loaded_;  // by index in objects_, until it is checked
};

}  // namespace kua::evidence
