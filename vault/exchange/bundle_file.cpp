#include "vault/exchange/bundle_file.h"

#include <algorithm>
#include <set>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/base/path_words.h"
#include "vault/exchange/small_file.h"
#include "vault/format/git_pack_scan.h"
#include "vault/format/git_pack_writer.h"
#include "vault/format/git_refs.h"

namespace kua::exchange {
namespace {

namespace fs = base::fs;
using format::GitId;
using format::GitKind;
using format::GitObject;

// Where the pack begins until it is known what stands before it.
constexpr std::uint64_t kRoomForHeader = format::kMaxBundleHeaderBytes;

// As Repository promises, with the name of the file.
template <class Work>
auto guarded(const fs::path& file, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const Error& error) {
        const bool is_gone = error.code() == ErrorCode::kNoFile;
        const Error promised{is_gone ? ErrorCode::kStorage : error.code(), error.what()};
        throw promised.during(base::naming("bundle file", file));
    }
}

class BundleFile final : public Repository {
public:
    BundleFile(base::FileSystem& files, fs::path path) : path_(std::move(path)) {
        std::unique_ptr<base::File> file = files.open(path_, base::OpenMode::kRead);
        base::Bytes front(
            std::min<std::uint64_t>(file->status().size_bytes, format::kMaxBundleHeaderBytes));
        front.resize(file->read_at(0, front));
        const format::ParsedBundleHeader parsed = format::parse_bundle_header(base::text_of(front));
        header_ = parsed.header;
        pack_ = std::make_unique<format::GitPackReader>(std::move(file), parsed.size_bytes);
    }

    std::map<std::string, GitId> read_refs(const std::vector<std::string>& names) override {
        std::map<std::string, GitId> refs;
        for (const std::string& name : names) {
            if (const auto found = header_.refs.find(name); found != header_.refs.end()) {
                refs.insert(*found);
            }
        }
        return refs;
    }

    void fetch(const std::vector<std::string>& names,
               const std::vector<KnownCommit>& known) override {
        guarded(path_, [&] {
            keep(known);
            index_ = format::index_git_pack(*pack_, [this](const GitId& id) -> const GitObject* {
                const auto found = known_.find(id);
                return found != known_.end() ? &found->second : nullptr;
            });
            for (const auto& [name, id] : read_refs(names)) {
                if (index_->find(id) == nullptr && !known_.contains(id)) {
                    throw Error{ErrorCode::kDamaged, "it doesn't hold the commit of ref " + name};
                }
            }
        });
    }

    std::optional<base::Bytes> read(const GitId& id, GitKind kind, std::size_t max_bytes) override {
        return guarded(path_, [&]() -> std::optional<base::Bytes> {
            if (!index_) {
                index_ = format::index_git_pack(*pack_, {});
            }
            const format::GitIndexEntry* entry = index_->find(id);
            if (entry == nullptr) {
                return std::nullopt;
            }
            std::optional<GitObject> object =
                pack_->read(entry->offset, {kind, max_bytes},
                            [this](const GitId& base) { return find_base(base); });
            if (!object || format::git_id(object->kind, object->content) != id) {
                throw Error{ErrorCode::kDamaged, "it holds another object than it says"};
            }
            return std::move(object->content);
        });
    }

    GitId add(GitKind, base::ByteView) override { refuse(); }
    std::uint64_t added_bytes() const override { return 0; }
    void push(const std::vector<RefUpdate>&, const std::vector<KnownCommit>&) override { refuse(); }

private:
    [[noreturn]] void refuse() const {
        throw Error{ErrorCode::kFailed,
                    base::naming("bundle file", path_) + ": is written once, and it is"};
    }

    // Git makes what is new from what the reader has; of that only commits and trees matter.
    void keep(const std::vector<KnownCommit>& known) {
        const auto keep_one = [this](GitKind kind, const base::Bytes& content) {
            known_.try_emplace(format::git_id(kind, content), GitObject{kind, content});
        };
        for (const KnownCommit& commit : known) {
            if (commit.commit.empty()) {
                continue;
            }
            keep_one(GitKind::kCommit, commit.commit);
            for (const base::Bytes& tree : commit.trees) {
                keep_one(GitKind::kTree, tree);
            }
        }
    }

    format::GitBase find_base(const GitId& id) const {
        if (const format::GitIndexEntry* entry = index_->find(id)) {
            return {.offset = entry->offset};
        }
        const auto found = known_.find(id);
        return {.offset = std::nullopt, .object = found != known_.end() ? &found->second : nullptr};
    }

    fs::path path_;
    format::GitBundleHeader header_;
    std::unique_ptr<format::GitPackReader> pack_;
    std::optional<format::GitIndex> index_;
    std::map<GitId, GitObject> known_;
};

class NewBundleFile final : public Repository {
public:
    NewBundleFile(base::FileSystem& files, fs::path path)
        : files_(files),
          path_(std::move(path)),
          temporary_(files, temporary_path(path_)),
          writer_(temporary_.file(), kRoomForHeader) {}

    static fs::path temporary_path(const fs::path& path) {
        return path.parent_path() / (std::string(kTemporaryPrefix) + path.filename().native());
    }

    std::map<std::string, GitId> read_refs(const std::vector<std::string>& names) override {
        return written_ ? written_->read_refs(names) : std::map<std::string, GitId>{};
    }
    void fetch(const std::vector<std::string>& names,
               const std::vector<KnownCommit>& known) override {
        if (written_) {
            written_->fetch(names, known);
        }
    }
    std::optional<base::Bytes> read(const GitId& id, GitKind kind, std::size_t max_bytes) override {
        return written_ ? written_->read(id, kind, max_bytes) : std::nullopt;
    }

    GitId add(GitKind kind, base::ByteView content) override {
        return guarded(path_, [&] {
            require_writable();
            is_spoilt_ = true;
            const GitId id = writer_.add(kind, content);
            is_spoilt_ = false;
            return id;
        });
    }

    std::uint64_t added_bytes() const override { return 0; }

    void push(const std::vector<RefUpdate>& updates, const std::vector<KnownCommit>&) override {
        guarded(path_, [&] {
            require_writable();
            is_spoilt_ = true;
            const std::string header = header_of(updates);
            if (header.size() > kRoomForHeader) {
                throw Error{ErrorCode::kFailed, "more refs than a bundle file takes"};
            }
            writer_.move_to(header.size());
            base::File& file = temporary_.file();
            file.write_at(0, base::bytes_of(header));
            writer_.finish();
            base::Bytes read(header.size());
            if (file.read_at(0, read) != read.size() || base::text_of(read) != header) {
                throw Error{ErrorCode::kStorage, "the device does not keep what is written to it"};
            }
            temporary_.rename_to_free(path_);
            files_.sync_directory(path_.has_parent_path() ? path_.parent_path() / "" : ".");
            written_ = std::make_unique<BundleFile>(files_, path_);
        });
    }

private:
    void require_writable() const {
        if (written_) {
            throw Error{ErrorCode::kFailed, "is written once, and it is"};
        }
        if (is_spoilt_) {
            throw Error{ErrorCode::kStorage, "writing to it failed before"};
        }
    }

    std::string header_of(const std::vector<RefUpdate>& updates) const {
        format::GitBundleHeader header;
        std::set<GitId> needed;
        for (const RefUpdate& update : updates) {
            KUA_CHECK(format::is_ref_name(update.name));
            header.refs[update.name] = update.to;
            if (update.from && !writer_.has(*update.from)) {
                needed.insert(*update.from);
            }
        }
        header.prerequisites.assign(needed.begin(), needed.end());
        return format::write_bundle_header(header);
    }

    base::FileSystem& files_;
    fs::path path_;
    TemporaryFile temporary_;
    format::GitPackWriter writer_;
    bool is_spoilt_ = false;  // a write failed
    std::unique_ptr<BundleFile> written_;
};

}  // namespace

std::unique_ptr<Repository> open_bundle_file(base::FileSystem& files, const fs::path& path) try {
    return std::make_unique<BundleFile>(files, path);
} catch (const Error& error) {
    throw error.during(base::naming("bundle file", path));
}

std::unique_ptr<Repository> create_bundle_file(base::FileSystem& files, const fs::path& path) {
    if (files.status(path)) {
        throw Error{ErrorCode::kExists, base::naming("bundle file", path) + ": is there already"};
    }
    const fs::path temporary = NewBundleFile::temporary_path(path);
    if (file_size(files, temporary)) {
        files.remove_file(temporary);
    }
    return std::make_unique<NewBundleFile>(files, path);
}

}  // namespace kua::exchange
