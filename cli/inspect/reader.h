// The library that reads media files: Exiv2 in kua-inspect-pictures (pictures.cpp), MediaInfo in
// kua-inspect-recordings (recordings.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/inspect/claims.h"

namespace kua::inspect {

// Makes the library load and set up what it otherwise would at its first file, when it no longer
// can. Once, before forbid_files().
void get_ready();

// Called in a process that is confined (sandbox.h): of the file at kFileDescriptor, which had
// `size_bytes`. Nothing if the library can't make sense of it.
std::optional<Claims> read_media(std::uint64_t size_bytes);

// "Exiv2 0.27.6", "MediaInfo 23.04"
std::string tool();

}  // namespace kua::inspect
