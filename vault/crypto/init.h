// The two cryptographic libraries: started once, their versions asserted in the running process,
// because a distribution may swap a shared library under a program that was built with another.
#pragma once

#include <vector>

#include "kua/version.h"

namespace kua::crypto {

// Starts libsodium and checks that libsodium is 1.0.22 or newer and OpenSSL is 3.x. Cheap after the
// first call, safe from any thread; everything in this folder that needs it calls it. Throws
// kFailed, again on every later call, if a library is too old or won't start.
void ensure_ready();

// libsodium and OpenSSL as they run in this process.
std::vector<ComponentVersion> component_versions();

}  // namespace kua::crypto
