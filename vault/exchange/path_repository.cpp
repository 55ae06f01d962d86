#include "vault/exchange/path_repository.h"

#include <optional>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/base/path_words.h"
#include "vault/exchange/path_layout.h"
#include "vault/exchange/path_refs.h"
#include "vault/format/git_refs.h"

namespace kua::exchange {
namespace {

using format::GitId;
using format::GitKind;

constexpr std::size_t kMaxCommitObjectBytes = std::size_t{64} << 10;

class PathRepository final : public Repository {
public:
    PathRepository(base::FileSystem& files, const base::fs::path& dir, const UpkeepLimits& limits)
        : files_(files),
          dir_(dir),
          limits_(limits),
          refs_(files, dir),
          objects_(files, dir / "objects") {
        objects_.refresh();
    }

    std::map<std::string, GitId> read_refs(const std::vector<std::string>& names) override {
        return guarded([&] {
            objects_.refresh();
            return good_refs(names);
        });
    }

    void fetch(const std::vector<std::string>& names, const std::vector<KnownCommit>&) override {
        guarded([&] {
            objects_.refresh();
            const std::map<std::string, GitId> refs = good_refs(names);
            for (const std::string& name : names) {
                if (!refs.contains(name)) {
                    throw Error{ErrorCode::kDamaged,
                                "ref " + name + " is gone, or its commit is damaged"};
                }
            }
        });
    }

    std::optional<base::Bytes> read(const GitId& id, GitKind kind, std::size_t max_bytes) override {
        return guarded([&] { return objects_.read(id, kind, max_bytes); });
    }

    GitId add(GitKind kind, base::ByteView content) override {
        return guarded([&] {
            begin_writing();
            is_spoilt_ = true;
            const GitId id = new_packs_->add(kind, content);
            is_spoilt_ = false;
            return id;
        });
    }

    std::uint64_t added_bytes() const override {
        return new_packs_ ? new_packs_->added_bytes() : 0;
    }

    void push(const std::vector<RefUpdate>& updates, const std::vector<KnownCommit>&) override {
        guarded([&] {
            begin_writing();
            std::vector<std::optional<GitId>> before;
            for (const RefUpdate& update : updates) {
                before.push_back(ref_at(update.name));
                require_unmoved(
                    before.back() && is_commit(*before.back()) ? before.back() : std::nullopt,
                    update.from, update.name);
            }
            is_spoilt_ = true;
            new_packs_->publish();
            objects_.refresh();
            for (const RefUpdate& update : updates) {
                if (!is_commit(update.to)) {
                    throw Error{ErrorCode::kStorage, "a commit that was written isn't there"};
                }
            }
            for (std::size_t i = 0; i < updates.size(); ++i) {
                const std::optional<GitId> now = ref_at(updates[i].name);
                is_spoilt_ = false;  // somebody else's move is no failure of ours
                require_unmoved(now, before[i], updates[i].name);
                is_spoilt_ = true;
                refs_.write(updates[i].name, updates[i].to);
            }
            tidy_up();
            is_spoilt_ = false;
        });
    }

    std::string trouble_with_upkeep() const override { return trouble_with_upkeep_; }

private:
    // What was pushed is durable by now, whatever becomes of this.
    void tidy_up() {
        trouble_with_upkeep_.clear();
        try {
            merge_small_packs(files_, objects_, limits_);
        } catch (const Error& error) {
            const bool is_of_device = error.code() == ErrorCode::kStorage ||
                                      error.code() == ErrorCode::kNoFile ||
                                      error.code() == ErrorCode::kExists;
            if (!is_of_device) {
                throw;
            }
            trouble_with_upkeep_ = error.what();
            objects_.refresh();
        }
    }

    // What went wrong, in the codes that Repository promises.
    template <class Work>
    auto guarded(Work work) -> decltype(work()) {
        try {
            return work();
        } catch (const Error& error) {
            const bool is_gone =
                error.code() == ErrorCode::kNoFile || error.code() == ErrorCode::kExists;
            const std::string doing = base::naming("repository", dir_);
            throw is_gone ? Error{ErrorCode::kStorage, error.what()}.during(doing)
                          : error.during(doing);
        }
    }

    bool is_commit(const GitId& id) {
        try {
            return objects_.read(id, GitKind::kCommit, kMaxCommitObjectBytes).has_value();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged) {
                throw;
            }
            return false;
        }
    }

    // Those whose commit is there.
    std::map<std::string, GitId> good_refs(const std::vector<std::string>& names) {
        std::map<std::string, GitId> refs = refs_.read(names);
        std::erase_if(refs, [this](const auto& ref) { return !is_commit(ref.second); });
        return refs;
    }

    // Where it is, whether or not its commit is there.
    std::optional<GitId> ref_at(const std::string& name) {
        const std::map<std::string, GitId> refs = refs_.read({name});
        return refs.empty() ? std::nullopt : std::optional{refs.begin()->second};
    }

    static void require_unmoved(const std::optional<GitId>& now, const std::optional<GitId>& before,
                                const std::string& name) {
        if (now != before) {
            throw Error{ErrorCode::kFailed, "ref " + name + " has moved meanwhile"};
        }
    }

    // Keeps others of us out, and clears up after a crash, once.
    void begin_writing() {
        if (is_spoilt_) {
            throw Error{ErrorCode::kStorage, "writing to it failed before"};
        }
        if (new_packs_) {
            return;
        }
        lock_ = files_.open(dir_ / "HEAD", base::OpenMode::kReadWrite);
        if (!lock_->try_lock(0, 1, base::LockMode::kExclusive)) {
            lock_.reset();
            throw Error{ErrorCode::kFailed, "another program writes to it"};
        }
        refs_.sweep();
        sweep_temporary_files(files_, objects_.pack_dir());
        objects_.refresh();
        mend_indexes(files_, objects_);
        new_packs_.emplace(files_, objects_.pack_dir(), limits_.packs);
    }

    base::FileSystem& files_;
    base::fs::path dir_;
    UpkeepLimits limits_;
    PathRefs refs_;
    ObjectDirectory objects_;
    std::string trouble_with_upkeep_;
    bool is_spoilt_ = false;            // a write failed: what is there is unknown
    std::unique_ptr<base::File> lock_;  // before what it keeps safe, so that it outlives that
    std::optional<NewPacks> new_packs_;
};

}  // namespace

std::unique_ptr<Repository> open_path_repository(base::FileSystem& files, const base::fs::path& dir,
                                                 IfMissing if_missing, const UpkeepLimits& limits) {
    if (!is_repository(files, dir)) {
        const bool is_there = is_directory(files, dir / "");
        if (if_missing == IfMissing::kFail) {
            throw Error{is_there ? ErrorCode::kFailed : ErrorCode::kNoFile,
                        base::naming("repository", dir) +
                            (is_there ? ": is no bare git repository that kua can use"
                                      : ": there is no such directory")};
        }
        if (file_size(files, dir / "HEAD")) {
            throw Error{ErrorCode::kFailed,
                        base::naming("repository", dir) + ": parts of it are missing or links"};
        }
        create_repository(files, dir);
    }
    return std::make_unique<PathRepository>(files, dir, limits);
}

}  // namespace kua::exchange
