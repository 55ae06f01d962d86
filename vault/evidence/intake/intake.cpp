#include "vault/evidence/intake/intake.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "vault/base/parallel.h"
#include "vault/base/path_words.h"
#include "vault/evidence/intake/arrival.h"
#include "vault/evidence/intake/device_claims.h"
#include "vault/evidence/intake/known_bytes.h"
#include "vault/evidence/intake/pipeline.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/items.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/projection.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"
#include "vault/store/object_table.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMostGivenBytes = std::size_t{32} << 20;  // in one batch

// One batch while it is being turned into entries.
struct Batch {
    std::span<const InputFile> inputs;
    std::vector<SealedInput> sealed;
    std::vector<std::string> items;  // per input: the item it became or is known as
    std::vector<journal::EntryDraft> drafts;
    std::set<std::string> arrivals;  // item and arrival_key() of each in drafts
    std::vector<journal::BundleObject> objects;
    std::map<std::size_t, DeviceClaims> claims;  // by the input
    // Reports in the order of the inputs, given out once everything is durable.
    std::vector<AddedItem> added;
    std::vector<KnownItem> known;
    std::vector<NotInspected> not_inspected;
};

class Intake {
public:
    Intake(store::Store& store, const Identity& identity, const CaseKeys& keys,
           const AddRequest& request, Progress& progress, const FollowUp& follow_up)
        : store_(store),
          identity_(identity),
          keys_(keys),
          request_(request),
          progress_(progress),
          follow_up_(follow_up),
          defaults_{check_given_facts(request.facts, arrival_fact_rules()), identity.card.name},
          most_inputs_(most_inputs(defaults_.given)),
          claims_(store.catalog(), keys.case_id),
          pipeline_(store.environment(), store.objects(), keys, claims_,
                    base::thread_count(request.threads), request.inspector, progress) {
        if (request.facts.contains("latitude") != request.facts.contains("longitude")) {
            throw Error{ErrorCode::kUsage,
                        "a position has both: --latitude and --longitude; nothing was added"};
        }
    }

    AddReport run(const BatchLimits& limits, const TypedInput* typed) {
        // Before hours of sealing; append() asks once more.
        journal::check_may_append(
            store_.catalog(), keys_.case_id, identity_.card.fingerprint,
            journal::find_log(store_.catalog(), keys_.case_id, identity_.card.fingerprint).size);
        InputWalk walk = walk_inputs(store_.environment().files, request_.paths, store_.dir());
        if (typed != nullptr) {
            walk.files.push_back(
                {typed->name, typed->content.size(), typed->content, typed->typed_ns});
        }
        report_.case_id = keys_.case_id;
        report_.sealed_case = keys_.sealed();
        report_.skipped = std::move(walk.skipped);
        for (const FailedInput& failed : walk.failed) {
            report_failed(failed);
        }
        for (InputFile& file : walk.files) {
            file.media = media_kind_of(media_type_of(defaults_, file));
        }
        progress_.begin("sealing", walk.total_bytes, walk.files.size());
        std::span<const InputFile> rest{walk.files};
        while (!rest.empty()) {
            const std::size_t count = batch_length(rest, limits);
            run_batch(rest.first(count));
            rest = rest.subspan(count);
        }
        progress_.end();
        return std::move(report_);
    }

private:
    // Each input of a batch repeats what was said about all of them, and a bundle holds only so
    // much.
    static std::size_t most_inputs(const std::vector<journal::Fact>& given) {
        std::size_t given_bytes = 1;
        for (const journal::Fact& fact : given) {
            given_bytes += base::write_json(fact.value).size();
        }
        return std::max<std::size_t>(1, kMostGivenBytes / given_bytes);
    }

    std::size_t batch_length(std::span<const InputFile> rest, const BatchLimits& limits) const {
        const std::size_t most = std::min(limits.inputs, most_inputs_);
        std::size_t count = 0;
        std::uint64_t bytes = 0;
        while (count < rest.size() && count < most && bytes < limits.bytes) {
            bytes += rest[count++].size_bytes;
        }
        return count;
    }

    void run_batch(std::span<const InputFile> inputs) {
        std::vector<InputFile> undecided = run_once(inputs);
        while (!undecided.empty()) {
            {
                const store::Snapshot snapshot{store_.catalog()};
                CopyCheck copies{store_.objects(), keys_.identities, progress_,
                                 store::WhileWritten::kWait};
                claims_.settle(copies);
            }
            undecided = run_once(std::exchange(undecided, {}));
        }
    }

    // Returns the inputs that are to be tried again.
    std::vector<InputFile> run_once(std::span<const InputFile> inputs) {
        Batch batch;
        batch.inputs = inputs;
        {
            const store::Snapshot snapshot{store_.catalog()};
            batch.sealed = pipeline_.run(inputs);
        }
        draft_entries(batch);
        record(batch);
        claims_.next_run();
        give_out(batch);
        std::vector<InputFile> undecided;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (batch.sealed[i].is_undecided()) {
                undecided.push_back(inputs[i]);
            } else if (batch.sealed[i].is_stored() && !keys_.sealed()) {
                claims_.stored(batch.sealed[i].digest, batch.items[i]);
            }
        }
        return undecided;
    }

    void draft_entries(Batch& batch) {
        batch.items.resize(batch.inputs.size());
        for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
            if (batch.sealed[i].is_stored()) {
                draft_added(batch, i);
            }
        }
        for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
            const SealedInput& sealed = batch.sealed[i];
            if (sealed.known && !sealed.failure && !sealed.is_undecided()) {
                draft_known(batch, i);
            }
        }
        for (std::size_t i = 0; follow_up_ && i < batch.inputs.size(); ++i) {
            if (!batch.items[i].empty()) {
                std::ranges::move(
                    follow_up_({batch.items[i], base::encode_hex(batch.sealed[i].digest),
                                batch.sealed[i].is_stored()}),
                    std::back_inserter(batch.drafts));
            }
        }
    }

    std::vector<journal::Fact> arrival_of(const Batch& batch, std::size_t i,
                                          const std::optional<DeviceClaims>& claims) const {
        return arrival_facts(defaults_, batch.inputs[i], batch.sealed[i].status,
                             claims ? &*claims : nullptr, store_.environment().clock);
    }

    // What a new item's device claims; notes why if that isn't known.
    std::optional<DeviceClaims> inspected(Batch& batch, std::size_t i) {
        const std::optional<Inspection>& inspection = batch.sealed[i].inspection;
        if (!inspection) {
            return std::nullopt;
        }
        InspectionEnd end = inspection->end;
        if (end == InspectionEnd::kAnswered) {
            if (std::optional<DeviceClaims> claims = read_claims(inspection->answer)) {
                batch.claims.emplace(i, *claims);
                return claims;
            }
            end = InspectionEnd::kCrashed;
        }
        batch.not_inspected.push_back({batch.inputs[i].path.string(), end});
        return std::nullopt;
    }

    // Of bytes that are here already: the same as when they came, without asking again. Only what
    // this author has recorded counts; others may have written anything.
    std::optional<DeviceClaims> inspected_before(const Batch& batch, const ClaimOutcome& outcome) {
        if (outcome.input) {
            const auto found = batch.claims.find(*outcome.input);
            return found == batch.claims.end() ? std::nullopt : std::optional{found->second};
        }
        for (const journal::Entry& entry :
             entries_of_item(store_.catalog(), keys_.case_id, *outcome.item)) {
            if (is_arrival(entry) && entry.header.author == identity_.card.fingerprint) {
                if (std::optional<DeviceClaims> claims = recorded_claims(entry)) {
                    return claims;
                }
            }
        }
        return std::nullopt;
    }

    void draft_added(Batch& batch, std::size_t i) {
        const SealedInput& sealed = batch.sealed[i];
        const std::string item = item_id_of(identity_.card.fingerprint, sealed.sealed_digest);
        std::vector<journal::Fact> arrival = arrival_of(batch, i, inspected(batch, i));
        batch.arrivals.insert(item + arrival_key(arrival));
        const auto kind = std::ranges::find(arrival, "kind", &journal::Fact::name);
        batch.items[i] = item;
        batch.objects.push_back(
            {sealed.sealed_digest, sealed.header.size() + sealed.payload_bytes});
        batch.added.push_back({.path = batch.inputs[i].path.string(),
                               .id = item,
                               .short_id = {},
                               .kind = kind->value.get<std::string>(),
                               .digest = base::encode_hex(sealed.digest),
                               .bytes = sealed.size_bytes,
                               .damaged_copies = claims_.damaged_copies(sealed.digest)});
        batch.drafts.push_back(item_added(item, sealed, std::move(arrival)));
        if (auto derived = custody_derived(batch.drafts.back())) {
            batch.drafts.push_back(*std::move(derived));
        }
    }

    void draft_known(Batch& batch, std::size_t i) {
        const ClaimOutcome& outcome = *batch.sealed[i].known;
        const bool same_run = outcome.input.has_value();
        const std::string item = same_run ? batch.items[*outcome.input] : *outcome.item;
        std::vector<journal::Fact> arrival = arrival_of(batch, i, inspected_before(batch, outcome));
        if (!same_run) {
            keep_kind(item, arrival);
        }
        // Not again if the same file was named twice, in this run or in an earlier one.
        const bool is_new = batch.arrivals.insert(item + arrival_key(arrival)).second &&
                            (same_run || !is_recorded(item, arrival));
        if (is_new) {
            batch.drafts.push_back(custody_received(item, std::move(arrival)));
        }
        if (!same_run) {
            if (auto described =
                    restrict_known(store_.catalog(), keys_.case_id, item, defaults_.given)) {
                batch.drafts.push_back(*std::move(described));
            }
        }
        batch.items[i] = item;
        batch.known.push_back({batch.inputs[i].path.string(), item, "", is_new});
    }

    // What an item is was said when it came in, or since: the ending of a file's name says less.
    void keep_kind(const std::string& item, std::vector<journal::Fact>& arrival) {
        const auto kind = std::ranges::find(arrival, "kind", &journal::Fact::name);
        const bool is_said = std::ranges::find(defaults_.given, "kind", &journal::Fact::name) !=
                             defaults_.given.end();
        if (is_said || kind == arrival.end()) {
            return;
        }
        store::Rows rows =
            store_.catalog().query("SELECT kind FROM item WHERE case_id = ?1 AND item = ?2",
                                   journal::blob_of(keys_.case_id), item);
        if (rows.next() && !rows.text(0).empty()) {
            kind->value = std::string{rows.text(0)};
        }
    }

    bool is_recorded(const std::string& item, const std::vector<journal::Fact>& arrival) {
        const std::string key = arrival_key(arrival);
        const std::vector<journal::Entry> history =
            entries_of_item(store_.catalog(), keys_.case_id, item);
        return std::any_of(history.begin(), history.end(), [&](const journal::Entry& entry) {
            return is_arrival(entry) && arrival_key(entry.facts) == key;
        });
    }

    // While the segments become durable and are read back, the rows are written, but the catalog
    // commits only then: an entry never tells of bytes that a crash could still take.
    void record(const Batch& batch) {
        std::optional<journal::Appended> appended;
        {
            store::Transaction write{store_.catalog()};
            std::vector<store::SegmentState> segments;
            base::run_parallel({[&] { segments = pipeline_.commit(); },
                                [&] { appended = write_rows(write, batch); }});
            if (!appended && segments.empty()) {
                return;
            }
            store_.objects().record(write, segments);
            write.commit();
        }
        if (appended) {
            journal::read_back(store_.catalog(), *appended);
        }
    }

    std::optional<journal::Appended> write_rows(store::Transaction& write, const Batch& batch) {
        for (const SealedInput& sealed : batch.sealed) {
            if (sealed.is_stored()) {
                store::insert_object(
                    write, {sealed.sealed_digest, journal::blob_of(keys_.case_id), sealed.header,
                            sealed.payload_bytes, sealed.extents.extents()});
            }
        }
        if (batch.drafts.empty()) {
            return std::nullopt;
        }
        journal::Appended appended =
            journal::append(write, identity_.author(), keys_.channel(), batch.drafts, batch.objects,
                            store_.environment());
        if (!keys_.sealed()) {
            project(write, appended.entries, appended.seen);
        }
        return appended;
    }

    // Everything of the batch is durable and was read back: say so.
    void give_out(Batch& batch) {
        const store::Snapshot snapshot{store_.catalog()};
        for (AddedItem& item : batch.added) {
            item.short_id = shorten(item.id);
            for (DamagedCopy& copy : item.damaged_copies) {
                copy.short_id = shorten(copy.id);
            }
            report_.bytes += item.bytes;
            if (request_.on_added) {
                request_.on_added(item);
            }
            report_.added.push_back(std::move(item));
        }
        for (KnownItem& item : batch.known) {
            item.short_id = shorten(item.id);
            if (request_.on_known) {
                request_.on_known(item);
            }
            report_.known.push_back(std::move(item));
        }
        std::ranges::move(batch.not_inspected, std::back_inserter(report_.not_inspected));
        for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
            if (const std::optional<Error>& failure = batch.sealed[i].failure) {
                const base::fs::path& path = batch.inputs[i].path;
                report_failed(
                    {path.string(), failure->code(), base::without_path(failure->what(), path)});
            }
        }
    }

    // A sealed case shows no other ids to compare with, and no item to find by the front of one.
    std::string shorten(const std::string& item) {
        return keys_.sealed() ? item : shorten_item(store_.catalog(), keys_.case_id, item);
    }

    void report_failed(const FailedInput& failed) {
        if (request_.on_failed) {
            request_.on_failed(failed);
        }
        report_.failed.push_back(failed);
    }

    store::Store& store_;
    const Identity& identity_;
    const CaseKeys& keys_;
    const AddRequest& request_;
    Progress& progress_;
    const FollowUp& follow_up_;
    ArrivalDefaults defaults_;
    std::size_t most_inputs_;  // of one batch
    DigestClaims claims_;
    SealPipeline pipeline_;
    AddReport report_;
};

}  // namespace

AddReport add_files(store::Store& store, const Identity& identity, const CaseKeys& keys,
                    const AddRequest& request, const BatchLimits& limits, Progress& progress,
                    const FollowUp& follow_up, const TypedInput* typed) {
    return Intake{store, identity, keys, request, progress, follow_up}.run(limits, typed);
}

}  // namespace kua::evidence
