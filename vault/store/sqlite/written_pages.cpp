#include "vault/store/sqlite/written_pages.h"

#include <algorithm>
#include <memory>

#include "kua/error.h"
#include "vault/base/io_bytes.h"

namespace kua::store {

void WrittenPages::note(std::uint64_t offset, base::ByteView page) {
    pages_.insert_or_assign(offset, Page{page.size(), crypto::checksum_of(page)});
}

void WrittenPages::note_truncation(std::uint64_t size_bytes) {
    pages_.erase(pages_.lower_bound(size_bytes), pages_.end());
}

// Whole runs, so that no page of the system's is kept for what lies in it beside ours; and not all
// of the file, which whoever works with it would then have to read from the device.
void WrittenPages::drop_from_cache(base::File& file) const {
    constexpr std::uint64_t kRunBytes = std::uint64_t{2} << 20;  // the largest page of a system
    std::uint64_t dropped = 0;                                   // up to here
    for (const auto& [offset, page] : pages_) {
        if (offset + page.size_bytes > dropped) {
            const std::uint64_t begin = std::max(dropped, offset / kRunBytes * kRunBytes);
            const std::uint64_t end =
                (offset + page.size_bytes + kRunBytes - 1) / kRunBytes * kRunBytes;
            file.drop_cache(begin, end - begin);
            dropped = end;
        }
    }
}

void WrittenPages::read_back(base::FileSystem& files, const base::fs::path& path) {
    if (pages_.empty()) {
        return;
    }
    const std::unique_ptr<base::File> file = files.open(path, base::OpenMode::kRead);
    if (files.is_removable(path)) {
        drop_from_cache(*file);
    }
    base::IoBytes buffer;
    for (const auto& [offset, page] : pages_) {
        const base::MutableByteView read = base::first_of(buffer, page.size_bytes);
        if (file->read_at(offset, read) != page.size_bytes ||
            crypto::checksum_of(read) != page.checksum) {
            throw Error{ErrorCode::kStorage,
                        "what was just written reads differently; the device is failing"};
        }
    }
    pages_.clear();
}

}  // namespace kua::store
