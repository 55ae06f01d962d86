// Asking media files what they say about themselves: when, with what, where. Whoever does that
// reads untrusted bytes with large libraries, so it belongs into a process that holds no keys and
// can do nothing else; kua's own is kua-inspect (cli/inspect/). This is how an embedding program
// hands one to Vault::add(). What comes back is never trusted:
// vault/evidence/intake/device_claims.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kua/progress.h"

namespace kua {

// By the ending of the file's name. Other kinds of files aren't inspected.
enum class MediaKind : std::uint8_t { kPicture, kRecording };

// Whether there is an answer, and if not, why. An item comes in all the same.
enum class InspectionEnd : std::uint8_t {
    kAnswered,
    kNotUnderstood,  // no such file as its name says, or nothing the libraries know
    kCrashed,        // or was stopped for something it may not do, or answered nonsense
    kTooSlow,
    kNoSandbox,  // this system can't confine a process, so nothing was read
    kNoProgram,  // nobody there to ask
};

struct Inspection {
    InspectionEnd end = InspectionEnd::kNoProgram;
    std::string answer;  // of kAnswered: docs/formats.md, "Answers of kua-inspect"
};

// One inspection that is going on beside its caller. Destroyed unfinished, it is broken off.
class RunningInspection {
public:
    virtual ~RunningInspection() = default;
    // Waits for the end, at most some seconds; shorter when `progress` is cancelled. Once.
    virtual Inspection finish(const Progress& progress) = 0;
};

// Threads: begin() may be called from many, a RunningInspection belongs to the one that began it.
class MediaInspector {
public:
    virtual ~MediaInspector() = default;
    // `descriptor` is a file open for reading that stays open until the inspection has ended; -1 if
    // the file is none of the system's. Never throws for what the file or the inspector does.
    virtual std::unique_ptr<RunningInspection> begin(int descriptor, MediaKind kind) = 0;
};

}  // namespace kua
