#include "vault/evidence/verify.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <set>
#include <span>
#include <utility>

#include "vault/base/parallel.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/expected_objects.h"
#include "vault/evidence/members.h"
#include "vault/evidence/object_check.h"
#include "vault/evidence/projection_check.h"
#include "vault/evidence/rebuild.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/journal/ids.h"
#include "vault/store/erased_objects.h"
#include "vault/store/integrity.h"

namespace kua::evidence {
namespace {

struct CaseToCheck {
    explicit CaseToCheck(CaseKeys case_keys) : keys(std::move(case_keys)) {}
    CaseKeys keys;
    ExpectedObjects expected;
    ProjectionCheck projection;
    bool journal_is_whole = false;  // every entry could be read
    bool is_of_older_kua = false;   // what the catalog shows of it
};

class Verification {
public:
    Verification(store::Store& store, const VerifyScope& scope, VerifyDepth depth, unsigned threads,
                 Progress& progress)
        : store_(store),
          scope_(scope),
          depth_(depth),
          threads_(base::thread_count(threads)),
          progress_(progress),
          objects_(store, threads_, report_, progress) {}

    VerificationReport run() {
        const bool whole = scope_.case_id.empty() && scope_.items.empty();
        take(check_header(store_));
        if (whole) {
            take(store_.check_core());
        }
        progress_.begin("checking the catalog and the journal", 0, 0);
        std::vector<Finding> of_catalog;
        base::run_parallel({[&] { of_catalog = whole ? check_catalog() : std::vector<Finding>{}; },
                            [&] { guarded("catalog", [this] { check_journals(); }); }});
        take(std::move(of_catalog));
        progress_.end();
        objects_.run(std::move(to_check_));
        if (whole) {
            check_segments();
        }
        return std::move(report_);
    }

private:
    void take(std::vector<Finding> findings) {
        std::move(findings.begin(), findings.end(), std::back_inserter(report_.findings));
    }

    void find(FindingCode code, std::string subject, std::string text) {
        report_.findings.push_back({code, std::move(subject), std::move(text)});
    }

    void guarded(const std::string& subject, const std::function<void()>& check) {
        if (auto damage = find_damage(subject, check)) {
            report_.findings.push_back(*std::move(damage));
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
            guarded("catalog", [&] { check_index(); });
        }
    }

    void check_index() {
        if (!index_fits(store_.catalog())) {
            find(FindingCode::kFactMismatch, "catalog",
                 "what is searched doesn't fit what is shown; `kua status --rebuild` makes it"
                 " anew");
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
        const std::vector<journal::KnownAuthor> authors =
            load_authors(store_.catalog(), one.keys.case_id);
        one.is_of_older_kua = is_shown_by_older_kua(store_.catalog(), one.keys.case_id);
        bool is_whole = true;
        for (const journal::LogHead& head :
             journal::list_logs(store_.catalog(), one.keys.case_id)) {
            journal::LogReport log = journal::check_log(
                store_.catalog(), head, authors, one.keys.identities,
                [&](const journal::VerifiedBundle& bundle) { check_entries(one, bundle); });
            is_whole = is_whole && log.findings.empty();
            take(std::move(log.findings));
            report_.entries_checked += log.entries;
            report_.bundles_checked += log.bundles;
        }
        one.journal_is_whole = is_whole;
        if (!one.keys.sealed() && !one.is_of_older_kua) {
            ProjectionCheck::check_rest(store_.catalog(), one.keys.case_id, report_.findings);
        }
    }

    void check_entries(CaseToCheck& one, const journal::VerifiedBundle& bundle) {
        one.expected.add(bundle, report_.findings);
        if (one.is_of_older_kua) {
            return;  // it differs, and is made anew once somebody can write
        }
        one.projection.check(catalogs_for(bundle.entries.size()), bundle.entries,
                             bundle.manifest.seen, report_.findings);
    }

    // As many connections to the catalog as looking at that many entries is worth.
    std::span<store::Connection* const> catalogs_for(std::size_t entries) {
        const std::size_t wanted =
            std::clamp<std::size_t>(entries / journal::kEntriesWorthAThread, 1, threads_);
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
                to_check_.push_back({digest});
            }
            return;
        }
        std::span<const format::AgeIdentity> identities;
        if (depth_ == VerifyDepth::kFull) {
            identities = one.keys.identities;
        }
        const std::set<std::string> wanted{scope_.items.begin(), scope_.items.end()};
        const auto is_wanted = [&wanted](const std::string& item) { return wanted.contains(item); };
        for (const auto& [digest, expected] : one.expected.objects()) {
            if (!wanted.empty() && !wanted.contains(expected.item) &&
                std::ranges::none_of(expected.more, is_wanted)) {
                continue;
            }
            const bool is_erased = !std::ranges::binary_search(stored, digest) &&
                                   store::is_erased(store_.catalog(), digest);
            if (is_erased && one.expected.may_be_missing(digest)) {
                ++report_.items_shredded;
            } else if (is_erased) {
                find(FindingCode::kGap, object_subject(digest),
                     "it was destroyed, says its author in entries that aren't here yet");
            } else {
                to_check_.push_back({digest, &expected, identities});
            }
        }
        for (const store::SealedDigest& digest : stored) {
            if (!wanted.empty() || one.expected.objects().contains(digest)) {
                continue;
            }
            if (one.journal_is_whole) {
                find(FindingCode::kSurplus, object_subject(digest),
                     "no entry names it; it is kept");
            } else {
                to_check_.push_back({digest});  // some entry may, that can't be read
            }
        }
    }

    store::PageSet pages_read(std::uint32_t segment) const {
        const auto read = objects_.pages_read().find(segment);
        return read == objects_.pages_read().end() ? store::PageSet{} : read->second;
    }

    // What `check` finds, or that it could not be done.
    static void collect(std::vector<Finding>& findings, const std::string& subject,
                        const std::function<std::vector<Finding>()>& check) {
        if (auto damage = find_damage(
                subject, [&] { std::ranges::move(check(), std::back_inserter(findings)); })) {
            findings.push_back(*std::move(damage));
        }
    }

    // What lies in the segments besides the pieces that were just read. A part that can't be looked
    // at takes nothing from what is found in the others.
    void check_segments() {
        progress_.begin("checking the rest of the files", 0, 0);
        std::vector<Finding> of_pages;
        std::vector<Finding> of_extents;
        const std::vector<store::SegmentState> segments = store_.objects().segments();
        const auto check_pages = [&] {
            for (const store::SegmentState& segment : segments) {
                collect(of_pages, store::segment_subject(segment.number), [&] {
                    return store::check_segment(store_.objects(), segment.number,
                                                pages_read(segment.number));
                });
            }
        };
        const auto check_extents = [&] {
            const base::fs::path folder = store_.objects().segment_path(0).parent_path();
            if (!store_.environment().files.status(folder)) {
                of_extents.push_back({FindingCode::kMissing, "objects",
                                      "the folder is missing, and all originals with it"});
                return;
            }
            collect(of_extents, "catalog", [&] {
                return store::check_extents(store_.catalog(), store_.objects()).findings;
            });
        };
        base::run_parallel({check_pages, check_extents});
        take(std::move(of_pages));
        take(std::move(of_extents));
        progress_.end();
    }

    store::Store& store_;
    const VerifyScope& scope_;
    VerifyDepth depth_;
    unsigned threads_;
    Progress& progress_;
    std::deque<store::Connection> more_catalogs_;
    std::vector<store::Connection*> catalogs_;  // the store's and these
    std::deque<CaseToCheck> cases_;
    std::vector<ObjectToCheck> to_check_;
    VerificationReport report_;
    ObjectCheck objects_;
};

}  // namespace

VerificationReport verify(store::Store& store, const VerifyScope& scope, VerifyDepth depth,
                          unsigned threads, Progress& progress) {
    return Verification{store, scope, depth, threads, progress}.run();
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
