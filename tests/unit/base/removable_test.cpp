#include "vault/base/removable.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temp_dir.h"
#include "vault/base/filesystem.h"

namespace kua::base {
namespace {

// A tree of devices as Linux shows it.
class Devices {
public:
    // A folder for the device, and its number's link to it.
    fs::path add(const std::string& number, const fs::path& at) {
        const fs::path device = sys / "devices" / at;
        fs::create_directories(device);
        fs::create_directories(sys / "dev/block");
        fs::create_symlink(device, sys / "dev/block" / number);
        return device;
    }
    static void lay_over(const fs::path& device, const fs::path& below) {
        fs::create_directories(device / "slaves");
        fs::create_symlink(below, device / "slaves" / below.filename());
    }
    static void say(const fs::path& file, const std::string& word) {
        fs::create_directories(file.parent_path());
        std::ofstream{file} << word << '\n';
    }
    bool is_removable(unsigned number) const {
        return is_removable_device(sys, {.major_number = 8, .minor_number = number});
    }

    testing::TempDir dir;
    fs::path sys = dir / "sys";
};

TEST_CASE("sticks, cards and disks on USB can be unplugged", "[base][T20]") {
    Devices devices;
    const fs::path stick = devices.add("8:1", "pci/0/scsi/block/sda");
    Devices::say(stick / "removable", "1");
    devices.add("8:2", "pci/0/scsi/block/sda/sda1");
    const fs::path disk = devices.add("8:3", "pci/0/usb4/4-1/4-1:1.0/host7/block/sdb");
    Devices::say(disk / "removable", "0");
    devices.add("8:4", "pci/0/usb4/4-1/4-1:1.0/host7/block/sdb/sdb1");
    const fs::path card = devices.add("8:5", "pci/1/mmc_host/mmc0/mmc0:0001/block/mmcblk0");
    Devices::say(card / "removable", "0");
    Devices::say(card / "device/type", "SD");
    devices.add("8:6", "pci/1/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0p1");
    for (const unsigned number : {1U, 2U, 3U, 4U, 5U, 6U}) {
        CAPTURE(number);
        CHECK(devices.is_removable(number));
    }
}

TEST_CASE("what is built in can't be unplugged, nor what the system tells nothing of",
          "[base][T20]") {
    Devices devices;
    CHECK_FALSE(devices.is_removable(1));
    const fs::path disk = devices.add("8:1", "pci/0/nvme/nvme0/nvme0n1");
    Devices::say(disk / "removable", "0");
    devices.add("8:2", "pci/0/nvme/nvme0/nvme0n1/nvme0n1p1");
    const fs::path soldered = devices.add("8:3", "pci/1/mmc_host/mmc1/mmc1:0001/block/mmcblk1");
    Devices::say(soldered / "device/type", "MMC");
    devices.add("8:4", "platform/usb-like/usbless/block/sdz");
    for (const unsigned number : {1U, 2U, 3U, 4U, 5U}) {
        CAPTURE(number);
        CHECK_FALSE(devices.is_removable(number));
    }
}

TEST_CASE("what is laid over a stick can be unplugged with it", "[base][T20]") {
    Devices devices;
    const fs::path stick = devices.add("8:1", "pci/0/usb1/1-1/host7/block/sdb");
    const fs::path disk = devices.add("8:2", "pci/0/nvme/nvme0/nvme0n1");
    const fs::path opened = devices.add("8:3", "virtual/block/dm-0");
    const fs::path volume = devices.add("8:4", "virtual/block/dm-1");
    const fs::path fixed = devices.add("8:5", "virtual/block/dm-2");
    const fs::path circle = devices.add("8:6", "virtual/block/dm-3");
    Devices::lay_over(opened, stick);
    Devices::lay_over(volume, disk);
    Devices::lay_over(volume, opened);
    Devices::lay_over(fixed, disk);
    Devices::lay_over(circle, circle);
    for (int i = 0; i < 20; ++i) {  // whatever order they are told in
        Devices::lay_over(volume, devices.dir / ("gone" + std::to_string(i)));
    }
    devices.add("8:7", "virtual/block/dm-1/dm-1p1");
    CHECK(devices.is_removable(3));
    CHECK(devices.is_removable(4));
    CHECK(devices.is_removable(7));
    CHECK_FALSE(devices.is_removable(5));
    CHECK_FALSE(devices.is_removable(6));
}

// What it is depends on the machine; memory is no device at all.
TEST_CASE("any path can be asked about", "[base]") {
    CHECK_FALSE(posix_filesystem().is_removable("/proc"));
    CHECK_FALSE(posix_filesystem().is_removable("nowhere/at/all"));
}

}  // namespace
}  // namespace kua::base
