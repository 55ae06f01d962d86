// Objects that wait for a push, as a backend of a libgit2 object database. Their contents lie one
// after the other in one file, as they are: deflating happens once, on the way out.
//
// It also stands in for commits that the remote has and this vault need not show again: a walk
// through history wants to read them, though only to find that it may stop. The stand-in of a
// commit has no parents and an empty tree; its content doesn't fit its name, so libgit2's own check
// of names is off exactly as long (the remote makes that check on whatever it is sent).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/exchange/git/handle.h"

namespace kua::exchange {

class AddedObjects {
public:
    // `path` is a new file; errors are the file system's.
    AddedObjects(base::FileSystem& files, const base::fs::path& path);
    AddedObjects(const AddedObjects&) = delete;
    AddedObjects& operator=(const AddedObjects&) = delete;
    ~AddedObjects();

    // Makes the objects part of `odb`, which must not be used any more when this object goes.
    void serve(git_odb& odb);

    format::GitId add(format::GitKind kind, base::ByteView content);
    std::uint64_t bytes() const noexcept { return end_; }
    bool holds(const format::GitId& id) const { return objects_.contains(id); }
    // The content of an object that is held.
    base::Bytes content(const format::GitId& id);
    void clear();

    // While it lives, `commits` can be read as stand-ins, unless they are held themselves.
    class StandIns {
    public:
        StandIns(AddedObjects& objects, std::set<format::GitId> commits);
        StandIns(const StandIns&) = delete;
        StandIns& operator=(const StandIns&) = delete;
        ~StandIns();

    private:
        AddedObjects& objects_;
    };

    // What a callback threw since the last call; libgit2 only says that something failed.
    void rethrow_failure();

private:
    struct Place {
        format::GitKind kind{};
        std::uint64_t offset = 0;
        std::size_t size_bytes = 0;
    };
    struct Backend;

    // The place of a held object, or of nothing in the file for a stand-in.
    struct Found {
        git_object_t type{};
        std::size_t size_bytes = 0;
        const Place* place = nullptr;
    };
    std::optional<Found> find(const git_oid& oid) const;
    int read(void** out, std::size_t* size, git_object_t* type, git_odb_backend* backend,
             const git_oid& oid);

    std::unique_ptr<base::File> file_;
    std::map<format::GitId, Place> objects_;
    std::uint64_t end_ = 0;
    std::set<format::GitId> stand_ins_;
    std::unique_ptr<Backend> backend_;
    std::exception_ptr failure_;
};

}  // namespace kua::exchange
