#include "vault/exchange/pack_upkeep.h"

#include <algorithm>

#include "vault/exchange/small_file.h"

namespace kua::exchange {
namespace {

constexpr std::uint64_t kSlackBytes = std::uint64_t{4} << 20;

std::vector<StoredPack*> small_packs(ObjectDirectory& objects, const UpkeepLimits& limits) {
    std::vector<StoredPack*> small;
    for (StoredPack& pack : objects.packs()) {
        if (pack.size_bytes < limits.small_bytes && !pack.is_kept && objects.load_index(pack)) {
            small.push_back(&pack);
        }
    }
    return small;
}

// False if the pack is damaged, holds what kua doesn't know, or more than it is large itself, as
// kua packs nothing: then it must stay.
bool copy_objects(ObjectDirectory& objects, StoredPack& pack, const UpkeepLimits& limits,
                  NewPacks& to) {
    std::uint64_t content_bytes = 0;
    std::vector<format::GitIndexEntry> entries = pack.index->entries;
    std::ranges::sort(entries, {}, &format::GitIndexEntry::offset);
    try {
        for (const format::GitIndexEntry& entry : entries) {
            const format::GitObject object = objects.read_from(
                pack, entry, {.kind = std::nullopt, .max_bytes = limits.small_bytes});
            content_bytes += object.content.size();
            if (content_bytes > pack.size_bytes + kSlackBytes) {
                return false;
            }
            to.add(object.kind, object.content);
        }
        return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return false;
    }
}

// As git does: without its index a pack isn't looked for.
void remove_pack(base::FileSystem& files, const base::fs::path& pack_dir, const std::string& stem) {
    for (const char* ending : {".idx", ".rev", ".bitmap", ".pack"}) {
        const base::fs::path path = pack_dir / (stem + ending);
        if (file_size(files, path)) {
            files.remove_file(path);
        }
    }
}

}  // namespace

void mend_indexes(base::FileSystem& files, ObjectDirectory& objects) {
    for (StoredPack& pack : objects.packs()) {
        if (objects.load_index(pack)) {
            continue;
        }
        objects.scan(pack);
        // An index must name as many objects as its pack has.
        if (pack.index && pack.index->entries.size() == objects.count_in(pack)) {
            write_index(files, objects.pack_dir(), pack.stem, *pack.index);
            pack.is_index_good = true;
        }
    }
}

void merge_small_packs(base::FileSystem& files, ObjectDirectory& objects,
                       const UpkeepLimits& limits) {
    const base::fs::path& pack_dir = objects.pack_dir();
    const std::vector<StoredPack*> small = small_packs(objects, limits);
    if (small.size() <= limits.max_small || files.status(pack_dir / "multi-pack-index")) {
        return;
    }
    std::uint64_t needed = kSlackBytes;
    for (const StoredPack* pack : small) {
        needed += pack->size_bytes;
    }
    if (files.free_bytes(pack_dir / "") < needed) {
        return;
    }
    NewPacks merged{files, pack_dir, limits.packs};
    std::vector<std::string> copied;
    for (StoredPack* pack : small) {
        if (copy_objects(objects, *pack, limits, merged)) {
            copied.push_back(pack->stem);
        }
    }
    if (copied.size() <= 1) {
        return;
    }
    const std::vector<std::string> made = merged.publish();
    objects.refresh();  // closes what is about to go
    for (const std::string& stem : copied) {
        if (std::ranges::find(made, stem) == made.end()) {
            remove_pack(files, pack_dir, stem);
        }
    }
    files.sync_directory(pack_dir);
    objects.refresh();
}

}  // namespace kua::exchange
