// What the running process gives away about itself.
#pragma once

namespace kua::base {

// Makes the process unreadable for others of the same user (no ptrace, no /proc/PID/mem) and keeps
// core files from being written. To be called before any secret is read; children started later
// inherit the second only. Throws kFailed if the system refuses.
void harden_process();

}  // namespace kua::base
