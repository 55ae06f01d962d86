#include "vault/evidence/verify.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <utility>
#include <variant>

#include "vault/base/hex.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/expected_objects.h"
#include "vault/evidence/object_reader.h"
#include "vault/evidence/parallel.h"
#include "vault/evidence/projection_check.h"
#include "vault/journal/ids.h"
#include "vault/store/integrity.h"

namespace kua::evidence {
namespace {

struct CaseToCheck {
    explicit CaseToCheck(CaseKeys case_keys) : keys(std::move(case_keys)) {}
    CaseKeys keys;
    ExpectedObjects expected;
    ProjectionCheck projection;
    bool journal_is_whole = false;  // every entry could be read
};
struct ObjectToCheck {
    const CaseToCheck* owner = nullptr;
    store::SealedDigest digest;
    const ExpectedObject* expected = nullptr;  // nothing in a sealed case
    store::PiecePlace place = {};
};

class Verification {
public:
    Verification(store::Store& store, const Identity& identity, const VerifyScope& scope,
                 VerifyDepth depth, unsigned threads, Progress& progress)
        : store_(store),
          identity_(identity),
          scope_(scope),
          depth_(depth),
          threads_(thread_count(threads)),
          progress_(progress) {}

    VerificationReport run() {
        const bool whole = scope_.case_id.empty() && scope_.items.empty();
        take(check_header(store_));
        if (whole) {
            take(store_.check_core());
        }
        progress_.begin("checking the catalog and the journal", 0, 0);
        std::vector<Finding> of_catalog;
        run_parallel({[&] { of_catalog = whole ? check_catalog() : std::vector<Finding>{}; },
                      [&] { guarded("catalog", [this] { check_journals(); }); }});
        take(std::move(of_catalog));
        progress_.end();
        check_objects();
        if (whole) {
            guarded("catalog", [this] { check_segments(); });
        }
        return std::move(report_);
    }

private:
    void take(std::vector<Finding> findings) {
        std::move(findings.begin(), findings.end(), std::back_inserter(report_.findings));
    }

    void find(FindingCode code, std::string subject, std::string text) {
        const std::lock_guard lock{mutex_};
        report_.findings.push_back({code, std::move(subject), std::move(text)});
    }

    // A part that can't be read is a finding about that part, not the end of the check.
    void guarded(const std::string& subject, const std::function<void()>& check) {
        try {
            check();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kStorage &&
                error.code() != ErrorCode::kNoFile && error.code() != ErrorCode::kWrongKey) {
                throw;
            }
            find(FindingCode::kDamaged, subject, error.what());
        }
    }

    // Over a connection of its own, beside the journal's.
    std::vector<Finding> check_catalog() {
        try {
            store::Connection catalog = store_.connect_bare_catalog();
            return store::check_catalog(store_.environment(), catalog);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged) {
                throw;
            }
            return {{FindingCode::kDamaged, "catalog", error.what()}};
        }
    }

    std::vector<std::string> list_cases() {
        if (!scope_.case_id.empty()) {
            return {scope_.case_id};
        }
        try {
            return list_case_ids(store_.catalog());
        } catch (const Error& error) {
            throw error.during(
                "the keys of all cases can't be read, so nothing of them can be checked");
        }
    }

    void check_journals() {
        for (const std::string& case_id : list_cases()) {
            guarded("catalog", [&] { check_case(case_id); });
        }
        if (scope_.case_id.empty()) {
            take(journal::find_lost_logs(store_.catalog()));
            take(find_lost_cases(store_.catalog()));
        }
    }

    CaseKeys load_keys(const std::string& case_id) {
        try {
            return load_case_keys(store_.catalog(), case_id);
        } catch (const Error& error) {
            throw error.during("the keys of case " + case_id.substr(0, 8) +
                               " can't be read, so nothing of it can be checked");
        }
    }

    void check_case(const std::string& case_id) {
        CaseToCheck& one = cases_.emplace_back(load_keys(case_id));
        report_.sealed_cases += one.keys.sealed() ? 1U : 0U;
        guarded("catalog", [&] { check_logs(one); });
        collect_objects(one);
    }

    void check_logs(CaseToCheck& one) {
        const std::vector<journal::KnownAuthor> authors = {identity_.known()};
        const format::AgeIdentity* identity = one.keys.identity ? &*one.keys.identity : nullptr;
        bool is_whole = true;
        for (const journal::LogHead& head :
             journal::list_logs(store_.catalog(), one.keys.case_id)) {
            journal::LogReport log = journal::check_log(
                store_.catalog(), head, authors, identity,
                [&](const journal::VerifiedBundle& bundle) { check_entries(one, bundle); });
            is_whole = is_whole && log.findings.empty();
            take(std::move(log.findings));
            report_.entries_checked += log.entries;
            report_.bundles_checked += log.bundles;
        }
        one.journal_is_whole = is_whole;
        if (!one.keys.sealed()) {
            ProjectionCheck::check_rest(store_.catalog(), one.keys.case_id, report_.findings);
        }
    }

    void check_entries(CaseToCheck& one, const journal::VerifiedBundle& bundle) {
        one.expected.add(bundle, report_.findings);
        one.projection.check(catalogs_for(bundle.entries.size()), bundle.entries, report_.findings);
    }

    // As many connections to the catalog as looking at that many entries is worth.
    std::span<store::Connection* const> catalogs_for(std::size_t entries) {
        constexpr std::size_t kWorthAThread = 200;
        const std::size_t wanted = std::clamp<std::size_t>(entries / kWorthAThread, 1, threads_);
        if (catalogs_.empty()) {
            catalogs_.push_back(&store_.catalog());
        }
        while (catalogs_.size() < wanted) {
            catalogs_.push_back(&more_catalogs_.emplace_back(store_.connect_catalog()));
        }
        return std::span{catalogs_}.first(wanted);
    }

    void collect_objects(CaseToCheck& one) {
        std::vector<store::SealedDigest> stored =
            store::list_objects(store_.catalog(), journal::blob_of(one.keys.case_id));
        if (one.keys.sealed()) {
            for (const store::SealedDigest& digest : stored) {
                objects_.push_back({&one, digest, nullptr});
            }
            return;
        }
        const std::set<std::string> wanted{scope_.items.begin(), scope_.items.end()};
        for (const auto& [digest, expected] : one.expected.objects()) {
            if (wanted.empty() || wanted.contains(expected.item)) {
                objects_.push_back({&one, digest, &expected});
            }
        }
        for (const store::SealedDigest& digest : stored) {
            if (!wanted.empty() || one.expected.objects().contains(digest)) {
                continue;
            }
            if (one.journal_is_whole) {
                find(FindingCode::kSurplus, "object " + short_hex(digest),
                     "no entry names it; it is kept");
            } else {
                objects_.push_back({&one, digest, nullptr});  // some entry may, that can't be read
            }
        }
    }

    void check_objects() {
        std::uint64_t total_bytes = 0;
        for (const ObjectToCheck& one : objects_) {
            total_bytes += one.expected != nullptr ? one.expected->sealed_bytes : 0;
        }
        sort_by_place();
        progress_.begin("checking", total_bytes, objects_.size());
        std::atomic<std::size_t> next = 0;
        const auto body = [&] {
            store::SegmentReader segments = store_.objects().reader(store::KeepPages::kYes);
            ObjectReader reader{segments, progress_};
            for (std::size_t i = next++; i < objects_.size(); i = next++) {
                check_object(reader, objects_[i], i);
                progress_.advance(0, 1);
            }
            keep_pages(segments.take_pages_read());
        };
        run_parallel(std::vector<std::function<void()>>(threads_, body));
        progress_.end();
    }

    void sort_by_place() {
        guarded("catalog", [this] {
            const auto places = store::list_places(store_.catalog());
            for (ObjectToCheck& one : objects_) {
                const auto place = places.find(one.digest);
                one.place = place != places.end() ? place->second : store::PiecePlace{};
            }
        });
        std::ranges::stable_sort(objects_, {}, &ObjectToCheck::place);
    }

    void check_object(ObjectReader& reader, const ObjectToCheck& one, std::size_t index) {
        const std::string subject =
            one.expected != nullptr ? one.expected->item : "object " + short_hex(one.digest);
        guarded(subject, [&] {
            const std::optional<store::ObjectRecord> object = load_object(index);
            if (!object) {
                find(FindingCode::kMissing, subject, "its object is not in this vault");
                return;
            }
            const bool full = depth_ == VerifyDepth::kFull && one.expected != nullptr;
            if (full) {
                check_original(reader, *object, one, subject);
            } else if (reader.read_sealed(*object, {}) != object->digest.bytes) {
                find(FindingCode::kDamaged, subject, "its sealed bytes were altered");
            }
            count(*object, one.expected != nullptr);
        });
    }

    void check_original(ObjectReader& reader, const store::ObjectRecord& object,
                        const ObjectToCheck& one, const std::string& subject) {
        if (reader.read_original(object, *one.owner->keys.identity, one.expected->size_bytes, {}) !=
            one.expected->digest) {
            find(FindingCode::kChanged, subject, "its bytes are not those that its entry names");
        }
    }

    // Some ahead, since each look at the catalog costs a lock on it; few, since a lock that is held
    // for long keeps others from writing.
    std::optional<store::ObjectRecord> load_object(std::size_t index) {
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

    using Lookup = std::variant<std::optional<store::ObjectRecord>, Error>;
    Lookup look_up(const store::SealedDigest& digest) {
        try {
            return store::find_object(store_.catalog(), digest);
        } catch (const Error& error) {
            return error;  // of that object alone
        }
    }

    void count(const store::ObjectRecord& object, bool is_item) {
        const std::lock_guard lock{mutex_};
        ++report_.objects_checked;
        report_.items_checked += is_item ? 1U : 0U;
        report_.bytes_checked += object.header.size() + object.payload_bytes;
    }

    void keep_pages(const std::map<std::uint32_t, store::PageSet>& pages) {
        const std::lock_guard lock{mutex_};
        for (const auto& [segment, read] : pages) {
            pages_read_[segment].add(read);
        }
    }

    // What lies in the segments besides the pieces that were just read.
    void check_segments() {
        progress_.begin("checking the rest of the files", 0, 0);
        for (const store::SegmentState& segment : store_.objects().segments()) {
            take(store::check_segment(store_.objects(), segment.number,
                                      pages_read_[segment.number]));
        }
        take(store::check_extents(store_.catalog(), store_.objects()).findings);
        progress_.end();
    }

    static std::string short_hex(const store::SealedDigest& digest) {
        return base::encode_hex(digest.bytes).substr(0, 12);
    }

    store::Store& store_;
    const Identity& identity_;
    const VerifyScope& scope_;
    VerifyDepth depth_;
    unsigned threads_;
    Progress& progress_;
    std::deque<store::Connection> more_catalogs_;
    std::vector<store::Connection*> catalogs_;  // the store's and these
    std::deque<CaseToCheck> cases_;
    std::vector<ObjectToCheck> objects_;
    std::map<std::uint32_t, store::PageSet> pages_read_;
    std::mutex mutex_;          // of the report and the pages
    std::mutex catalog_mutex_;  // of the catalog's connection and what was loaded over it
    std::map<std::size_t, Lookup> loaded_;  // by index in objects_, until it is checked
    VerificationReport report_;
};

}  // namespace

VerificationReport verify(store::Store& store, const Identity& identity, const VerifyScope& scope,
                          VerifyDepth depth, unsigned threads, Progress& progress) {
    return Verification{store, identity, scope, depth, threads, progress}.run();
}

std::vector<Finding> check_header(store::Store& store) {
    std::vector<Finding> findings;
    const auto& states = store.key_slots().copy_states();
    for (std::size_t i = 0; i < states.size(); ++i) {
        const std::string subject = "header copy " + std::to_string(i + 1);
        if (states[i] == store::CopyState::kDamaged) {
            findings.push_back({FindingCode::kDamaged, subject,
                                "the other copy is good and was used; `kua verify --repair-header`"
                                " writes this one anew"});
        } else if (states[i] == store::CopyState::kOlder) {
            findings.push_back({FindingCode::kChanged, subject,
                                "older than the other one, which was used; `kua verify"
                                " --repair-header` writes this one anew"});
        }
    }
    if (store.key_slots().surplus_bytes()) {
        findings.push_back({FindingCode::kSurplus, "header", "there are bytes behind it"});
    }
    return findings;
}

}  // namespace kua::evidence
