// A bare repository that exists only while kua talks to a host: libgit2 needs one. It lies inside
// the vault, holds sealed bytes only, and goes when the object does. No template, hook or
// configuration from elsewhere gets into it.
#pragma once

#include <optional>
#include <string>

#include "vault/base/filesystem.h"
#include "vault/exchange/git/added_objects.h"
#include "vault/exchange/git/handle.h"

namespace kua::exchange {

class Scratch {
public:
    // Makes a directory of its own inside `dir`, which is made too if it isn't there. kStorage.
    Scratch(base::FileSystem& files, const base::fs::path& dir);
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch();

    git_repository& repository() noexcept { return *repository_; }
    AddedObjects& added() noexcept { return *added_; }
    const AddedObjects& added() const noexcept { return *added_; }

    bool holds(const format::GitId& id);
    // As Repository::read().
    std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                    std::size_t max_bytes);

    // A ref that libgit2 can push from.
    void set_ref(const std::string& name, const format::GitId& id);
    // No ref may stay: libgit2 would walk from it when it fetches.
    void remove_ref(const std::string& name) noexcept;

private:
    // A new directory, removed with all that is in it.
    class Folder {
    public:
        Folder(base::FileSystem& files, const base::fs::path& dir);
        Folder(const Folder&) = delete;
        Folder& operator=(const Folder&) = delete;
        ~Folder();  // what can't be removed is left for sweep_scratch()
        const base::fs::path& path() const noexcept { return path_; }

    private:
        base::FileSystem& files_;
        base::fs::path path_;
    };

    Folder folder_;
    std::unique_ptr<AddedObjects> added_;  // outlives the repository that reads from it
    GitRepository repository_;
    GitOdb odb_;
};

}  // namespace kua::exchange
