// What the running process gives away about itself.
#pragma once

namespace kua::base {

// Puts something in the place of standard input, output and error that are closed. The next file
// that is opened, the catalog, would else be where messages are written to. Reading or writing
// there fails as before. Throws kFailed if it can't.
void hold_standard_streams();

// Makes the process unreadable for others of the same user (no ptrace, no /proc/PID/mem) and keeps
// core files from being written. To be called before any secret is read; children started later
// inherit the second only. Throws kFailed if the system refuses.
void harden_process();

}  // namespace kua::base
