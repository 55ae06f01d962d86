#include "vault/exchange/carried_in.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "vault/exchange/outgoing.h"
#include "vault/exchange/refused.h"
#include "vault/exchange/unread_bundle.h"
#include "vault/journal/bundle.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxHistory = 1'000'000;  // commits, as where they are taken in

Refused no_room() {
    return {FindingCode::kGap,
            "it has more than one sync carries unread: 16 GiB, and half of the room that is free"
            " here; the rest comes with the next sync"};
}

class CarryingIn {
public:
    CarryingIn(store::Store& store, Repository& remote, const Channel& channel, CarryLimit& limit,
               Progress& progress)
        : store_(store), remote_(remote), channel_(channel), limit_(limit), progress_(progress) {
        if (const auto carried = newest_carried(store_.catalog(), channel_.ref)) {
            carried_tip_ = carried->id;
            last_place_ = carried->place;
        }
    }

    CarriedIn run(const format::GitId& tip, const std::optional<format::GitId>& shown,
                  CarryDepth depth) {
        mark_ = tip;
        try {
            commits_ = list_new(tip, shown);
            const bool lacks_end = leave_out_unfinished();
            if (depth == CarryDepth::kCount) {
                count();
            } else {
                copy();
            }
            if (lacks_end) {
                throw Refused{FindingCode::kGap,
                              "the end of a bundle isn't there yet; whoever sends it syncs again"};
            }
        } catch (const Refused& refused) {
            in_.fault = {refused.code, refused.text, mark_};
        }
        return std::move(in_);
    }

private:
    // From the one behind what is known or carried to `tip`.
    std::vector<format::GitId> list_new(const format::GitId& tip,
                                        const std::optional<format::GitId>& shown) {
        std::vector<format::GitId> commits;
        std::set<format::GitId> met;
        std::optional<format::GitId> next = tip;
        while (next && next != carried_tip_ &&
               !find_known_or_carried(store_.catalog(), channel_.ref, *next)) {
            if (commits.size() == kMaxHistory || !met.insert(*next).second) {
                throw Refused{FindingCode::kDamaged, "its history has no end"};
            }
            commits.push_back(*next);
            next = from_remote([&] { return parent_of(*next); });
        }
        const bool goes_on = carried_tip_ ? next == carried_tip_
                                          : continues_newest(store_.catalog(), channel_.ref, next);
        if (!goes_on) {
            throw Refused{FindingCode::kDamaged,
                          "it doesn't continue what is known here of this journal: one of two"
                          " remotes was told another story, or was changed; not carried"};
        }
        if (shown && !met.contains(*shown) &&
            !find_known_or_carried(store_.catalog(), channel_.ref, *shown)) {
            throw Refused{FindingCode::kRollback,
                          "it lacks what it had of this journal before; not carried"};
        }
        std::ranges::reverse(commits);
        return commits;
    }

    std::optional<format::GitId> parent_of(const format::GitId& id) {
        const std::optional<base::Bytes> content =
            remote_.read(id, format::GitKind::kCommit, kMaxCommitTextBytes);
        if (!content) {
            throw Error{ErrorCode::kDamaged, "a part of its history is missing there"};
        }
        return format::parse_git_commit(*content).parent;
    }

    ReadCommit read(const format::GitId& id) {
        mark_ = id;
        return from_remote([&] { return read_commit(remote_, id); });
    }

    // Whether there was the beginning of a bundle.
    bool leave_out_unfinished() {
        const std::size_t all = commits_.size();
        while (!commits_.empty() && !read(commits_.back()).bundle) {
            commits_.pop_back();
        }
        return commits_.size() < all;
    }

    void count() {
        for (const format::GitId& id : commits_) {
            in_.bundles += read(id).bundle ? 1U : 0U;
        }
    }

    // Unfinished packs go with their repository: so the good bundles before one that is refused are
    // copied once more without it.
    void copy() {
        try {
            copy_until(commits_.size());
        } catch (const Refused&) {
            const format::GitId mark = mark_;
            discard();
            copy_until(good_);
            mark_ = mark;
            throw;
        }
        if (pushed_ < commits_.size()) {
            throw no_room();
        }
    }

    void discard() {
        carried_.reset();
        rows_.clear();
        in_ = kept_;
    }

    void copy_until(std::size_t end) {
        if (end == pushed_) {
            return;
        }
        carried_ = open_carried(store_, channel_.ref);
        UnreadBundle bundle;
        bool is_between = true;
        for (std::size_t i = pushed_; i < end; ++i) {
            if (is_between && i >= good_ && !limit_.allows_more()) {
                break;
            }
            const ReadCommit commit = read(commits_[i]);
            copy_commit(commit, bundle, /*is_new=*/i >= good_);
            is_between = commit.bundle.has_value();
            if (!is_between) {
                continue;
            }
            ++in_.bundles;
            good_ = std::max(good_, i + 1);
            if (carried_->added_bytes() >= Outgoing::kPushBytes) {
                push();
            }
        }
        push();
    }

    void copy_commit(const ReadCommit& commit, UnreadBundle& bundle, bool is_new) {
        from_remote([&] { bundle.begin_commit(commit); });
        std::uint64_t bytes = 0;
        for (const auto& [name, blob] : commit.parts) {
            const base::Bytes part = copy_blob(blob, kMaxPartBytes, is_new);
            from_remote([&, &part_name = name] { bundle.add_part(part_name, part); });
            bytes += part.size();
        }
        if (commit.bundle) {
            const base::Bytes sealed = copy_blob(*commit.bundle, journal::kMaxBundleBytes, is_new);
            from_remote([&] { bundle.finish(sealed); });
            bytes += sealed.size();
        }
        copy_texts(commit);
        limit_.count_commit();
        in_.bytes += bytes;
        rows_.push_back(
            {last_place_ + rows_.size() + 1, commit.id, commit.bundle.has_value(), bytes});
    }

    base::Bytes copy_blob(const format::GitId& id, std::size_t max_bytes, bool is_new) {
        base::Bytes content = required(id, format::GitKind::kBlob, max_bytes);
        if (is_new && !limit_.take(content.size())) {
            throw no_room();
        }
        carried_->add(format::GitKind::kBlob, content);
        progress_.advance(content.size(), 0);
        return content;
    }

    // The trees and the commit, which read_commit() has seen.
    void copy_texts(const ReadCommit& commit) {
        const base::Bytes text = required(commit.id, format::GitKind::kCommit, kMaxCommitTextBytes);
        const format::GitId root = format::parse_git_commit(text).tree;
        const base::Bytes tree = required(root, format::GitKind::kTree, kMaxTreeBytes);
        for (const format::GitTreeEntry& entry : format::parse_git_tree(tree)) {
            if (entry.is_tree) {
                carried_->add(format::GitKind::kTree,
                              required(entry.id, format::GitKind::kTree, kMaxTreeBytes));
            }
        }
        carried_->add(format::GitKind::kTree, tree);
        carried_->add(format::GitKind::kCommit, text);
    }

    base::Bytes required(const format::GitId& id, format::GitKind kind, std::size_t max_bytes) {
        if (progress_.cancelled()) {
            throw Error{ErrorCode::kInterrupted, "interrupted"};
        }
        std::optional<base::Bytes> content =
            from_remote([&] { return remote_.read(id, kind, max_bytes); });
        if (!content) {
            throw Refused{FindingCode::kDamaged, "a part of it is missing"};
        }
        return *std::move(content);
    }

    void push() {
        if (rows_.empty()) {
            return;
        }
        carried_->push({{channel_.ref, carried_tip_, rows_.back().id}}, {});
        store::Transaction write{store_.catalog()};
        for (const CarriedCommit& row : rows_) {
            record_carried(write, channel_.ref, row);
        }
        write.commit();
        carried_tip_ = rows_.back().id;
        last_place_ = rows_.back().place;
        pushed_ += rows_.size();
        rows_.clear();
        kept_ = in_;
    }

    store::Store& store_;
    Repository& remote_;
    const Channel& channel_;
    CarryLimit& limit_;
    Progress& progress_;
    std::optional<format::GitId> carried_tip_;  // of the repository here; it must be continued
    std::uint64_t last_place_ = 0;
    std::unique_ptr<Repository> carried_;
    std::vector<format::GitId> commits_;
    std::size_t good_ = 0;             // commits whose bundles are good
    std::size_t pushed_ = 0;           // commits that are carried
    std::vector<CarriedCommit> rows_;  // copied, not carried yet
    format::GitId mark_;
    CarriedIn in_;
    CarriedIn kept_;
};

}  // namespace

bool CarryLimit::take(std::uint64_t bytes) {
    if (bytes > room_bytes_ - std::min(room_bytes_, taken_bytes_)) {
        return false;
    }
    taken_bytes_ += bytes;
    return true;
}

CarriedIn carry_in(store::Store& store, Repository& remote, const Channel& channel,
                   const format::GitId& tip, const std::optional<format::GitId>& shown,
                   CarryLimit& limit, CarryDepth depth, Progress& progress) {
    return CarryingIn{store, remote, channel, limit, progress}.run(tip, shown, depth);
}

}  // namespace kua::exchange
