#include "vault/evidence/outgoing/export.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "vault/base/counted.h"
#include "vault/base/folders.h"
#include "vault/base/hex.h"
#include "vault/base/parallel.h"
#include "vault/base/parse.h"
#include "vault/base/path_words.h"
#include "vault/base/utf8.h"
#include "vault/evidence/outgoing/batches_under_way.h"
#include "vault/evidence/outgoing/consent_gate.h"
#include "vault/evidence/outgoing/file_writer.h"
#include "vault/evidence/outgoing/safe_name.h"
#include "vault/evidence/projection.h"

namespace kua::evidence {
namespace {

// What goes through the steps of export.h together. Each batch is one more bundle in the journal,
// so there aren't more than it takes to keep everybody busy: eight, unless they would be larger or
// smaller than this.
constexpr std::size_t kBatches = 8;
constexpr std::size_t kMinItems = 256;
constexpr std::uint64_t kMinBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 30;

// Items, and their files until these have their names.
struct ExportBatch {
    ExportBatch(base::Directory& directory, std::vector<Outgoing> all)
        : outgoing(std::move(all)), temporaries(directory, outgoing) {
        for (const Outgoing& one : outgoing) {
            bytes += one.item.bytes;
        }
    }
    std::vector<Outgoing> outgoing;
    TemporaryFiles temporaries;
    std::uint64_t bytes = 0;
};

// Also stops what would be written for nothing.
class StoppableProgress final : public Progress {
public:
    explicit StoppableProgress(Progress& progress) : progress_(progress) {}
    void stop() noexcept { is_stopped_ = true; }
    void begin(std::string_view stage, std::uint64_t bytes, std::uint64_t items) override {
        progress_.begin(stage, bytes, items);
    }
    void advance(std::uint64_t bytes, std::uint64_t items) override {
        progress_.advance(bytes, items);
    }
    void end() override { progress_.end(); }
    bool cancelled() const override { return is_stopped_ || progress_.cancelled(); }

private:
    Progress& progress_;
    std::atomic<bool> is_stopped_ = false;
};

store::SealedDigest sealed_digest_of(const ItemSummary& item) {
    store::SealedDigest digest;
    const std::optional<base::Bytes> bytes = base::decode_hex(item.sealed_digest);
    if (!bytes || bytes->size() != digest.bytes.size()) {
        throw Error{ErrorCode::kDamaged, "its entry names no object"};
    }
    std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
    return digest;
}

class Export {
public:
    Export(store::Store& store, const Identity& identity, const CaseKeys& keys,
           const ExportRequest& request, Progress& progress)
        : store_(store),
          files_(store.environment().files),
          identity_(identity),
          keys_(keys),
          request_(request),
          progress_(progress),
          threads_(base::thread_count(request.threads)),
          way_{"export", request.purpose, request.recipient, request.condition_met},
          gate_(store.catalog(), keys.case_id, way_) {}

    ExportReport run(std::vector<ItemSummary> items) {
        prepare_directory();
        std::uint64_t total_bytes = 0;
        for (const ItemSummary& item : items) {
            total_bytes += item.bytes;
        }
        max_items_ = std::clamp(items.size() / kBatches, kMinItems, kMaxExportItems);
        max_bytes_ = std::clamp(total_bytes / kBatches, kMinBytes, kMaxBytes);
        rest_ = items;
        progress_.begin("writing", total_bytes, items.size());
        try {
            run_batches();
        } catch (const Error& error) {
            const std::string so_far = told_so_far();
            if (so_far.empty()) {
                throw;
            }
            throw error.during(so_far + "; then");
        }
        progress_.end();
        return std::move(report_);
    }

private:
    void prepare_directory() {
        if (base::lies_in(files_, request_.to, store_.dir())) {
            throw Error{ErrorCode::kRefused,
                        "the files would lie open in the vault itself; name a folder outside it"};
        }
        const std::optional<base::FileStatus> status = files_.status(request_.to);
        if (!status) {
            base::create_folder(files_, request_.to);
        } else if (status->kind == base::FileKind::kSymlink) {
            throw Error{ErrorCode::kNoFile,
                        "what is named to export to is a symbolic link; name the folder that it"
                        " leads to"};
        }
        directory_ = files_.open_directory(request_.to);
    }

    // While batches are written, the ones before get their names and the next ones are looked up.
    void run_batches() {
        FileWriter writer{store_,   opening_identities(), *directory_, request_.to, threads_,
                          progress_};
        OutgoingQueue queue{threads_};
        if (threads_ == 1) {
            while (put_next(queue)) {
                queue.close();
                writer.write(queue);
                finish_oldest(queue, writer);
            }
        } else {
            write_in_parallel(queue, writer);
        }
        if (const std::exception_ptr failure = queue.failure()) {
            std::rethrow_exception(failure);
        }
    }

    void write_in_parallel(OutgoingQueue& queue, FileWriter& writer) {
        const auto or_stop = [&queue](const std::function<void()>& body) {
            return [&queue, body] {
                try {
                    body();
                } catch (...) {
                    queue.stop(std::current_exception());
                }
            };
        };
        const auto give = or_stop([&] { give_and_finish(queue, writer); });
        std::vector<std::function<void()>> bodies{[&] {
            give();
            progress_.stop();  // what is still being written gets no name
        }};
        bodies.resize(1 + threads_, or_stop([&] { writer.write(queue); }));
        base::run_parallel(bodies);
    }

    // What one thread does while others write.
    void give_and_finish(OutgoingQueue& queue, FileWriter& writer) {
        put_some(queue);
        while (!under_way_.empty() && finish_oldest(queue, writer)) {
            if (progress_.cancelled() && !(under_way_.empty() && rest_.empty())) {
                throw Error{ErrorCode::kInterrupted, "stopped"};
            }
            put_some(queue);
        }
    }

    void put_some(OutgoingQueue& queue) {
        for (;;) {
            BatchesUnderWay all{.count = under_way_.size(),
                                .items = max_items_,
                                .bytes = max_bytes_,
                                .is_oldest_in_work = queue.is_oldest_in_work()};
            for (const std::unique_ptr<ExportBatch>& batch : under_way_) {
                all.items += batch->outgoing.size();
                all.bytes += batch->bytes;
            }
            if (!has_room(all, max_bytes_) || !put_next(queue)) {
                return;
            }
        }
    }

    // Whether there was one more that can still be written.
    bool put_next(OutgoingQueue& queue) {
        if (queue.failure() != nullptr) {
            return false;
        }
        const std::span<ItemSummary> items = take_items();
        if (items.empty()) {
            queue.close();
            return false;
        }
        under_way_.push_back(std::make_unique<ExportBatch>(*directory_, prepare(items)));
        queue.put(under_way_.back()->outgoing);
        return true;
    }

    // Waits until its files are written. False: they won't be.
    bool finish_oldest(OutgoingQueue& queue, FileWriter& writer) {
        if (!queue.wait_written()) {
            return false;
        }
        const std::span<Outgoing> batch = under_way_.front()->outgoing;
        directory_->sync_contents();
        writer.read_back(batch);
        record(batch);
        give_names(batch);
        under_way_.pop_front();
        return true;
    }

    // The next items up to a batch's measure; none if there are no more.
    std::span<ItemSummary> take_items() {
        std::size_t count = 0;
        std::uint64_t bytes = 0;
        while (count < rest_.size() && count < max_items_ && bytes < max_bytes_) {
            bytes += rest_[count++].bytes;
        }
        const std::span<ItemSummary> taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    std::vector<Outgoing> prepare(std::span<ItemSummary> items) {
        std::vector<Outgoing> all;
        all.reserve(items.size());
        std::optional<store::Snapshot> view;  // one lock for all, not one for each
        for (ItemSummary& item : items) {
            Outgoing one;
            one.item = std::move(item);
            one.name = free_name(one.item);
            try {
                if (files_.status(request_.to / one.name)) {
                    throw Error{ErrorCode::kExists,
                                "a file of its name is there already; nothing is overwritten"};
                }
                if (!view) {
                    view.emplace(store_.catalog());
                }
                auto object = store::find_object(store_.catalog(), sealed_digest_of(one.item));
                if (!object && one.item.shredded) {
                    throw Error{ErrorCode::kNotFound, "it was shredded; its bytes are gone"};
                }
                if (!object) {
                    throw Error{ErrorCode::kDamaged, "its object is missing"};
                }
                one.object = *std::move(object);
                if (!require_consent(one)) {
                    view.reset();  // as below
                }
            } catch (const Error& error) {
                one.failure = error;
                view.reset();  // after a damaged page it shows nothing more
            }
            all.push_back(std::move(one));
        }
        return all;
    }

    // Consent is obeyed here and nowhere else can it be passed by; there is no way to force it.
    // Whether the catalog could be asked.
    bool require_consent(Outgoing& one) {
        try {
            one.passage = gate_.require(one.item.id);
            return true;
        } catch (const Error& error) {
            // A copy for oneself out of a vault too damaged to say who allowed what.
            const bool rescues =
                error.code() == ErrorCode::kDamaged && way_.purpose == name_of(Purpose::kKeep);
            if (!rescues) {
                throw;
            }
            return false;
        }
    }

    // Numbers names that come twice in this export; compares as file systems that fold case do.
    std::string free_name(const ItemSummary& item) {
        std::string name = safe_file_name(item.name) + (request_.sealed ? ".age" : "");
        const auto [taken, is_new] = names_.try_emplace(base::to_ascii_lower(name), 1);
        if (is_new) {
            return name;
        }
        unsigned& number = taken->second;  // so that many of one name don't all count from 2
        for (;;) {
            std::string candidate = numbered_name(name, ++number);
            if (names_.try_emplace(base::to_ascii_lower(candidate), 1).second) {
                return candidate;
            }
        }
    }

    // The report in a few words, for when what ends the export is all that the caller gets.
    std::string told_so_far() const {
        std::vector<std::string> parts;
        if (!report_.exported.empty()) {
            parts.push_back(base::counted(report_.exported.size(), "file was exported and is whole",
                                          "files were exported and are whole"));
        }
        if (named_ > 0) {
            parts.push_back(base::counted(named_, "file has its name but may not be safe there",
                                          "files have their names but may not be safe there"));
        }
        if (!report_.failed.empty()) {
            parts.push_back(base::counted(report_.failed.size(), "item could not be exported",
                                          "items could not be exported"));
        }
        for (const Finding& finding : report_.findings) {
            parts.push_back(finding.text);
        }
        std::string all;
        for (const std::string& part : parts) {
            all += (all.empty() ? "" : "; ") + part;
        }
        return all;
    }

    // None if the sealed bytes are to go out.
    std::span<const format::AgeIdentity> opening_identities() const {
        if (request_.sealed) {
            return {};
        }
        return keys_.identities;
    }

    void record(std::span<const Outgoing> batch) {
        std::vector<journal::EntryDraft> drafts;
        for (const Outgoing& one : batch) {
            if (!one.failure) {
                drafts.push_back(custody_exported(one));
            }
        }
        if (drafts.empty()) {
            return;
        }
        try {
            commit(drafts);
        } catch (const Error& error) {
            const bool is_damaged = error.code() == ErrorCode::kDamaged;
            // What goes to others is in the journal, or it doesn't go.
            const bool is_for_others = request_.purpose != name_of(Purpose::kKeep);
            if (is_for_others || (!is_damaged && error.code() != ErrorCode::kRefused)) {
                throw;
            }
            // Getting out of a damaged vault what is whole, or out of one whose journal must not go
            // on what is there, is worth more than noting it.
            add_finding({is_damaged ? FindingCode::kDamaged : FindingCode::kStopped,
                         is_damaged
                             ? "catalog"
                             : journal::log_subject(keys_.case_id, identity_.card.fingerprint),
                         error.during("these exports could not be entered in the journal").what()});
        }
    }

    // Once, though every batch may have the same.
    void add_finding(Finding finding) {
        const bool is_known = std::ranges::any_of(report_.findings, [&](const Finding& known) {
            return known.subject == finding.subject && known.text == finding.text;
        });
        if (!is_known) {
            report_.findings.push_back(std::move(finding));
        }
    }

    void commit(const std::vector<journal::EntryDraft>& drafts) {
        store::Transaction write{store_.catalog()};
        const journal::Appended appended = journal::append(
            write, identity_.author(), keys_.channel(), drafts, {}, store_.environment());
        project(write, appended.entries, appended.seen);
        write.commit();
        journal::read_back(store_.catalog(), appended);
    }

    // "to" is who gets it; nobody named means a working copy, and where it lies.
    journal::EntryDraft custody_exported(const Outgoing& one) const {
        const std::string directory = base::from_file_name(request_.to.string());
        std::vector<journal::Fact> facts = {{"item", one.item.id},
                                            {"to", request_.recipient.value_or(directory)},
                                            {"purpose", request_.purpose},
                                            {"method", request_.sealed ? "sealed" : "original"}};
        gate_.add_facts(one.passage, facts);
        return {"custody.exported", std::move(facts)};
    }

    void give_names(std::span<Outgoing> batch) {
        for (Outgoing& one : batch) {
            try {
                if (!one.failure) {
                    directory_->rename_no_replace(one.temporary, one.name);
                    one.temporary.clear();
                }
            } catch (const Error& error) {
                one.failure = Error{error.code(),
                                    base::without_path(error.what(), request_.to / one.temporary)};
            }
        }
        for (const Outgoing& one : batch) {
            if (one.failure) {
                report_.failed.push_back(
                    {one.item.short_id, one.failure->code(), one.failure->what()});
            } else {
                ++named_;
            }
        }
        if (named_ > 0) {
            directory_->sync_contents();  // once more: on FAT it says where what was renamed lies
            directory_->sync();
        }
        named_ = 0;
        for (const Outgoing& one : batch) {
            if (!one.failure) {
                report_.exported.push_back({one.item.id, one.item.short_id, request_.to / one.name,
                                            one.item.digest, one.item.bytes});
            }
        }
    }

    store::Store& store_;
    base::FileSystem& files_;
    const Identity& identity_;
    const CaseKeys& keys_;
    const ExportRequest& request_;
    StoppableProgress progress_;
    unsigned threads_;
    WayOut way_;
    ConsentGate gate_;
    std::unique_ptr<base::Directory> directory_;
    std::span<ItemSummary> rest_;                         // not in a batch yet
    std::size_t max_items_ = 0;                           // of a batch
    std::uint64_t max_bytes_ = 0;                         // after which no more is added
    std::deque<std::unique_ptr<ExportBatch>> under_way_;  // oldest first
    std::map<std::string, unsigned> names_;  // folded; the last number given beside each
    std::size_t named_ = 0;                  // files whose names aren't known to be durable yet
    ExportReport report_;
};

}  // namespace

ExportReport export_files(store::Store& store, const Identity& identity, const CaseKeys& keys,
                          std::vector<ItemSummary> items, const ExportRequest& request,
                          Progress& progress) {
    check_way_out(keys, {"export", request.purpose, request.recipient, request.condition_met});
    return Export{store, identity, keys, request, progress}.run(std::move(items));
}

}  // namespace kua::evidence
