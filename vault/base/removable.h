// Which media can be unplugged, by the tree of devices that Linux shows: what hangs on USB lies
// below a bus of it, a disk says whether it is "removable", and a card of what "type" it is.
#pragma once

#include <filesystem>

namespace kua::base {

// Numbers of a block device, as the status of a file has them.
struct BlockDevice {
    unsigned major_number = 0;
    unsigned minor_number = 0;
};

// Whether it is a stick, a card or a disk on USB, or lies on one, as an encrypted part of a stick
// does. `sys` is where the system tells of its devices. False if it tells nothing of this one: it
// is none, or one in memory or of a network.
bool is_removable_device(const std::filesystem::path& sys, const BlockDevice& device);

}  // namespace kua::base
