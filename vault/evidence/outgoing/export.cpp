#include "vault/evidence/outgoing/export.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>
#include <utility>

#include "vault/base/hex.h"
#include "vault/base/utf8.h"
#include "vault/evidence/object_reader.h"
#include "vault/evidence/outgoing/safe_name.h"
#include "vault/evidence/outgoing/written_file.h"
#include "vault/evidence/parallel.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/vocabulary.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kBatchItems = 4096;
constexpr std::uint64_t kBatchBytes = std::uint64_t{4} << 30;

// One item on its way out.
struct Outgoing {
    ItemSummary item;
    store::ObjectRecord object;
    std::string name;       // final
    std::string temporary;  // empty until it is made
    WrittenFile written;
    std::optional<Error> failure;
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

// Removes the files of a batch that got no final name, however the batch ends.
class TemporaryFiles {
public:
    TemporaryFiles(base::Directory& directory, std::span<const Outgoing> batch)
        : directory_(directory), batch_(batch) {}
    TemporaryFiles(const TemporaryFiles&) = delete;
    TemporaryFiles& operator=(const TemporaryFiles&) = delete;
    ~TemporaryFiles() {
        for (const Outgoing& one : batch_) {
            if (one.temporary.empty()) {
                continue;
            }
            try {
                directory_.remove(one.temporary);
            } catch (const Error&) {
                // The device is gone or failing: whatever went wrong first is being reported.
                continue;
            }
        }
    }

private:
    base::Directory& directory_;
    std::span<const Outgoing> batch_;
};

class Export {
public:
    Export(store::Store& store, const Identity& identity, const CaseKeys& keys,
           const ExportRequest& request, Progress& progress)
        : store_(store),
          files_(store.environment().files),
          identity_(identity),
          keys_(keys),
          request_(request),
          progress_(progress) {}

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
        for (ItemSummary& item : items) {
            Outgoing one;
            one.item = std::move(item);
            one.name = free_name(one.item);
            try {
                if (files_.status(request_.to / one.name)) {
                    throw Error{ErrorCode::kExists,
                                "a file of its name is there already; nothing is overwritten"};
                }
                auto object = store::find_object(store_.catalog(), sealed_digest_of(one.item));
                if (!object) {
                    throw Error{ErrorCode::kDamaged, "its object is missing"};
                }
                one.object = *std::move(object);
            } catch (const Error& error) {
                one.failure = error;
            }
            all.push_back(std::move(one));
        }
        return all;
    }

    // Numbers names that come twice in this export; compares as file systems that fold case do.
    std::string free_name(const ItemSummary& item) {
        std::string name = safe_file_name(item.name) + (request_.sealed ? ".age" : "");
        const auto [taken, is_new] = names_.try_emplace(fold(name), 1);
        if (is_new) {
            return name;
        }
        unsigned& number = taken->second;  // so that many of one name don't all count from 2
        for (;;) {
            std::string candidate = numbered_name(name, ++number);
            if (names_.try_emplace(fold(candidate), 1).second) {
                return candidate;
            }
        }
    }

    static std::string fold(std::string name) {
        std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        });
        return name;
    }

    void run_batch(std::span<Outgoing> batch) {
        const TemporaryFiles temporaries{*directory_, batch};
        write_files(batch);
        directory_->sync_contents();
        read_back(batch);
        record(batch);
        give_names(batch);
    }

    void write_files(std::span<Outgoing> batch) {
        const std::vector<std::size_t> order = by_place(batch);
        std::atomic<std::size_t> next = 0;
        std::atomic<bool> failed = false;
        const auto body = [&] {
            store::SegmentReader segments = store_.objects().reader();
            ObjectReader reader{segments, progress_};
            for (std::size_t i = next++; i < order.size() && !failed; i = next++) {
                Outgoing& one = batch[order[i]];
                if (one.failure) {
                    continue;
                }
                try {
                    write_file(reader, one);
                } catch (const Error& error) {
                    const bool of_item =
                        error.code() == ErrorCode::kDamaged || error.code() == ErrorCode::kWrongKey;
                    if (!of_item) {
                        failed = true;
                        throw;
                    }
                    one.failure = error;
                }
            }
        };
        run_parallel(std::vector<std::function<void()>>(thread_count(request_.threads), body));
    }

    // Reading in the order of places touches every segment once.
    static std::vector<std::size_t> by_place(std::span<const Outgoing> batch) {
        std::vector<std::size_t> order(batch.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&batch](std::size_t i) {
            const std::vector<store::Extent>& extents = batch[i].object.extents;
            return extents.empty()
                       ? store::PiecePlace{}
                       : store::PiecePlace{extents.front().segment, extents.front().first_piece};
        });
        return order;
    }

    void write_file(ObjectReader& reader, Outgoing& one) {
        std::unique_ptr<base::File> file = create_temporary(one);
        const auto take = [&](base::ByteView bytes) {
            file->write_at(one.written.size_bytes(), bytes);
            one.written.note(bytes);
        };
        if (request_.sealed) {
            if (reader.read_sealed(one.object, take) != one.object.digest.bytes) {
                throw Error{ErrorCode::kDamaged, "its sealed bytes were altered"};
            }
        } else if (base::encode_hex(reader.read_original(
                       one.object, *keys_.identity, one.item.bytes, take)) != one.item.digest) {
            throw Error{ErrorCode::kDamaged, "its bytes are not those that came in"};
        }
        file->start_writeback(0, one.written.size_bytes());
        progress_.advance(0, 1);
    }

    std::unique_ptr<base::File> create_temporary(Outgoing& one) {
        std::array<std::byte, 8> random{};
        store_.environment().random.fill(random);
        const std::string name = ".kua-" + base::encode_hex(random) + ".part";
        const std::lock_guard lock{mutex_};
        std::unique_ptr<base::File> file = directory_->create_new(name);
        one.temporary = name;
        return file;
    }

    // What was written, as the file system gives it back.
    void read_back(std::span<Outgoing> batch) {
        std::atomic<std::size_t> next = 0;
        const auto body = [&] {
            base::Bytes buffer;
            for (std::size_t i = next++; i < batch.size(); i = next++) {
                if (!batch[i].failure) {
                    const auto file =
                        files_.open(request_.to / batch[i].temporary, base::OpenMode::kRead);
                    if (!batch[i].written.is_in(*file, buffer)) {
                        throw Error{ErrorCode::kStorage,
                                    "what was just written reads differently; the device is "
                                    "failing"};
                    }
                }
            }
        };
        run_parallel(std::vector<std::function<void()>>(thread_count(request_.threads), body));
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
            if (error.code() != ErrorCode::kDamaged) {
                throw;
            }
            // Getting out of a damaged vault what is whole is worth more than noting it there.
            report_.findings.push_back(
                {FindingCode::kDamaged, "catalog",
                 error.during("these exports could not be entered in the journal").what()});
        }
    }

    void commit(const std::vector<journal::EntryDraft>& drafts) {
        store::Transaction write{store_.catalog()};
        const journal::Appended appended = journal::append(
            write, identity_.author(), keys_.channel(), drafts, {}, store_.environment());
        for (const journal::Entry& entry : appended.entries) {
            project(write, entry);
        }
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
                one.failure = error;
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
    std::unique_ptr<base::Directory> directory_;
    std::mutex mutex_;                       // of directory_ while several threads write
    std::map<std::string, unsigned> names_;  // folded; the last number given beside each
    ExportReport report_;
};

void check_request(const CaseKeys& keys, const ExportRequest& request) {
    if (keys.sealed()) {
        refuse_sealed(keys.case_id);
    }
    const auto words = purposes();
    if (std::find(words.begin(), words.end(), request.purpose) == words.end()) {
        throw Error{ErrorCode::kUsage, base::quoted(request.purpose) +
                                           " is no purpose; say keep, team, commission, court, "
                                           "partner or publish"};
    }
}

}  // namespace

ExportReport export_files(store::Store& store, const Identity& identity, const CaseKeys& keys,
                          std::vector<ItemSummary> items, const ExportRequest& request,
                          Progress& progress) {
    check_request(keys, request);
    return Export{store, identity, keys, request, progress}.run(std::move(items));
}

}  // namespace kua::evidence
