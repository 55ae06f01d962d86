#include "vault/exchange/git/handle.h"

#include <algorithm>
#include <array>

#include "vault/base/check.h"
#include "vault/base/utf8.h"

namespace kua::exchange {
namespace {

// A mapped window counts as memory of the process while it is mapped.
constexpr std::size_t kWindowBytes = std::size_t{16} << 20;
constexpr std::size_t kMappedBytes = std::size_t{48} << 20;
// The index of a pack is made in memory, about 100 bytes for each object.
constexpr std::size_t kMaxPackObjects = std::size_t{1} << 20;

void check_setting(int result) {
    if (result < 0) {
        throw Error{ErrorCode::kFailed, "start libgit2: " + last_git_message()};
    }
}

bool start() {
    check_setting(git_libgit2_init());
    int major = 0;
    int minor = 0;
    int revision = 0;
    git_libgit2_version(&major, &minor, &revision);
    if (major < 1 || (major == 1 && minor < 5)) {
        throw Error{ErrorCode::kFailed, "libgit2 is older than 1.5"};
    }
    for (const int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                            GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
        check_setting(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, ""));
    }
    check_setting(git_libgit2_opts(GIT_OPT_SET_TEMPLATE_PATH, ""));
    // The vault may lie on a file system that shows everybody as the owner.
    check_setting(git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0));
    // A stand-in of a commit (scratch.h) must not be remembered as that commit.
    check_setting(git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0));
    check_setting(git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1));
    check_setting(git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, kWindowBytes));
    check_setting(git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, kMappedBytes));
    check_setting(git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, kMaxPackObjects));
    return true;
}

}  // namespace

void start_libgit2() {
    static const bool started = start();  // again at the next call if it throws
    KUA_CHECK(started);
}

void require_feature(int feature, const std::string& name) {
    if ((git_libgit2_features() & feature) == 0) {
        throw Error{ErrorCode::kFailed, "this libgit2 was built without " + name};
    }
}

std::string last_git_message() {
    const git_error* const error = git_error_last();
    return error == nullptr || error->message == nullptr ? "no reason given"
                                                         : base::escape_for_display(error->message);
}

void check_git(int result, const std::string& doing) {
    if (result < 0) {
        throw Error{ErrorCode::kStorage, doing + ": " + last_git_message()};
    }
}

git_oid oid_of(const format::GitId& id) {
    git_oid oid{};
    std::transform(id.bytes.begin(), id.bytes.end(), std::begin(oid.id),
                   [](std::byte byte) { return std::to_integer<unsigned char>(byte); });
    return oid;
}

format::GitId id_of(const git_oid& oid) {
    format::GitId id;
    std::transform(std::begin(oid.id), std::end(oid.id), id.bytes.begin(),
                   [](unsigned char byte) { return std::byte{byte}; });
    return id;
}

std::optional<format::GitKind> kind_of(git_object_t type) {
    switch (type) {
        case GIT_OBJECT_COMMIT:
            return format::GitKind::kCommit;
        case GIT_OBJECT_TREE:
            return format::GitKind::kTree;
        case GIT_OBJECT_BLOB:
            return format::GitKind::kBlob;
        default:
            return std::nullopt;
    }
}

git_object_t type_of(format::GitKind kind) {
    switch (kind) {
        case format::GitKind::kCommit:
            return GIT_OBJECT_COMMIT;
        case format::GitKind::kTree:
            return GIT_OBJECT_TREE;
        case format::GitKind::kBlob:
            return GIT_OBJECT_BLOB;
    }
    KUA_CHECK(false);
}

}  // namespace kua::exchange
