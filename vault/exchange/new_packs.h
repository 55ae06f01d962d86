// Packs on their way into a repository on a stick: written under temporary names, made durable and
// read back, then named one after the other, the index after its pack.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/exchange/small_file.h"
#include "vault/format/git_pack_writer.h"

namespace kua::exchange {

struct PackLimits {
    std::uint64_t max_bytes = std::uint64_t{1} << 30;  // FAT takes less than 4 GiB
    std::size_t max_objects = std::size_t{1} << 16;
};

// One thread; one at a time in a directory. After an error its packs are good for nothing.
class NewPacks {
public:
    NewPacks(base::FileSystem& files, base::fs::path pack_dir, PackLimits limits);
    ~NewPacks();  // removes what wasn't published

    // kStorage, with how much is missing, if the device has no room for it.
    format::GitId add(format::GitKind kind, base::ByteView content);
    // Of content, since the beginning or the last publish().
    std::uint64_t added_bytes() const noexcept { return added_bytes_; }
    // Gives all packs their final names, durably; returns them without their endings. What has such
    // a name already stays if it is the same.
    std::vector<std::string> publish();

private:
    struct Pack;
    void begin();
    void finish();
    void require_room(std::uint64_t bytes);
    std::string place(Pack& pack);

    base::FileSystem& files_;
    base::fs::path dir_;
    PackLimits limits_;
    std::uint64_t added_bytes_ = 0;
    std::uint64_t number_ = 0;  // of the last temporary name
    std::vector<std::unique_ptr<Pack>> packs_;
};

// Writes an index beside its pack, which has its final name already.
void write_index(base::FileSystem& files, const base::fs::path& pack_dir, const std::string& stem,
                 const format::GitIndex& index);

}  // namespace kua::exchange
