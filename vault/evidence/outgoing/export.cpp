#include "vault/evidence/outgoing/export.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "vault/base/folders.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/base/path_words.h"
#include "vault/base/utf8.h"
#include "vault/evidence/outgoing/consent_gate.h"
#include "vault/evidence/outgoing/file_writer.h"
#include "vault/evidence/outgoing/safe_name.h"
#include "vault/evidence/projection.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kBatchItems = 4096;
constexpr std::uint64_t kBatchBytes = std::uint64_t{4} << 30;

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
          way_{"export", request.purpose, request.recipient, request.condition_met},
          gate_(store.catalog(), keys.case_id, way_) {}

    ExportReport run(std::vector<ItemSummary> items) {
        prepare_directory();
        std::vector<Outgoing> all = prepare(std::move(items));
        std::uint64_t total_bytes = 0;
        for (const Outgoing& one : all) {
            total_bytes += one.item.bytes;
        }
        progress_.begin("writing", total_bytes, all.size());
        std::span<Outgoing> rest{all};
        while (!rest.empty()) {
            std::size_t count = 0;
            std::uint64_t bytes = 0;
            while (count < rest.size() && count < kBatchItems && bytes < kBatchBytes) {
                bytes += rest[count++].item.bytes;
            }
            run_batch(rest.first(count));
            rest = rest.subspan(count);
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
        if (!files_.status(request_.to)) {
            files_.create_directory(request_.to);
            files_.sync_directory(request_.to.has_parent_path() ? request_.to.parent_path()
                                                                : base::fs::path{"."});
        }
        directory_ = files_.open_directory(request_.to);
    }

    std::vector<Outgoing> prepare(std::vector<ItemSummary> items) {
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

    // None if the sealed bytes are to go out.
    std::span<const format::AgeIdentity> opening_identities() const {
        if (request_.sealed) {
            return {};
        }
        return keys_.identities;
    }

    void run_batch(std::span<Outgoing> batch) {
        const TemporaryFiles temporaries{*directory_, batch};
        FileWriter writer{store_, opening_identities(), *directory_, request_.threads, progress_};
        writer.write(batch);
        directory_->sync_contents();
        writer.read_back(batch, request_.to);
        record(batch);
        give_names(batch);
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
            report_.findings.push_back(
                {is_damaged ? FindingCode::kDamaged : FindingCode::kStopped,
                 is_damaged ? "catalog"
                            : journal::log_subject(keys_.case_id, identity_.card.fingerprint),
                 error.during("these exports could not be entered in the journal").what()});
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
        directory_->sync();
        for (const Outgoing& one : batch) {
            if (one.failure) {
                report_.failed.push_back(
                    {one.item.short_id, one.failure->code(), one.failure->what()});
            } else {
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
    Progress& progress_;
    WayOut way_;
    ConsentGate gate_;
    std::unique_ptr<base::Directory> directory_;
    std::map<std::string, unsigned> names_;  // folded; the last number given beside each
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
