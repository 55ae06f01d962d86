#include "tests/support/crash_replay.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "tests/support/seeded_random.h"
#include "vault/base/check.h"

namespace kua::testing {

using base::ByteView;
using base::FileKind;

namespace {

// A change that is not durable yet. It refers to its step for content.
struct Pending {
    struct Name {
        std::string name;
        std::optional<std::uint64_t> inode;  // nothing: the name is removed
    };
    const Step* step = nullptr;
    std::uint64_t inode = 0;  // of the file written, or the directory in which names change
    std::vector<Name> names{};

    bool is_content() const { return names.empty(); }
};

void write(MemoryTree& tree, std::uint64_t inode, std::uint64_t offset, ByteView bytes) {
    if (bytes.empty()) {
        return;  // such a write moves no end of file
    }
    base::Bytes& content = tree.at(inode).content.write();
    content.resize(std::max<std::size_t>(content.size(), offset + bytes.size()));
    std::memcpy(content.data() + offset, bytes.data(), bytes.size());
}

void apply(MemoryTree& tree, const Pending& change) {
    for (const auto& [name, inode] : change.names) {
        auto& entries = tree.at(change.inode).entries;
        if (inode) {
            entries[name] = *inode;
        } else {
            entries.erase(name);
        }
    }
    if (!change.is_content()) {
        return;
    }
    if (change.step->kind == StepKind::kTruncate) {
        tree.at(change.inode).content.write().resize(change.step->offset);
    } else {
        write(tree, change.inode, change.step->offset, change.step->content);
    }
}

void apply_torn(MemoryTree& tree, const Pending& change, const CrashChoice& choice,
                SeededRandom& random) {
    if (!change.is_content() || change.step->kind != StepKind::kWrite) {
        apply(tree, change);
        return;
    }
    const ByteView content = change.step->content;
    const std::uint64_t offset = change.step->offset;
    if (choice.keep == CrashChoice::Keep::kCut) {
        write(tree, change.inode, offset, content.first(random.below(content.size() + 1)));
        return;
    }
    for (std::uint64_t at = offset; at < offset + content.size();) {
        const std::uint64_t end =
            std::min((at / choice.sector_bytes + 1) * choice.sector_bytes, offset + content.size());
        if (random.one_in(2)) {
            write(tree, change.inode, at, content.subspan(at - offset, end - at));
        }
        at = end;
    }
}

bool is_sync(StepKind kind) {
    return kind == StepKind::kSync || kind == StepKind::kSyncDirectory ||
           kind == StepKind::kSyncContents;
}

}  // namespace

// The files as programs see them, as the device surely has them, and what lies between.
class CrashReplay::Model {
public:
    Model(const MemoryTree& before, std::uint64_t ignored_syncs)
        : ignored_syncs_(ignored_syncs), now_(before), durable_(before) {}

    std::size_t position() const { return position_; }
    std::uint64_t ignored_syncs() const { return ignored_syncs_; }
    const MemoryTree& now() const { return now_; }
    const MemoryTree& durable() const { return durable_; }
    const std::vector<Pending>& pending() const { return pending_; }

    void take(const Step& step, bool is_lied_about) {
        ++position_;
        if (!is_lied_about) {
            take(step);
        }
    }

private:
    void take(const Step& step) {
        switch (step.kind) {
            case StepKind::kCreate:
                return create(step, FileKind::kRegular);
            case StepKind::kCreateDirectory:
                return create(step, FileKind::kDirectory);
            case StepKind::kWrite:
            case StepKind::kTruncate:
                return change({.step = &step, .inode = step.inode});
            case StepKind::kSync:
                return settle(
                    [&](const Pending& p) { return p.is_content() && p.inode == step.inode; });
            case StepKind::kSyncContents:
                return settle([](const Pending& p) { return p.is_content(); });
            case StepKind::kSyncDirectory: {
                const std::uint64_t directory = now_.inode_at(step.path / "", "replay");
                return settle(
                    [&](const Pending& p) { return !p.is_content() && p.inode == directory; });
            }
            case StepKind::kRename:
                return rename(step);
            case StepKind::kRemove: {
                const MemoryPlace place = now_.locate(step.path, "replay");
                return change({.step = &step,
                               .inode = place.directory(),
                               .names = {{place.name, std::nullopt}}});
            }
            case StepKind::kNote:
                return;
        }
    }

    void change(Pending pending) {
        apply(now_, pending);
        pending_.push_back(std::move(pending));
    }

    void create(const Step& step, FileKind kind) {
        const MemoryPlace place = now_.locate(step.path, "replay");
        KUA_CHECK(!now_.nodes.contains(step.inode));
        for (MemoryTree* tree : {&now_, &durable_}) {  // unnamed in `durable_` as yet
            tree->nodes[step.inode].kind = kind;
            tree->next_inode = std::max(tree->next_inode, step.inode + 1);
        }
        change({.step = &step, .inode = place.directory(), .names = {{place.name, step.inode}}});
    }

    void rename(const Step& step) {
        const MemoryPlace from = now_.locate(step.path, "replay");
        const MemoryPlace to = now_.locate(step.to, "replay");
        if (from.directory() == to.directory()) {
            if (from.name != to.name) {
                change({.step = &step,
                        .inode = to.directory(),
                        .names = {{from.name, std::nullopt}, {to.name, from.node}}});
            }
            return;
        }
        change({.step = &step, .inode = to.directory(), .names = {{to.name, from.node}}});
        change({.step = &step, .inode = from.directory(), .names = {{from.name, std::nullopt}}});
    }

    template <class IsSettled>
    void settle(IsSettled is_settled) {
        std::vector<Pending> left;
        for (Pending& change : pending_) {
            if (is_settled(change)) {
                apply(durable_, change);
            } else {
                left.push_back(std::move(change));
            }
        }
        pending_ = std::move(left);
    }

    std::uint64_t ignored_syncs_;
    std::size_t position_ = 0;
    MemoryTree now_;
    MemoryTree durable_;
    std::vector<Pending> pending_;
};

std::string CrashChoice::text() const {
    constexpr std::array kNames{"none", "all", "random", "newest", "torn", "cut"};
    std::string text = std::string(kNames.at(static_cast<std::size_t>(keep))) + ", seed " +
                       std::to_string(seed) + ", sectors of " + std::to_string(sector_bytes);
    if (ignored_syncs > 0) {
        text += ", last " + std::to_string(ignored_syncs) + " syncs ignored";
    }
    return text;
}

std::vector<CrashChoice> crash_choices(std::uint64_t seed) {
    using Keep = CrashChoice::Keep;
    std::vector<CrashChoice> choices{{.keep = Keep::kNone}, {.keep = Keep::kAll}};
    SeededRandom random(seed);
    for (int i = 0; i < 10; ++i) {
        choices.push_back({.keep = Keep::kRandom, .seed = random.next()});
    }
    choices.push_back({.keep = Keep::kNewest, .seed = random.next()});
    choices.push_back({.keep = Keep::kTorn, .seed = random.next(), .sector_bytes = 512});
    choices.push_back({.keep = Keep::kTorn, .seed = random.next(), .sector_bytes = 4096});
    choices.push_back({.keep = Keep::kCut, .seed = random.next()});
    return choices;
}

CrashReplay::CrashReplay(MemoryTree before, Trace trace)
    : before_(std::move(before)), trace_(std::move(trace)) {}

CrashReplay::~CrashReplay() = default;

std::size_t CrashReplay::steps() const {
    return trace_.size();
}

const Trace& CrashReplay::trace() const {
    return trace_;
}

std::vector<std::string> CrashReplay::notes_before(std::size_t step) const {
    std::vector<std::string> notes;
    for (std::size_t i = 0; i < step; ++i) {
        if (trace_.at(i).kind == StepKind::kNote) {
            notes.push_back(trace_[i].note);
        }
    }
    return notes;
}

CrashReplay::Model& CrashReplay::model_at(std::size_t step, std::uint64_t ignored_syncs) {
    KUA_CHECK(step <= trace_.size());
    // A model that believed other syncs can't be gone on with.
    if (!model_ || model_->position() > step || ignored_syncs > 0 || model_->ignored_syncs() > 0) {
        model_ = std::make_unique<Model>(before_, ignored_syncs);
    }
    std::size_t first_lie = step;
    for (std::uint64_t left = ignored_syncs; left > 0 && first_lie > 0;) {
        left -= is_sync(trace_[--first_lie].kind) ? 1U : 0U;
    }
    while (model_->position() < step) {
        const std::size_t at = model_->position();
        const Step& next = trace_[at];
        model_->take(next, ignored_syncs > 0 && at >= first_lie && is_sync(next.kind));
    }
    return *model_;
}

std::unique_ptr<MemoryFileSystem> CrashReplay::files_after(std::size_t step,
                                                           const CrashChoice& choice) {
    const Model& model = model_at(step, choice.ignored_syncs);
    MemoryTree tree = model.durable();
    SeededRandom random(choice.seed);
    const std::vector<Pending>& pending = model.pending();
    const std::size_t oldest_kept = choice.keep == CrashChoice::Keep::kNewest && !pending.empty()
                                        ? 1 + random.below(pending.size())
                                        : 0;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        switch (choice.keep) {
            case CrashChoice::Keep::kNone:
                break;
            case CrashChoice::Keep::kRandom:
                if (random.one_in(2)) {
                    apply(tree, pending[i]);
                }
                break;
            case CrashChoice::Keep::kAll:
            case CrashChoice::Keep::kNewest:
                if (i >= oldest_kept) {
                    apply(tree, pending[i]);
                }
                break;
            case CrashChoice::Keep::kTorn:
            case CrashChoice::Keep::kCut:
                apply_torn(tree, pending[i], choice, random);
                break;
        }
    }
    tree.prune();
    return std::make_unique<MemoryFileSystem>(std::move(tree));
}

std::unique_ptr<MemoryFileSystem> CrashReplay::files_at(std::size_t step) {
    MemoryTree tree = model_at(step, 0).now();
    tree.prune();
    return std::make_unique<MemoryFileSystem>(std::move(tree));
}

}  // namespace kua::testing
