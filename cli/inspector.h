// kua-inspect as the MediaInspector of `kua add`: a program of its own that reads media files in
// processes which can do nothing else. It lies beside the running kua and is found in no other way.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <sys/types.h>

#include "cli/terminal_line.h"
#include "kua/inspection.h"

namespace kua::cli {

// One kua-inspect and the socket it listens to. One file at a time.
class InspectProcess {
public:
    // Starts the program with an empty environment, no descriptor but its end of the socket, and no
    // terminal. Nothing if there is none or it can't be started.
    static std::unique_ptr<InspectProcess> start(MediaKind kind);
    InspectProcess(pid_t pid, Descriptor socket) noexcept;
    ~InspectProcess();  // ends it at once
    InspectProcess(const InspectProcess&) = delete;
    InspectProcess& operator=(const InspectProcess&) = delete;

    // Hands over the file and the writing end of a pipe for the answer. False if nobody listens.
    bool send(int file, int answer) noexcept;
    // How the process that read the file ended, once the answer has ended.
    InspectionEnd outcome(int timeout_ms) noexcept;

private:
    pid_t pid_;
    Descriptor socket_;
};

class ProcessInspector final : public MediaInspector {
public:
    // After so many files that took too long, the rest of a run is not inspected: a card full of
    // such files must not keep a person for hours.
    static constexpr unsigned kMaxSlowFiles = 8;

    std::unique_ptr<RunningInspection> begin(int descriptor, MediaKind kind) override;

private:
    class Running;
    struct Pool {
        std::vector<std::unique_ptr<InspectProcess>> idle;
        bool unavailable = false;  // there is no program
    };
    std::unique_ptr<InspectProcess> take(MediaKind kind);
    void put_back(MediaKind kind, std::unique_ptr<InspectProcess> process);
    void count_slow();

    std::mutex mutex_;
    std::map<MediaKind, Pool> pools_;
    unsigned slow_ = 0;
};

}  // namespace kua::cli
