#include "vault/exchange/git/added_objects.h"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <git2/sys/odb_backend.h>

#include "vault/base/check.h"

namespace kua::exchange {
namespace {

constexpr int kBeforeOthers = 100;  // libgit2's own backends have 1 and 2

// Of the empty tree, which libgit2 knows without a file.
constexpr std::string_view kStandIn =
    "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
    "author kua <kua@invalid> 0 +0000\n"
    "committer kua <kua@invalid> 0 +0000\n"
    "\n";

}  // namespace

// What libgit2 sees. It may outlive the objects inside a repository that is being closed, so it
// frees nothing.
struct AddedObjects::Backend final : git_odb_backend {
    AddedObjects* objects = nullptr;

    static AddedObjects& of(git_odb_backend* backend) {
        return *static_cast<Backend*>(backend)->objects;
    }

    static int on_read(void** out, std::size_t* size, git_object_t* type, git_odb_backend* backend,
                       const git_oid* oid) noexcept {
        AddedObjects& objects = of(backend);
        try {
            return objects.read(out, size, type, backend, *oid);
        } catch (...) {
            objects.failure_ = std::current_exception();  // rethrow_failure()
            return GIT_ERROR;
        }
    }

    static int on_read_header(std::size_t* size, git_object_t* type, git_odb_backend* backend,
                              const git_oid* oid) noexcept {
        const std::optional<Found> found = of(backend).find(*oid);
        if (!found) {
            return GIT_ENOTFOUND;
        }
        *size = found->size_bytes;
        *type = found->type;
        return GIT_OK;
    }

    static int on_exists(git_odb_backend* backend, const git_oid* oid) noexcept {
        return of(backend).find(*oid) ? 1 : 0;
    }

    static void on_free(git_odb_backend* backend) noexcept { static_cast<void>(backend); }
};

AddedObjects::AddedObjects(base::FileSystem& files, const base::fs::path& path)
    : file_(files.open(path, base::OpenMode::kCreateNew)), backend_(std::make_unique<Backend>()) {
    check_git(git_odb_init_backend(backend_.get(), GIT_ODB_BACKEND_VERSION),
              "set up objects to push");
    backend_->objects = this;
    backend_->read = &Backend::on_read;
    backend_->read_header = &Backend::on_read_header;
    backend_->exists = &Backend::on_exists;
    backend_->free = &Backend::on_free;
}

AddedObjects::~AddedObjects() = default;

void AddedObjects::serve(git_odb& odb) {
    check_git(git_odb_add_backend(&odb, backend_.get(), kBeforeOthers), "set up objects to push");
}

format::GitId AddedObjects::add(format::GitKind kind, base::ByteView content) {
    const format::GitId id = format::git_id(kind, content);
    if (!holds(id)) {
        file_->write_at(end_, content);
        objects_.emplace(id, Place{kind, end_, content.size()});
        end_ += content.size();
    }
    return id;
}

base::Bytes AddedObjects::content(const format::GitId& id) {
    const Place& place = objects_.at(id);
    base::Bytes bytes(place.size_bytes);
    if (file_->read_at(place.offset, bytes) != bytes.size()) {
        throw Error{ErrorCode::kStorage, "objects to push have become shorter"};
    }
    return bytes;
}

void AddedObjects::clear() {
    objects_.clear();
    file_->truncate(0);
    end_ = 0;
}

std::optional<AddedObjects::Found> AddedObjects::find(const git_oid& oid) const {
    const format::GitId id = id_of(oid);
    if (const auto held = objects_.find(id); held != objects_.end()) {
        const Place& place = held->second;
        return Found{type_of(place.kind), place.size_bytes, &place};
    }
    if (stand_ins_.contains(id)) {
        return Found{GIT_OBJECT_COMMIT, kStandIn.size(), nullptr};
    }
    return std::nullopt;
}

int AddedObjects::read(void** out, std::size_t* size, git_object_t* type, git_odb_backend* backend,
                       const git_oid& oid) {
    const std::optional<Found> found = find(oid);
    if (!found) {
        return GIT_ENOTFOUND;
    }
    void* const memory =
        git_odb_backend_data_alloc(backend, std::max<std::size_t>(found->size_bytes, 1));
    if (memory == nullptr) {
        return GIT_ERROR;
    }
    const base::MutableByteView bytes{static_cast<std::byte*>(memory), found->size_bytes};
    if (found->place == nullptr) {
        std::ranges::copy(base::bytes_of(kStandIn), bytes.begin());
    } else if (file_->read_at(found->place->offset, bytes) != bytes.size()) {
        git_odb_backend_data_free(backend, memory);
        throw Error{ErrorCode::kStorage, "objects to push have become shorter"};
    }
    *out = memory;
    *size = found->size_bytes;
    *type = found->type;
    return GIT_OK;
}

AddedObjects::StandIns::StandIns(AddedObjects& objects, std::set<format::GitId> commits)
    : objects_(objects) {
    KUA_CHECK(objects_.stand_ins_.empty());
    check_git(git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0),
              "let commits be stood in for");
    objects_.stand_ins_ = std::move(commits);
}

AddedObjects::StandIns::~StandIns() {
    objects_.stand_ins_.clear();
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
}

void AddedObjects::rethrow_failure() {
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

}  // namespace kua::exchange
