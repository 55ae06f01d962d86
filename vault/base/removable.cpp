#include "vault/base/removable.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

namespace kua::base {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLayers = 8;  // of devices that lie on devices

// The first word of a small file; empty if it can't be read.
std::string word_in(const fs::path& path) {
    std::ifstream file{path};
    std::string word;
    file >> word;
    return word;
}

bool is_usb_bus(const fs::path& part) {
    const std::string& name = part.native();
    return name.starts_with("usb") && name.size() > 3 &&
           std::all_of(name.begin() + 3, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool lies_on_removable(const fs::path& device, const fs::path& sys, int layers);

bool is_removable_at(const fs::path& device, const fs::path& sys, int layers) {
    const fs::path below = device.lexically_relative(sys);
    if (std::any_of(below.begin(), below.end(), is_usb_bus)) {
        return true;
    }
    // A part of a disk lies in the disk's folder.
    for (const fs::path& disk : {device, device.parent_path()}) {
        if (word_in(disk / "removable") == "1" || word_in(disk / "device" / "type") == "SD") {
            return true;
        }
    }
    if (layers == 0) {
        return false;
    }
    return lies_on_removable(device, sys, layers) ||
           lies_on_removable(device.parent_path(), sys, layers);
}

// Whether any of those that it is laid over is removable.
bool lies_on_removable(const fs::path& device, const fs::path& sys, int layers) {
    std::error_code ended;
    for (fs::directory_iterator under{device / "slaves", ended}, end; !ended && under != end;
         under.increment(ended)) {
        std::error_code gone;
        const fs::path real = fs::canonical(under->path(), gone);
        if (!gone && is_removable_at(real, sys, layers - 1)) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_removable_device(const fs::path& sys, const BlockDevice& device) {
    std::error_code failed;
    const fs::path root = fs::canonical(sys, failed);
    if (failed) {
        return false;
    }
    const fs::path real = fs::canonical(
        root / "dev" / "block" /
            (std::to_string(device.major_number) + ":" + std::to_string(device.minor_number)),
        failed);
    return !failed && is_removable_at(real, root, kMostLayers);
}

}  // namespace kua::base
