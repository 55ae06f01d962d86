#include "vault/exchange/git/scratch.h"

#include <algorithm>
#include <exception>

#include "vault/base/folders.h"
#include "vault/exchange/git/url_repository.h"

namespace kua::exchange {
namespace {

constexpr const char* kRepository = "repository";
constexpr const char* kAdded = "added";

base::fs::path make_scratch_directory(base::FileSystem& files, const base::fs::path& dir) {
    if (!files.status(dir)) {
        files.create_directory(dir);
    }
    for (std::size_t number = 1;; ++number) {
        base::fs::path path = dir / ("host-" + std::to_string(number));
        if (!files.status(path)) {
            files.create_directory(path);
            return path;
        }
    }
}

GitRepository make_repository(const base::fs::path& path) {
    git_repository* raw = nullptr;
    check_git(git_repository_init(&raw, path.c_str(), /*is_bare=*/1), "create scratch repository");
    GitRepository repository{raw};
    // Sealed bytes have nothing in common: no search for deltas. libgit2 1.5 takes the limit above
    // which it doesn't look from the first setting, by mistake; the second is the documented one.
    git_config* raw_config = nullptr;
    check_git(git_repository_config(&raw_config, repository.get()), "set up scratch repository");
    const GitConfig config{raw_config};
    for (const char* const setting : {"pack.deltaCacheSize", "core.bigFileThreshold"}) {
        check_git(git_config_set_int64(config.get(), setting, 1), "set up scratch repository");
    }
    return repository;
}

}  // namespace

void sweep_scratch(base::FileSystem& files, const base::fs::path& scratch_dir) {
    if (!files.status(scratch_dir)) {
        return;
    }
    for (const base::DirectoryEntry& entry : files.list(scratch_dir)) {
        if (entry.kind == base::FileKind::kDirectory && entry.name.starts_with("host-")) {
            base::remove_tree(files, scratch_dir / entry.name);
        }
    }
}

Scratch::Folder::Folder(base::FileSystem& files, const base::fs::path& dir)
    : files_(files), path_(make_scratch_directory(files, dir)) {}

Scratch::Folder::~Folder() {
    try {
        base::remove_tree(files_, path_);
    } catch (const std::exception&) {
        // Sealed bytes that the next opening sweeps.
    }
}

Scratch::Scratch(base::FileSystem& files, const base::fs::path& dir) : folder_(files, dir) {
    start_libgit2();
    added_ = std::make_unique<AddedObjects>(files, folder_.path() / kAdded);
    repository_ = make_repository(folder_.path() / kRepository);
    git_odb* raw = nullptr;
    check_git(git_repository_odb(&raw, repository_.get()), "open scratch repository");
    odb_.reset(raw);
    added_->serve(*odb_);
}

Scratch::~Scratch() = default;

bool Scratch::holds(const format::GitId& id) {
    const git_oid oid = oid_of(id);
    return git_odb_exists(odb_.get(), &oid) == 1;
}

std::optional<base::Bytes> Scratch::read(const format::GitId& id, format::GitKind kind,
                                         std::size_t max_bytes) {
    const git_oid oid = oid_of(id);
    const std::string doing = "read git object " + id.hex();
    const auto check = [&](int result) {
        added_->rethrow_failure();
        if (result < 0) {
            const git_error* const error = git_error_last();
            const bool device = error != nullptr && error->klass == GIT_ERROR_OS;
            throw Error{device ? ErrorCode::kStorage : ErrorCode::kDamaged,
                        doing + ": " + last_git_message()};
        }
    };
    std::size_t size_bytes = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    const int header = git_odb_read_header(&size_bytes, &type, odb_.get(), &oid);
    if (header == GIT_ENOTFOUND) {
        return std::nullopt;
    }
    check(header);
    if (type != type_of(kind)) {
        throw Error{ErrorCode::kDamaged, doing + ": is of another kind"};
    }
    if (size_bytes > max_bytes) {
        throw Error{ErrorCode::kDamaged, doing + ": is larger than kua makes any"};
    }
    git_odb_object* raw = nullptr;
    check(git_odb_read(&raw, odb_.get(), &oid));
    const GitOdbObject object{raw};
    const base::ByteView content{static_cast<const std::byte*>(git_odb_object_data(raw)),
                                 git_odb_object_size(raw)};
    if (content.size() != size_bytes || format::git_id(kind, content) != id) {
        throw Error{ErrorCode::kDamaged, doing + ": content and name differ"};
    }
    return base::copy_of(content);
}

void Scratch::set_ref(const std::string& name, const format::GitId& id) {
    const git_oid oid = oid_of(id);
    git_reference* raw = nullptr;
    check_git(git_reference_create(&raw, repository_.get(), name.c_str(), &oid, /*force=*/1,
                                   /*log_message=*/nullptr),
              "note what to push");
    const GitReference reference{raw};
}

void Scratch::remove_ref(const std::string& name) noexcept {
    git_reference_remove(repository_.get(), name.c_str());
}

}  // namespace kua::exchange
