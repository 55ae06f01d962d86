#include "vault/store/core_pages.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "vault/base/new_file.h"
#include "vault/store/catalog.h"
#include "vault/store/sqlite/page_mac.h"
#include "vault/store/sqlite/vfs_file.h"

namespace kua::store {
namespace {

constexpr std::size_t kPageBytes = kCatalogCipher.page_size_bytes;
constexpr std::size_t kCopyBytes = kPageNumberBytes + kPageBytes;
constexpr std::size_t kMostCopies = 4096;  // 16 MiB

struct Copy {
    std::uint32_t number = 0;
    base::Bytes page;
};

struct Copies {
    std::vector<Copy> whole;
    bool has_more = false;  // bytes behind that are no copy
};

// As much of a page as the file has; a page that is cut doesn't authenticate.
base::Bytes read_page(base::File& file, std::uint64_t number) {
    base::Bytes page(kPageBytes);
    page.resize(file.read_at((number - 1) * kPageBytes, page));
    return page;
}

base::Bytes read_core(base::FileSystem& files, const fs::path& dir) {
    const fs::path path = dir / kCoreName;
    if (!files.status(path)) {
        return {};
    }
    const auto file = files.open(path, base::OpenMode::kRead);
    base::Bytes all(std::min<std::uint64_t>(file->status().size_bytes, kMostCopies * kCopyBytes));
    all.resize(file->read_at(0, all));
    return all;
}

Copies parse_core(base::ByteView all) {
    Copies copies;
    for (; all.size() >= kCopyBytes; all = all.subspan(kCopyBytes)) {
        copies.whole.push_back({get_page_number(all.first<kPageNumberBytes>()),
                                base::copy_of(all.subspan(kPageNumberBytes, kPageBytes))});
    }
    copies.has_more = !all.empty();
    return copies;
}

std::optional<PageMacs> macs_of(const crypto::CatalogKey& key, base::ByteView first_page) {
    if (first_page.size() == kPageBytes) {
        PageMacs macs{key.expose(), first_page.first<kSaltBytes>()};
        if (macs.is_good(1, first_page)) {
            return macs;
        }
    }
    return std::nullopt;
}

// The MACs follow from a salt in page 1: of catalog.db, or of the copy where only that is good.
std::optional<PageMacs> find_macs(const crypto::CatalogKey& key, base::File& catalog,
                                  const Copies& copies) {
    if (auto macs = macs_of(key, read_page(catalog, 1))) {
        return macs;
    }
    const auto first = std::ranges::find(copies.whole, 1U, &Copy::number);
    return first == copies.whole.end() ? std::nullopt : macs_of(key, first->page);
}

// Good copies of pages that don't authenticate; none if a copy is of an older state.
PageOverlay compare(const std::vector<Copy>& good, const PageMacs& macs, base::File& catalog) {
    PageOverlay overlay;
    for (const Copy& copy : good) {
        const base::Bytes page = read_page(catalog, copy.number);
        if (!macs.is_good(copy.number, page)) {
            overlay.emplace(copy.number, copy.page);
        } else if (base::text_of(page) != base::text_of(copy.page)) {
            return {};
        }
    }
    return overlay;
}

}  // namespace

CoreCheck check_core(const base::Environment& environment, const fs::path& dir,
                     const crypto::CatalogKey& key) {
    CoreCheck check;
    const Copies copies = parse_core(read_core(environment.files, dir));
    const bool is_there = !copies.whole.empty() || copies.has_more;
    if (!is_there || !environment.files.status(dir / kCatalogName)) {
        return check;
    }
    const auto damaged = [&check](std::string text) {
        check.findings.push_back({FindingCode::kDamaged, std::string{kCoreName}, std::move(text)});
    };
    if (copies.has_more) {
        damaged("it was cut, or has something behind it");
    }
    const auto catalog = environment.files.open(dir / kCatalogName, base::OpenMode::kRead);
    const std::optional<PageMacs> macs = find_macs(key, *catalog, copies);
    if (!macs) {
        damaged("its copies can't be checked, since no first page authenticates");
        return check;
    }
    std::vector<Copy> good;
    for (const Copy& copy : copies.whole) {
        if (macs->is_good(copy.number, copy.page)) {
            good.push_back(copy);
        } else {
            damaged("a second copy of a page was altered");
        }
    }
    // A page that somebody is just writing doesn't authenticate either: what is damaged still is
    // when nobody writes. The lock goes with the file.
    if (!compare(good, *macs, *catalog).empty() &&
        catalog->try_lock(kSharedFirst, kSharedBytes, base::LockMode::kShared)) {
        check.overlay = compare(good, *macs, *catalog);
    }
    return check;
}

namespace {

void wait_for_readers(base::File& catalog) {
    for (int attempt = 0; !catalog.try_lock(kSharedFirst, kSharedBytes, base::LockMode::kExclusive);
         ++attempt) {
        if (!wait_for_others(attempt, {})) {
            throw Error{ErrorCode::kBusy, "another kua is reading here"};
        }
    }
}

}  // namespace

MendedCore mend_core(const base::Environment& environment, const fs::path& dir,
                     const crypto::CatalogKey& key) {
    PageOverlay overlay = check_core(environment, dir, key).overlay;
    if (overlay.empty()) {
        return {};
    }
    {
        const auto catalog = environment.files.open(dir / kCatalogName, base::OpenMode::kReadWrite);
        if (catalog->status().size_bytes < overlay.rbegin()->first * kPageBytes) {
            return {.pages = 0, .overlay = std::move(overlay)};
        }
        wait_for_readers(*catalog);
        for (const auto& [number, page] : overlay) {
            catalog->write_at((number - 1) * kPageBytes, page);
        }
        catalog->sync();
        if (environment.files.is_removable(dir)) {
            catalog->drop_cache(0, 0);
        }
    }
    const auto catalog = environment.files.open(dir / kCatalogName, base::OpenMode::kRead);
    for (const auto& [number, page] : overlay) {
        if (base::text_of(read_page(*catalog, number)) != base::text_of(page)) {
            throw Error{ErrorCode::kStorage,
                        "what was just written to catalog.db reads differently; the device is "
                        "failing"};
        }
    }
    return {.pages = overlay.size(), .overlay = {}};
}

namespace {

// Numbers of the pages to copy, found by reading them. `catalog` keeps the pages it reads.
std::set<std::uint32_t> core_of(Connection& catalog, std::span<const std::string_view> tables,
                                std::uint64_t pages) {
    std::set<std::uint32_t> numbers{1};
    {
        Rows rows = catalog.query("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0");
        while (rows.next()) {
            numbers.insert(static_cast<std::uint32_t>(rows.integer(0)));
        }
    }
    for (const std::string_view table : tables) {
        Rows rows = catalog.query("SELECT * FROM " + std::string{table});
        while (rows.next()) {
        }
    }
    for (std::uint64_t page = 1; page <= pages; ++page) {
        if (catalog.pages_read().contains(page)) {
            numbers.insert(static_cast<std::uint32_t>(page));
        }
    }
    return numbers;
}

void write_core(base::FileSystem& files, const fs::path& dir, base::ByteView all) {
    {
        const auto file = files.open(dir / kNewCoreName, base::OpenMode::kReadWriteCreate);
        file->truncate(0);
        file->write_at(0, all);
        file->sync();
    }
    files.rename(dir / kNewCoreName, dir / kCoreName);
    base::sync_renamed(files, dir / kCoreName);
    files.sync_directory(dir);
}

}  // namespace

void save_core(const base::Environment& environment, const fs::path& dir,
               const crypto::CatalogKey& key, std::span<const std::string_view> tables) {
    base::Bytes all;
    {
        Connection catalog{environment,
                           dir / kCatalogName,
                           key.expose(),
                           {.cipher = kCatalogCipher, .track_pages = true}};
        const Snapshot snapshot{catalog};  // nobody writes meanwhile
        const auto file = environment.files.open(dir / kCatalogName, base::OpenMode::kRead);
        const std::uint64_t pages = file->status().size_bytes / kPageBytes;
        const std::optional<PageMacs> macs = macs_of(key, read_page(*file, 1));
        for (const std::uint32_t number : core_of(catalog, tables, pages)) {
            const base::Bytes page = read_page(*file, number);
            if (!macs || !macs->is_good(number, page)) {
                throw Error{ErrorCode::kDamaged, "a page of the catalog doesn't authenticate"};
            }
            base::append(all, put_page_number(number));
            base::append(all, page);
        }
    }
    if (all.size() <= kMostCopies * kCopyBytes &&
        base::text_of(all) != base::text_of(read_core(environment.files, dir))) {
        write_core(environment.files, dir, all);
    }
}

void remove_core(base::FileSystem& files, const fs::path& dir) {
    for (const std::string_view name : {kNewCoreName, kCoreName}) {
        if (files.status(dir / name)) {
            files.remove_file(dir / name);
        }
    }
    files.sync_directory(dir);
}

}  // namespace kua::store
