#include "vault/exchange/carried_out.h"

#include <memory>
#include <utility>
#include <vector>

#include "vault/exchange/carrier.h"
#include "vault/exchange/outgoing.h"
#include "vault/exchange/refused.h"
#include "vault/journal/bundle.h"
#include "vault/journal/check.h"

namespace kua::exchange {
namespace {

std::vector<CarriedCommit> list_behind(store::Connection& catalog, const std::string& ref,
                                       const std::optional<format::GitId>& there) {
    if (continues_newest(catalog, ref, there)) {
        return list_carried(catalog, ref, 0);
    }
    const auto place = there ? find_carried(catalog, ref, *there) : std::nullopt;
    return place ? list_carried(catalog, ref, *place) : std::vector<CarriedCommit>{};
}

// A commit and all it brings, in the order in which git wants it.
std::vector<std::pair<format::GitKind, base::Bytes>> read_objects(Repository& carried,
                                                                  const format::GitId& id) {
    using format::GitKind;
    std::vector<std::pair<GitKind, base::Bytes>> objects;
    const auto read = [&](const format::GitId& name, GitKind kind, std::size_t max_bytes) {
        std::optional<base::Bytes> content = carried.read(name, kind, max_bytes);
        if (!content) {
            throw Error{ErrorCode::kDamaged, "a part of it is missing"};
        }
        return *std::move(content);
    };
    const ReadCommit commit = read_commit(carried, id);
    for (const auto& [name, blob] : commit.parts) {
        objects.emplace_back(GitKind::kBlob, read(blob, GitKind::kBlob, kMaxPartBytes));
    }
    if (commit.bundle) {
        objects.emplace_back(GitKind::kBlob,
                             read(*commit.bundle, GitKind::kBlob, journal::kMaxBundleBytes));
    }
    base::Bytes text = read(id, GitKind::kCommit, kMaxCommitTextBytes);
    base::Bytes root = read(format::parse_git_commit(text).tree, GitKind::kTree, kMaxTreeBytes);
    for (const format::GitTreeEntry& entry : format::parse_git_tree(root)) {
        if (entry.is_tree) {
            objects.emplace_back(GitKind::kTree, read(entry.id, GitKind::kTree, kMaxTreeBytes));
        }
    }
    objects.emplace_back(GitKind::kTree, std::move(root));
    objects.emplace_back(GitKind::kCommit, std::move(text));
    return objects;
}

}  // namespace

// Refs move in one push when enough has come together, and at the end.
class PassingOn {
public:
    // `remote_name` is empty for files.
    PassingOn(store::Store& store, Repository& remote, std::string remote_name, Progress& progress,
              std::uint64_t push_bytes)
        : store_(store),
          remote_(remote),
          remote_name_(std::move(remote_name)),
          progress_(progress),
          push_bytes_(push_bytes) {}

    enum class Ended : std::uint8_t { kWhole, kOtherName, kDamaged };

    Ended send(const Channel& channel, const std::vector<CarriedCommit>& commits,
               const std::optional<format::GitId>& there) {
        channel_ = channel;
        moving_.push_back({channel.ref, there, {}});
        at_ = 0;
        Ended ended = Ended::kWhole;
        try {
            const auto carried = from_remote([&] { return open_carried(store_, channel.ref); });
            const ReadCommit first =
                from_remote([&] { return read_commit(*carried, commits.front().id); });
            if (first.parent != there) {
                // The same is known there under another name: whoever can read it sends.
                ended = Ended::kOtherName;
            } else {
                for (const CarriedCommit& commit : commits) {
                    send(*carried, commit);
                }
            }
        } catch (const Refused&) {
            ended = Ended::kDamaged;
        }
        if (moving_.back().to == format::GitId{}) {
            moving_.pop_back();
        }
        if (ended == Ended::kDamaged) {
            push();
            cut();
        }
        return ended;
    }

    void push() {
        std::vector<KnownCommit> known;
        for (const RefUpdate& one : moving_) {
            if (one.from) {
                known.push_back({*one.from, {}, {}});
            }
        }
        if (moving_.empty()) {
            return;
        }
        remote_.push(moving_, known);
        if (!remote_name_.empty()) {
            store::Transaction write{store_.catalog()};
            for (const RefUpdate& one : moving_) {
                record_shown(write, remote_name_, one.name, one.to);
            }
            write.commit();
        }
        moving_.clear();
    }

    std::uint64_t bundles() const noexcept { return bundles_; }
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    void send(Repository& carried, const CarriedCommit& commit) {
        at_ = commit.place;
        for (const auto& [kind, content] :
             from_remote([&] { return read_objects(carried, commit.id); })) {
            if (progress_.cancelled()) {
                throw Error{ErrorCode::kInterrupted, "interrupted"};
            }
            remote_.add(kind, content);
        }
        moving_.back().to = commit.id;
        bundles_ += commit.completes ? 1U : 0U;
        bytes_ += commit.bytes;
        progress_.advance(commit.bytes, 0);
        if (remote_.added_bytes() >= push_bytes_) {
            push();
            moving_.push_back({channel_.ref, commit.id, {}});
        }
    }

    // Only whole bundles stay.
    void cut() {
        std::uint64_t last = 0;
        for (const CarriedCommit& commit : list_carried(store_.catalog(), channel_.ref, 0)) {
            last = commit.place < at_ && commit.completes ? commit.place : last;
        }
        cut_carried(store_, channel_.ref, last);
    }

    store::Store& store_;
    Repository& remote_;
    const std::string remote_name_;
    Progress& progress_;
    const std::uint64_t push_bytes_;
    Channel channel_;  // at hand
    std::uint64_t at_ = 0;
    std::vector<RefUpdate> moving_;
    std::uint64_t bundles_ = 0;
    std::uint64_t bytes_ = 0;
};

namespace {

Finding damaged_finding(const Channel& channel) {
    return {FindingCode::kDamaged, journal::log_subject(channel.case_id, channel.author),
            "what is carried of it here, unread, was damaged; from there on it was"
            " dropped, and the next sync with a remote that has it carries it"
            " again"};
}

}  // namespace

CarriedFiles::CarriedFiles(store::Store& store, Repository& files, Progress& progress,
                           std::uint64_t push_bytes)
    : store_(store),
      passing_on_(std::make_unique<PassingOn>(store, files, "", progress, push_bytes)) {}

CarriedFiles::~CarriedFiles() = default;

std::optional<Finding> CarriedFiles::send(const Channel& channel) {
    store::Connection& catalog = store_.catalog();
    const auto newest = newest_commit(catalog, channel.ref);
    const auto there = newest ? std::optional{newest->id} : std::nullopt;
    const std::vector<CarriedCommit> commits = list_behind(catalog, channel.ref, there);
    if (commits.empty()) {
        return std::nullopt;
    }
    switch (passing_on_->send(channel, commits, there)) {
        case PassingOn::Ended::kWhole:
            break;
        case PassingOn::Ended::kOtherName:
            return Finding{FindingCode::kGap, journal::log_subject(channel.case_id, channel.author),
                           "what is carried of it here, unread, can't go by a file; a sync carries"
                           " it"};
        case PassingOn::Ended::kDamaged:
            return damaged_finding(channel);
    }
    return std::nullopt;
}

void CarriedFiles::finish() {
    passing_on_->push();
}

std::uint64_t CarriedFiles::bundles() const noexcept {
    return passing_on_->bundles();
}

std::uint64_t CarriedFiles::bytes() const noexcept {
    return passing_on_->bytes();
}

CarriedOut pass_on(store::Store& store, Repository& remote, const std::string& remote_name,
                   const Channel& channel, const std::optional<format::GitId>& there,
                   Progress& progress) {
    const std::vector<CarriedCommit> commits = list_behind(store.catalog(), channel.ref, there);
    if (commits.empty()) {
        return {};
    }
    PassingOn passing_on{store, remote, remote_name, progress, Outgoing::kPushBytes};
    const PassingOn::Ended ended = passing_on.send(channel, commits, there);
    passing_on.push();
    CarriedOut out{passing_on.bundles(), passing_on.bytes(), std::nullopt};
    if (ended == PassingOn::Ended::kDamaged) {
        out.fault = damaged_finding(channel);
    }
    return out;
}

CarriedOut preview_passing_on(store::Connection& catalog, const Channel& channel,
                              const std::optional<format::GitId>& there) {
    CarriedOut out;
    for (const CarriedCommit& commit : list_behind(catalog, channel.ref, there)) {
        out.bundles += commit.completes ? 1U : 0U;
        out.bytes += commit.bytes;
    }
    return out;
}

}  // namespace kua::exchange
