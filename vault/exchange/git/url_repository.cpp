#include "vault/exchange/git/url_repository.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/exchange/git/connection.h"
#include "vault/exchange/git/negotiation.h"
#include "vault/exchange/git/scratch.h"

namespace kua::exchange {
namespace {

const std::string kHeads = "refs/heads/";

// Refs that exist in the scratch repository during one push.
class ScratchRefs {
public:
    explicit ScratchRefs(Scratch& scratch) : scratch_(scratch) {}
    ScratchRefs(const ScratchRefs&) = delete;
    ScratchRefs& operator=(const ScratchRefs&) = delete;
    ~ScratchRefs() {
        for (const std::string& name : names_) {
            scratch_.remove_ref(name);
        }
    }
    void set(const std::string& full_name, const format::GitId& id) {
        scratch_.set_ref(full_name, id);
        names_.push_back(full_name);
    }
    const std::vector<std::string>& names() const noexcept { return names_; }

private:
    Scratch& scratch_;
    std::vector<std::string> names_;
};

class LibgitRepository final : public UrlRepository {
public:
    LibgitRepository(base::FileSystem& files, const base::fs::path& scratch_dir, UrlRemote remote)
        : files_(files),
          scratch_dir_(scratch_dir),
          remote_(std::move(remote)),
          scratch_(files, scratch_dir) {}

    std::map<std::string, format::GitId> read_refs(const std::vector<std::string>& names) override {
        const Connection connection{remote_, scratch_.repository(), GIT_DIRECTION_FETCH, traffic_};
        std::map<std::string, format::GitId> found;
        for (const std::string& name : names) {
            if (const auto at = connection.refs().find(kHeads + name);
                at != connection.refs().end()) {
                found.emplace(name, at->second);
            }
        }
        return found;
    }

    void fetch(const std::vector<std::string>& names,
               const std::vector<KnownCommit>& known) override {
        std::vector<format::GitId> haves;
        for (const KnownCommit& commit : known) {
            named_.insert(commit.id);
            if (haves.size() < kMaxHaves) {
                haves.push_back(commit.id);
            }
        }
        try {
            fetch_except(scratch_, names, haves);
        } catch (const Error& error) {
            // A pack that needs what was only named, though nobody asked for such a one.
            if (error.code() != ErrorCode::kDamaged || haves.empty()) {
                throw;
            }
            fetch_except(scratch_, names, {});
        }
    }

    std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                    std::size_t max_bytes) override {
        if (const auto tip = tips_.find(id); tip != tips_.end()) {
            reading_ = tip->second;
        }
        std::optional<base::Bytes> content = scratch_.read(id, kind, max_bytes);
        if (!content && whole_) {
            content = whole_->read(id, kind, max_bytes);
        }
        if (!content && fetch_whole(reading_)) {
            content = whole_->read(id, kind, max_bytes);
        }
        return content;
    }

    format::GitId add(format::GitKind kind, base::ByteView content) override {
        return scratch_.added().add(kind, content);
    }

    std::uint64_t added_bytes() const override { return scratch_.added().bytes(); }

    void push(const std::vector<RefUpdate>& updates,
              const std::vector<KnownCommit>& known) override {
        if (updates.empty()) {
            return;
        }
        Connection connection{remote_, scratch_.repository(), GIT_DIRECTION_PUSH, traffic_};
        check_unmoved(connection, updates);
        std::set<format::GitId> there = named_;
        // Of what a tip brings something may be missing here, as it lies in what was only named.
        for (const auto& [name, tip] : connection.refs()) {
            there.insert(tip);
        }
        for (const KnownCommit& commit : known) {
            there.insert(commit.id);
        }
        for (const RefUpdate& update : updates) {
            if (update.from) {
                there.insert(*update.from);
            }
        }
        const AddedObjects::StandIns stand_ins{scratch_.added(), std::move(there)};
        ScratchRefs refs{scratch_};
        for (const RefUpdate& update : updates) {
            refs.set(kHeads + update.name, update.to);
        }
        try {
            connection.upload(refs.names());
        } catch (const Error&) {
            scratch_.added().rethrow_failure();
            throw;
        }
        scratch_.added().clear();
    }

    Traffic traffic() const override { return traffic_; }

private:
    // Whether there may be more now. Who can write to a host can put something behind a commit that
    // lies in what that reaches, the commit's own tree above all: then a host that was told the
    // commit doesn't send it.
    bool fetch_whole(const std::string& name) {
        if (name.empty() || !fetched_whole_.insert(name).second) {
            return false;
        }
        if (!whole_) {  // not where the tip is: libgit2 would ask for nothing
            whole_.emplace(files_, scratch_dir_);
        }
        try {
            fetch_except(*whole_, {name}, {});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kStorage) {
                throw;
            }
            // There may be no room for all of it; that ends no exchange.
            throw Error{
                ErrorCode::kDamaged,
                std::string{"a part is missing, and all of it can't be fetched once more: "} +
                    error.what()};
        }
        return true;
    }

    void fetch_except(Scratch& scratch, const std::vector<std::string>& names,
                      const std::vector<format::GitId>& haves) {
        Connection connection{remote_, scratch.repository(), GIT_DIRECTION_FETCH, traffic_};
        std::vector<std::string> wanted;
        std::vector<format::GitId> tips;
        for (const std::string& name : names) {
            const auto at = connection.refs().find(kHeads + name);
            if (at == connection.refs().end()) {
                throw Error{ErrorCode::kFailed,
                            remote_.name + " no longer has a ref of " + "which it told"};
            }
            if (!haves.empty()) {
                tips_.insert_or_assign(at->second, name);
            }
            if (std::find(haves.begin(), haves.end(), at->second) == haves.end()) {
                wanted.push_back(at->first);
                tips.push_back(at->second);
            }
        }
        if (wanted.empty()) {
            return;
        }
        connection.download(wanted, haves);
        for (const format::GitId& tip : tips) {
            if (!scratch.holds(tip)) {
                throw Error{ErrorCode::kDamaged, remote_.name + " doesn't send what it shows"};
            }
        }
    }

    void check_unmoved(const Connection& connection, const std::vector<RefUpdate>& updates) const {
        for (const RefUpdate& update : updates) {
            const auto at = connection.refs().find(kHeads + update.name);
            const std::optional<format::GitId> there =
                at == connection.refs().end() ? std::nullopt : std::optional{at->second};
            if (there != update.from) {
                throw Error{ErrorCode::kFailed, remote_.name + ": ref " + update.name +
                                                    " has moved meanwhile; nothing was sent"};
            }
        }
    }

    base::FileSystem& files_;
    base::fs::path scratch_dir_;
    UrlRemote remote_;
    Traffic traffic_;
    Scratch scratch_;
    std::set<format::GitId> named_;              // what was fetched may build on these
    std::map<format::GitId, std::string> tips_;  // of refs that were fetched with something named
    std::string reading_;                        // the ref whose tip was read last
    std::set<std::string> fetched_whole_;        // refs, into
    std::optional<Scratch> whole_;
};

}  // namespace

std::unique_ptr<UrlRepository> open_url_repository(base::FileSystem& files,
                                                   const base::fs::path& scratch_dir,
                                                   UrlRemote remote) {
    start_libgit2();
    switch (remote.url.scheme) {
        case RemoteScheme::kSsh:
            require_feature(GIT_FEATURE_SSH, "ssh");
            break;
        case RemoteScheme::kHttps:
            require_feature(GIT_FEATURE_HTTPS, "https");
            break;
        case RemoteScheme::kHttp:
        case RemoteScheme::kGit:
            break;
    }
    require_feature(GIT_FEATURE_THREADS, "threads");
    return std::make_unique<LibgitRepository>(files, scratch_dir, std::move(remote));
}

}  // namespace kua::exchange
