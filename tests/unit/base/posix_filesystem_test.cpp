// What only the real file system has: permissions, limits, special files, ways to rename.
#include <array>
#include <csignal>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "tests/support/temp_dir.h"
#include "vault/base/filesystem.h"
#include "vault/base/path_words.h"
#include "vault/base/posix_directory.h"
#include "vault/base/posix_error.h"

namespace kua::base {
namespace {

using testing::code_of;
using testing::message_of;
using testing::TempDir;

mode_t permissions_of(const fs::path& path) {
    struct stat attributes {};
    REQUIRE(::lstat(path.c_str(), &attributes) == 0);
    return attributes.st_mode & 07777;
}

std::string content_of(const fs::path& path) {
    const auto file = posix_filesystem().open(path, OpenMode::kRead);
    std::string content(file->status().size_bytes, '?');
    CHECK(file->read_at(0, std::as_writable_bytes(std::span{content})) == content.size());
    return content;
}

void put(const fs::path& path, std::string_view content) {
    posix_filesystem().open(path, OpenMode::kReadWriteCreate)->write_at(0, bytes_of(content));
}

TEST_CASE("what kua makes is private to the user", "[base][posix]") {
    const TempDir dir;
    FileSystem& files = posix_filesystem();
    const mode_t old_mask = ::umask(0);
    files.open(dir / "a", OpenMode::kCreateNew);
    files.open(dir / "b", OpenMode::kReadWriteCreate);
    files.open_directory(dir.path())->create_new("c");
    files.create_directory(dir / "d");
    ::umask(old_mask);
    CHECK(permissions_of(dir / "a") == 0600);
    CHECK(permissions_of(dir / "b") == 0600);
    CHECK(permissions_of(dir / "c") == 0600);
    CHECK(permissions_of(dir / "d") == 0700);
}

TEST_CASE("open files are not handed to other programs", "[base][posix]") {
    const TempDir dir;
    const auto file = posix_filesystem().open(dir / "a", OpenMode::kCreateNew);
    const auto directory = posix_filesystem().open_directory(dir.path());
    int seen = 0;
    for (int number = 3; number < 256; ++number) {
        const std::string link = "/proc/self/fd/" + std::to_string(number);
        std::string target(4096, '\0');
        const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
        if (size > 0 && target.starts_with(dir.path().native())) {
            ++seen;
            CHECK((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
        }
    }
    CHECK(seen == 2);
}

TEST_CASE("sockets and devices are not opened", "[base][posix]") {
    const TempDir dir;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (dir / "socket").native();
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    const Descriptor socket{::socket(AF_UNIX, SOCK_STREAM, 0)};
    REQUIRE(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
    for (const fs::path& special :
         {fs::path(path), fs::path("/dev/null"), fs::path("/dev/full"), fs::path("/dev/tty")}) {
        INFO(special);
        CHECK(code_of([&] { return posix_filesystem().open(special, OpenMode::kRead); }) ==
              ErrorCode::kNoFile);
        CHECK(code_of([&] { return posix_filesystem().open(special, OpenMode::kReadWrite); }) ==
              ErrorCode::kNoFile);
    }
}

TEST_CASE("reading an original leaves its times alone", "[base][posix]") {
    const TempDir dir;
    put(dir / "photo", "frames");
    const timespec past{.tv_sec = 1'000'000'000, .tv_nsec = 5};
    const std::array times{past, past};
    REQUIRE(::utimensat(AT_FDCWD, (dir / "photo").c_str(), times.data(), 0) == 0);
    CHECK(content_of(dir / "photo") == "frames");
    struct stat attributes {};
    REQUIRE(::lstat((dir / "photo").c_str(), &attributes) == 0);
    CHECK(attributes.st_atim.tv_sec == past.tv_sec);
    CHECK(attributes.st_mtim.tv_sec == past.tv_sec);
    CHECK(posix_filesystem().status(dir / "photo")->modified_ns == 1'000'000'000'000'000'005);
}

TEST_CASE("a write that is cut short and then fails says why", "[base][posix]") {
    const TempDir dir;
    const auto file = posix_filesystem().open(dir / "a", OpenMode::kCreateNew);
    rlimit old_limit{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 10000, .rlim_max = old_limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    const Bytes bytes(20000, std::byte{7});
    const std::string message = message_of([&] { file->write_at(0, bytes); });
    const auto code = code_of([&] { file->write_at(10000, bytes); });
    ::setrlimit(RLIMIT_FSIZE, &old_limit);
    ::signal(SIGXFSZ, old_handler);
    CHECK(message ==
          naming("write file", dir / "a") + ": the file is too large for this file system");
    CHECK(code == ErrorCode::kStorage);
    CHECK(file->status().size_bytes == 10000);
    CHECK_FALSE(code_of([&] { file->write_at(0, bytes); }));
}

TEST_CASE("large sparse files are read to their end", "[base][posix]") {
    const TempDir dir;
    const auto file = posix_filesystem().open(dir / "a", OpenMode::kCreateNew);
    constexpr std::uint64_t kFiveGiB = std::uint64_t{5} << 30;
    file->truncate(kFiveGiB);
    file->write_at(kFiveGiB - 1, bytes_of("x"));
    CHECK(file->status().size_bytes == kFiveGiB);
    Bytes out(4);
    CHECK(file->read_at(kFiveGiB - 2, out) == 2);
    CHECK(out[1] == std::byte{'x'});
    CHECK(code_of([&] { file->write_at(~std::uint64_t{0}, bytes_of("x")); }) == ErrorCode::kBug);
    CHECK(code_of([&] { return file->read_at(std::uint64_t{1} << 63, out); }) == ErrorCode::kBug);
}

TEST_CASE("every way to rename replaces nothing", "[base][posix]") {
    for (const RenameWay way : {RenameWay::kAtomic, RenameWay::kLink, RenameWay::kPlaceholder}) {
        const TempDir dir;
        put(dir / "from", "new");
        put(dir / "taken", "old");
        REQUIRE(::symlink("nowhere", (dir / "dangling").c_str()) == 0);
        const Descriptor directory{::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        const auto renaming = [&](const char* from, const char* to) {
            return code_of([&] {
                const bool is_known =
                    try_rename_no_replace({directory.number(), dir.path()}, from, to, way);
                CHECK(is_known);
            });
        };
        INFO("way " << static_cast<int>(way));
        CHECK(renaming("from", "taken") == ErrorCode::kExists);
        CHECK(renaming("from", "dangling") == ErrorCode::kExists);
        CHECK(renaming("none", "to") == ErrorCode::kNoFile);
        CHECK_FALSE(posix_filesystem().status(dir / "to"));
        CHECK_FALSE(posix_filesystem().status(dir / "nowhere"));
        CHECK(content_of(dir / "taken") == "old");
        CHECK(content_of(dir / "from") == "new");
        CHECK_FALSE(renaming("from", "to"));
        CHECK(content_of(dir / "to") == "new");
        CHECK_FALSE(posix_filesystem().status(dir / "from"));
        CHECK(posix_filesystem().list(dir.path()).size() == 3);
    }
}

TEST_CASE("the system's error numbers become codes and plain words", "[base][posix]") {
    CHECK(code_of_errno(ENOSPC) == ErrorCode::kStorage);
    CHECK(code_of_errno(EDQUOT) == ErrorCode::kStorage);
    CHECK(code_of_errno(EROFS) == ErrorCode::kStorage);
    CHECK(code_of_errno(EIO) == ErrorCode::kStorage);
    CHECK(code_of_errno(ENXIO) == ErrorCode::kStorage);
    CHECK(code_of_errno(12345) == ErrorCode::kStorage);
    CHECK(code_of_errno(EACCES) == ErrorCode::kNoFile);
    CHECK(code_of_errno(EEXIST) == ErrorCode::kExists);
    CHECK(code_of_errno(EMFILE) == ErrorCode::kFailed);
    CHECK(message_of([] { throw_errno(ENOSPC, "write file"); }) ==
          "write file: no room on the device");
    try {
        throw_errno(EROFS, "open file");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::kStorage);
        CHECK(error.during("open vault").is_read_only());
    }
    for (int error = 1; error < 140; ++error) {
        CHECK_FALSE(words_of_errno(error).empty());
    }
}

TEST_CASE("interrupted calls are repeated and failed ones are not", "[base][posix]") {
    int calls = 0;
    const auto interrupted_twice = [&] {
        errno = EINTR;
        return ++calls < 3 ? -1 : 7;
    };
    CHECK(retry_interrupted(interrupted_twice) == 7);
    CHECK(calls == 3);
    const auto failing = [&] {
        errno = EIO;
        ++calls;
        return -1;
    };
    CHECK(retry_interrupted(failing) == -1);
    CHECK(calls == 4);
}

}  // namespace
}  // namespace kua::base
