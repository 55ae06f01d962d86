// What a program that holds keys does once at its start. Implemented in vault/process.cpp.
#pragma once

namespace kua {

// No file of a vault where standard input, output or error is closed and would be mistaken for it,
// no core files, not dumpable, memory not readable by other processes of the same user (Linux), and
// libraries of the asserted minimum versions. Throws kFailed if the system refuses.
void prepare_process();

}  // namespace kua
