// The walls around a process that reads a media file: no files but the one it was given, no
// network, no other processes, little memory, little time. docs/decisions/0034 has the reasons.
#pragma once

#include <vector>

#include <linux/filter.h>

namespace kua::inspect {

// What the reading process has, and nothing else.
constexpr int kFileDescriptor = 3;    // the media file, to be read
constexpr int kAnswerDescriptor = 4;  // a pipe, to be written

// Exit statuses of that process.
constexpr int kAnswered = 0;
constexpr int kNotUnderstood = 1;  // whole, but nothing the libraries can read
constexpr int kNoSandbox = 3;      // nothing was read

// For the whole program, first of all: nothing in the environment, the root as working directory,
// limits on memory and files, no way to gain rights. False if any of that can't be had.
bool give_up_surroundings();

// No file can be opened by path any more (Landlock). After the libraries have loaded all they need.
// False if this kernel can't do it; then the filter alone forbids it.
bool forbid_files();

// What a reading process may ask of the kernel (seccomp); anything else kills it. Compiled once,
// since that takes longer than to enter it.
class SystemCallFilter {
public:
    SystemCallFilter();
    // From here on the calling process is held by it, for good. False if it could not be made or
    // the kernel refuses it.
    bool enter() const;

private:
    std::vector<sock_filter> program_;
};

// In the process that is going to read one file: takes over the two descriptors, closes all others,
// sets the limits of one file, dies with its parent, and enters the filter. False if any of that
// can't be had; then nothing may be read.
bool confine_reader(int file, int answer, const SystemCallFilter& filter);

}  // namespace kua::inspect
