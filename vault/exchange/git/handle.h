// libgit2's handles as owned types, its error as ours, and its settings for the whole process.
#pragma once

#include <memory>
#include <string>

#include <git2.h>

#include "kua/error.h"
#include "vault/base/cdeleter.h"
#include "vault/format/git_object.h"

namespace kua::exchange {

using GitRepository = std::unique_ptr<git_repository, base::CDeleter<git_repository_free>>;
using GitOdb = std::unique_ptr<git_odb, base::CDeleter<git_odb_free>>;
using GitOdbObject = std::unique_ptr<git_odb_object, base::CDeleter<git_odb_object_free>>;
using GitReference = std::unique_ptr<git_reference, base::CDeleter<git_reference_free>>;
using GitRemote = std::unique_ptr<git_remote, base::CDeleter<git_remote_free>>;
using GitConfig = std::unique_ptr<git_config, base::CDeleter<git_config_free>>;

// Starts libgit2 once and makes it read nothing but what it is given: no configuration of the
// system or the user, no templates, no cache, small windows into packs. kFailed if it is older than
// kua needs or can't be set so.
void start_libgit2();

// GIT_FEATURE_SSH or GIT_FEATURE_HTTPS; kFailed if this libgit2 was built without.
void require_feature(int feature, const std::string& name);

// What libgit2 said last, escaped: a part of it may be the remote's text.
std::string last_git_message();

// For calls that touch nothing but the scratch repository: kStorage if `result` is an error.
void check_git(int result, const std::string& doing);

git_oid oid_of(const format::GitId& id);
format::GitId id_of(const git_oid& oid);
// Nothing for tags and what has no kind of its own.
std::optional<format::GitKind> kind_of(git_object_t type);
git_object_t type_of(format::GitKind kind);

}  // namespace kua::exchange
