// The part of kua-inspect that reads no media: it waits for requests and has each answered by a
// new, confined process, so that no file can meddle with what is said about another one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/inspect/sandbox.h"

namespace kua::inspect {

// The answer about the file of `size_bytes` at kFileDescriptor, or nothing if it isn't understood.
// Called in the confined process.
using Inspect = std::function<std::optional<std::string>(std::uint64_t size_bytes)>;

// Serves requests from `socket` (SOCK_SEQPACKET), one after the other, until there is nobody at the
// other end. A request is one byte, 'i', with two descriptors: the file and where the answer goes.
// When the process that read it is gone, two bytes say how: 'e' and its exit status, or 's'
// and the signal that killed it.
void serve(int socket, const SystemCallFilter& filter, const Inspect& inspect);

}  // namespace kua::inspect
