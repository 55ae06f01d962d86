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

class PassingOn {
public:
    PassingOn(store::Store& store, Repository& remote, const std::string& remote_name,
              const Channel& channel, Progress& progress)
        : store_(store),
          remote_(remote),
          remote_name_(remote_name),
          channel_(channel),
          progress_(progress) {}

    CarriedOut run(const std::vector<CarriedCommit>& commits, std::optional<format::GitId> there) {
        there_ = std::move(there);
        try {
            const auto carried = from_remote([&] { return open_carried(store_, channel_.ref); });
            const ReadCommit first =
                from_remote([&] { return read_commit(*carried, commits.front().id); });
            if (first.parent != there_) {
                return {};  // the same is known there under another name: whoever can read it sends
            }
            for (const CarriedCommit& commit : commits) {
                send(*carried, commit);
            }
        } catch (const Refused&) {
            push();
            cut();
        }
        push();
        return std::move(out_);
    }

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
        to_ = commit.id;
        out_.bundles += commit.completes ? 1U : 0U;
        out_.bytes += commit.bytes;
        progress_.advance(commit.bytes, 0);
        if (remote_.added_bytes() >= Outgoing::kPushBytes) {
            push();
        }
    }

    void push() {
        if (!to_) {
            return;
        }
        std::vector<KnownCommit> known;
        if (there_) {
            known.push_back({*there_, {}, {}});
        }
        remote_.push({{channel_.ref, there_, *to_}}, known);
        store::Transaction write{store_.catalog()};
        record_shown(write, remote_name_, channel_.ref, *to_);
        write.commit();
        there_ = std::exchange(to_, std::nullopt);
    }

    // Only whole bundles stay.
    void cut() {
        std::uint64_t last = 0;
        for (const CarriedCommit& commit : list_carried(store_.catalog(), channel_.ref, 0)) {
            last = commit.place < at_ && commit.completes ? commit.place : last;
        }
        cut_carried(store_, channel_.ref, last);
        out_.fault =
            Finding{FindingCode::kDamaged, journal::log_subject(channel_.case_id, channel_.author),
                    "what is carried of it here, unread, was damaged; from there on it was"
                    " dropped, and the next sync with a remote that has it carries it"
                    " again"};
    }

    store::Store& store_;
    Repository& remote_;
    const std::string& remote_name_;
    const Channel& channel_;
    Progress& progress_;
    std::optional<format::GitId> there_;
    std::optional<format::GitId> to_;
    std::uint64_t at_ = 0;
    CarriedOut out_;
};

}  // namespace

CarriedOut pass_on(store::Store& store, Repository& remote, const std::string& remote_name,
                   const Channel& channel, const std::optional<format::GitId>& there,
                   Progress& progress) {
    const std::vector<CarriedCommit> commits = list_behind(store.catalog(), channel.ref, there);
    if (commits.empty()) {
        return {};
    }
    return PassingOn{store, remote, remote_name, channel, progress}.run(commits, there);
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
