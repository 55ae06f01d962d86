// What a disk may hold after a power cut: from the files as they were, the changes recorded since,
// and the moment of the cut, builds each file system that a device keeping its promises could show
// afterwards, and some that a lying one could.
//
// The model, on purpose harsher than a journaling file system:
// - What File::sync, or sync_contents, returned from is kept for that file, or for all files.
// - A change of content that was not synced may be kept, lost or torn, each for itself and in any
//   order; what lies between kept parts reads as before, or as zeros beyond the old end.
// - A name made, moved or removed and not followed by a sync of its directory may be kept or lost,
//   each for itself. A rename within a directory is one change; between two directories it is a
//   name made and a name removed, each waiting for the sync of its own directory.
// - Files nobody has named are gone; files that a lost removal would have freed are back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/memory_filesystem.h"
#include "tests/support/trace.h"

namespace kua::testing {

// Which of the changes that are not durable a power cut leaves.
struct CrashChoice {
    enum class Keep : std::uint8_t {
        kNone,
        kAll,
        kRandom,  // each with even odds
        kNewest,  // some of the newest; all older ones are lost
        kTorn,    // all, but of each write only some sectors of `sector_bytes`, with even odds
        kCut,     // all, but of each write only the front, up to a random byte
    };
    Keep keep = Keep::kNone;
    std::uint64_t seed = 0;
    std::size_t sector_bytes = 512;
    std::uint64_t ignored_syncs = 0;  // the device lied about the last so many syncs

    std::string text() const;  // for messages: enough to make it again
};

// The sixteen of each moment: none, all, ten random ones, newest, torn at 512 and 4096 bytes, cut.
std::vector<CrashChoice> crash_choices(std::uint64_t seed);

// One thread. Fast if asked for moments in rising order.
class CrashReplay {
public:
    CrashReplay(MemoryTree before, Trace trace);
    ~CrashReplay();

    std::size_t steps() const;
    const Trace& trace() const;

    // The notes made before the cut: what had been promised by then.
    std::vector<std::string> notes_before(std::size_t step) const;

    // After a cut when `step` steps had been taken, 0 to steps().
    std::unique_ptr<MemoryFileSystem> files_after(std::size_t step, const CrashChoice& choice);
    // The same without a cut: all that was done, durable or not.
    std::unique_ptr<MemoryFileSystem> files_at(std::size_t step);

private:
    class Model;
    Model& model_at(std::size_t step, std::uint64_t ignored_syncs);

    MemoryTree before_;
    Trace trace_;
    std::unique_ptr<Model> model_;
};

}  // namespace kua::testing
