#include "vault/exchange/send_file.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "kua/error.h"
#include "vault/evidence/members.h"
#include "vault/exchange/bundle_file.h"
#include "vault/exchange/carried_grants.h"
#include "vault/exchange/carried_out.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/chain.h"
#include "vault/exchange/outgoing.h"
#include "vault/exchange/refs.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"

namespace kua::exchange {
namespace {

namespace fs = base::fs;

fs::path numbered(const fs::path& to, std::size_t number) {
    if (number == 1) {
        return to;
    }
    fs::path name = to.stem();
    name += "-" + std::to_string(number);
    name += to.extension();
    return to.parent_path() / name;
}

// One bundle file after the other: a push completes one that is full.
class FileSeries final : public Repository {
public:
    FileSeries(base::FileSystem& files, fs::path to, std::uint64_t full_bytes)
        : files_(files), to_(std::move(to)), full_bytes_(full_bytes) {}

    std::map<std::string, format::GitId> read_refs(const std::vector<std::string>&) override {
        return {};
    }
    void fetch(const std::vector<std::string>&, const std::vector<KnownCommit>&) override {}
    std::optional<base::Bytes> read(const format::GitId&, format::GitKind, std::size_t) override {
        return std::nullopt;
    }
    format::GitId add(format::GitKind kind, base::ByteView content) override {
        if (!now_) {
            written_.push_back(numbered(to_, written_.size() + 1));
            now_ = create_bundle_file(files_, written_.back());
        }
        added_bytes_ += content.size();
        return now_->add(kind, content);
    }
    std::uint64_t added_bytes() const override { return added_bytes_; }
    void push(const std::vector<RefUpdate>& updates,
              const std::vector<KnownCommit>& known) override {
        for (const KnownCommit& one : known) {
            const bool is_in_it =
                std::ranges::find(updates_, one.id, &RefUpdate::to) != updates_.end();
            if (!is_in_it) {
                known_.push_back(one);
            }
        }
        for (const RefUpdate& one : updates) {
            const auto before = std::ranges::find_if(updates_, [&](const RefUpdate& other) {
                return other.name == one.name && other.to == one.from;
            });
            if (before == updates_.end()) {
                updates_.push_back(one);
            } else {
                before->to = one.to;
            }
        }
        if (added_bytes_ >= full_bytes_) {
            complete();
        }
    }
    // The last one.
    void complete() {
        if (now_) {
            now_->push(std::exchange(updates_, {}), std::exchange(known_, {}));
            now_.reset();
            added_bytes_ = 0;
        }
    }

    const std::vector<fs::path>& written() const noexcept { return written_; }

private:
    base::FileSystem& files_;
    fs::path to_;
    const std::uint64_t full_bytes_;
    std::unique_ptr<Repository> now_;
    std::vector<RefUpdate> updates_;
    std::vector<KnownCommit> known_;
    std::uint64_t added_bytes_ = 0;
    std::vector<fs::path> written_;
};

// How many entries of `author` every member is known to have.
std::uint64_t known_everywhere(store::Connection& catalog, const std::string& case_id,
                               const std::string& own, const std::string& author) {
    const std::vector<evidence::Member> members = evidence::list_members(catalog, case_id);
    if (members.empty()) {
        return 0;  // sealed here: what others have can't be read
    }
    std::uint64_t least = std::numeric_limits<std::int64_t>::max();
    for (const evidence::Member& member : members) {
        const std::string& who = member.card.fingerprint;
        if (member.removed == 0 && who != own && who != author) {
            least = std::min(least, journal::known_seen(catalog, case_id, who, author));
        }
    }
    return least;
}

// The newest commit whose bundle ends at or before that entry.
std::optional<format::GitId> commit_at(store::Connection& catalog, const Channel& channel,
                                       std::uint64_t seen) {
    store::Rows rows = catalog.query(
        "SELECT first FROM bundle WHERE case_id = ?1 AND author = ?2 AND epoch = ?3"
        " AND first + count - 1 <= ?4 ORDER BY first DESC LIMIT 1",
        journal::blob_of(channel.case_id), journal::blob_of(channel.author), channel.epoch, seen);
    if (!rows.next()) {
        return std::nullopt;
    }
    const ChainPlace place{static_cast<std::uint64_t>(rows.integer(0)), ChainPlace::kLast + 1};
    // Others know no other commits than those that are made for new remotes.
    const auto commit = undisputed_commit_before(catalog, channel.ref, place);
    return commit && commit->place.completes() ? std::optional{commit->id} : std::nullopt;
}

// Of this vault, and what is carried for others.
void send_grants(store::Store& store, const std::string& case_id, const std::string& own,
                 Outgoing& outgoing) {
    std::vector<std::string> inboxes;
    {
        store::Rows rows = store.catalog().query(
            "SELECT DISTINCT ref FROM grant_out WHERE case_id = ?1 AND recipient <> ?2"
            " ORDER BY ref",
            journal::blob_of(case_id), journal::blob_of(own));
        while (rows.next()) {
            inboxes.emplace_back(rows.text(0));
        }
    }
    for (const std::string& ref : inboxes) {
        outgoing.send_grants(ref, std::nullopt, GrantsFor::kOthers);
    }
    for (const std::string& ref : list_other_inboxes(store.catalog(), case_id)) {
        outgoing.send_grants(ref, std::nullopt, list_grants_for_other(store.catalog(), ref));
    }
}

}  // namespace

SentFiles send_files(store::Store& store, const evidence::Identity& identity,
                     const std::string& case_id, const base::fs::path& to, std::uint64_t max_bytes,
                     WhatToSend what, Progress& progress) {
    if (max_bytes < kMinFileBytes) {
        throw Error{ErrorCode::kUsage, "a file must be allowed at least 20M"};
    }
    const std::string& own = identity.card.fingerprint;
    const std::string no_name;
    const std::uint64_t push_bytes = max_bytes - kMaxCommitBytes - kMaxPartBytes / 4;
    FileSeries series{store.environment().files, to, push_bytes};
    Outgoing outgoing{store, series, no_name, progress, push_bytes};
    progress.begin("writing", 0, 0);
    const std::vector<Channel> channels = list_channels(store.catalog(), case_id, own);
    std::vector<std::optional<format::GitId>> there;
    bool is_any = false;
    for (const Channel& channel : channels) {
        there.push_back(
            what == WhatToSend::kEverything
                ? std::nullopt
                : commit_at(store.catalog(), channel,
                            known_everywhere(store.catalog(), case_id, own, channel.author)));
        is_any = is_any || newest_carried(store.catalog(), channel.ref) ||
                 count_pending(store.catalog(), channel, there.back()).bundles > 0;
    }
    if (is_any) {  // first, so that they lie in the first file
        send_grants(store, case_id, own, outgoing);
    }
    for (std::size_t i = 0; i < channels.size(); ++i) {
        outgoing.send(channels[i], there[i]);
    }
    outgoing.finish();
    CarriedFiles carried{store, series, progress, push_bytes};
    std::vector<Finding> findings;
    for (const Channel& channel : channels) {
        if (std::optional<Finding> finding = carried.send(channel)) {
            findings.push_back(*std::move(finding));
        }
    }
    carried.finish();
    series.complete();
    progress.end();
    return {series.written(),
            outgoing.bundles() + carried.bundles(),
            outgoing.bytes() + carried.bytes(),
            outgoing.grants(),
            carried.bundles(),
            std::move(findings)};
}

}  // namespace kua::exchange
