// Wraps a file system so that tests can count its calls, make any of them fail, stop the world
// before one, and write down every change for a crash replay. Safe from any thread; all files must
// be closed before it goes, and the wrapped file system outlives it.
//
//     for (std::uint64_t n = 1;; ++n) {
//         FaultFileSystem faulty(disk);
//         faulty.fail({.at = n, .error = ENOSPC});
//         ... what must not half-happen ...
//         if (faulty.failures() == 0) break;  // there were fewer than n calls
//     }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/trace.h"
#include "vault/base/filesystem.h"

namespace kua::testing {

// Every call of FileSystem, File and Directory that can fail. Hints and closing can't.
enum class CallKind : std::uint8_t {
    // These read.
    kOpen,
    kOpenDirectory,
    kStatus,
    kList,
    kFreeBytes,
    kRead,
    kFileStatus,
    kLock,
    // These change something.
    kCreate,  // open() that may make a file, create_new()
    kWrite,
    kTruncate,
    kSync,
    kSyncDirectory,
    kSyncContents,
    kCreateDirectory,
    kRename,
    kRemove,
};

struct Call {
    CallKind kind = CallKind::kOpen;
    std::uint64_t number = 0;  // from 1, among all calls
    fs::path path{};           // the one given; of a File, the one it was opened by
    fs::path to{};             // of kRename

    bool changes() const { return kind >= CallKind::kCreate; }
};

// Whether a device in this trouble would fail such a call: a full one fails what needs room, a
// read-only one what changes anything, any other error everything.
bool can_fail(CallKind kind, int error);

struct Fault {
    enum class Effect : std::uint8_t {
        kNothing,  // the call does nothing
        kHalf,     // a write puts its first half down; others do nothing
        kWhole,    // the call is done and reported as failed all the same
    };
    std::uint64_t at = 1;   // the first call that fails: the at-th of those that can_fail(error)
    int error = 0;          // of the system: ENOSPC, EDQUOT, EIO, EROFS, EACCES, ...
    bool for_ever = false;  // all later ones of those too; otherwise this call only
    Effect effect = Effect::kNothing;
};

struct FaultState;

class FaultFileSystem final : public base::FileSystem {
public:
    explicit FaultFileSystem(base::FileSystem& files);
    ~FaultFileSystem() override;

    // Counting for `fault` starts now.
    void fail(const Fault& fault);
    void heal();
    std::uint64_t failures() const;

    std::uint64_t calls() const;
    std::uint64_t changing_calls() const;

    // Called before each call, in its thread: may throw, or end the process for a kill test.
    void before_each_call(std::function<void(const Call&)> hook);

    // Below `dir` lies a stick that keeps nothing of what is written from now on: that is seen once
    // the system no longer remembers it. By default it is known to be one, and another device.
    struct Fake {
        bool is_removable = true;
        bool is_other_device = true;
        std::uint64_t kept_bytes = 0;  // at the beginning of each file
    };
    void plug_in_fake(const fs::path& dir, const Fake& fake = {true, true, 0});

    // From now on every change that took place is kept, in order. Identities of files are those of
    // the wrapped file system, which must not use them twice: a MemoryFileSystem.
    void start_recording();
    // Puts a note between the changes: what the program has promised at this moment.
    void note(const std::string& text);
    Trace recorded() const;

    std::unique_ptr<base::File> open(const fs::path& path, base::OpenMode mode) override;
    std::unique_ptr<base::Directory> open_directory(const fs::path& path) override;
    std::optional<base::FileStatus> status(const fs::path& path) override;
    std::vector<base::DirectoryEntry> list(const fs::path& path) override;
    void create_directory(const fs::path& path) override;
    void rename(const fs::path& from, const fs::path& to) override;
    void remove_file(const fs::path& path) override;
    void remove_directory(const fs::path& path) override;
    void sync_directory(const fs::path& path) override;
    std::uint64_t free_bytes(const fs::path& path) override;
    bool is_removable(const fs::path& path) override;

private:
    std::shared_ptr<FaultState> state_;
};

}  // namespace kua::testing
