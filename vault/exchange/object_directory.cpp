#include "vault/exchange/object_directory.h"

#include <algorithm>
#include <array>
#include <map>

#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/exchange/small_file.h"
#include "vault/format/git_pack_scan.h"
#include "vault/format/git_zlib.h"

namespace kua::exchange {
namespace {

using format::GitId;
using format::GitKind;

constexpr std::size_t kMaxPacks = 10'000;
constexpr std::size_t kMaxObjects = std::size_t{1} << 22;  // 128 MiB of indexes in memory
constexpr std::string_view kStemStart = "pack-";
constexpr std::size_t kStemSize = kStemStart.size() + 40;

// What a file in objects/pack is of: "pack-<40 digits>" and its ending; else nothing.
std::optional<std::pair<std::string, std::string>> split_name(const std::string& name) {
    if (!name.starts_with(kStemStart) || name.size() <= kStemSize || name[kStemSize] != '.' ||
        !GitId::parse(std::string_view{name}.substr(kStemStart.size(), 40))) {
        return std::nullopt;
    }
    return std::pair{name.substr(0, kStemSize), name.substr(kStemSize)};
}

[[noreturn]] void refuse_directory(const std::string& what, const char* why) {
    throw Error{ErrorCode::kDamaged, what + ' ' + why};
}

// Does `work`; what of its failures is damage goes to `failure`.
template <class Work>
bool noting_damage(std::optional<Error>& failure, Work work) {
    try {
        work();
        return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        failure.emplace(error);
        return false;
    }
}

}  // namespace

ObjectDirectory::ObjectDirectory(base::FileSystem& files, base::fs::path dir)
    : files_(files), dir_(std::move(dir)), pack_dir_(dir_ / "pack") {}

void ObjectDirectory::refresh() {
    open_.reset();
    std::map<std::string, StoredPack> found;
    std::map<std::string, bool> has_pack;
    for (const base::DirectoryEntry& entry : files_.list(pack_dir_)) {
        const auto parts = split_name(entry.name);
        if (!parts || entry.kind != base::FileKind::kRegular) {
            continue;
        }
        const auto& [stem, ending] = *parts;
        StoredPack& pack = found[stem];
        pack.stem = stem;
        if (ending == ".pack") {
            has_pack[stem] = true;
            pack.size_bytes = file_size(files_, pack_dir_ / entry.name).value_or(0);
        } else if (ending == ".idx") {
            pack.has_index_file = true;
        } else if (ending != ".rev" && ending != ".bitmap") {  // those follow from the pack
            pack.is_kept = true;
        }
    }
    std::vector<StoredPack> before = std::move(packs_);
    packs_.clear();
    for (auto& [stem, pack] : found) {
        if (!has_pack[stem]) {
            continue;
        }
        const auto known = std::ranges::find(before, stem, &StoredPack::stem);
        if (known != before.end() && known->size_bytes == pack.size_bytes && known->index) {
            pack.index = std::move(known->index);
            pack.is_index_good = known->is_index_good;
        }
        packs_.push_back(std::move(pack));
    }
    if (packs_.size() > kMaxPacks) {
        refuse_directory("the repository", "has more packs than kua takes");
    }
}

format::GitPackReader& ObjectDirectory::open(const StoredPack& pack) {
    if (!open_ || open_stem_ != pack.stem) {
        open_.reset();
        open_.emplace(files_.open(pack_dir_ / (pack.stem + ".pack"), base::OpenMode::kRead));
        open_stem_ = pack.stem;
    }
    return *open_;
}

void ObjectDirectory::keep_index(StoredPack& pack, format::GitIndex index) {
    std::size_t count = index.entries.size();
    for (const StoredPack& other : packs_) {
        count += other.index ? other.index->entries.size() : 0;
    }
    if (count > kMaxObjects) {
        refuse_directory("the repository", "has more objects than kua takes");
    }
    pack.index = std::move(index);
}

bool ObjectDirectory::load_index(StoredPack& pack) {
    if (pack.index || pack.failure || !pack.has_index_file) {
        return pack.is_index_good;
    }
    std::optional<Error> ignored;  // an index is made anew if it is no good
    pack.is_index_good = noting_damage(ignored, [&] {
        const auto bytes =
            read_small_file(files_, pack_dir_ / (pack.stem + ".idx"), format::kMaxIndexBytes);
        format::GitIndex index = format::parse_git_index(base::bytes_of(bytes.value_or("")));
        const format::GitPackReader& reader = open(pack);
        if (index.pack != reader.checksum() || index.entries.size() != reader.count()) {
            refuse_directory("an index", "is of another pack");
        }
        keep_index(pack, std::move(index));
    });
    return pack.is_index_good;
}

void ObjectDirectory::scan(StoredPack& pack) {
    if (pack.index || pack.failure) {
        return;
    }
    noting_damage(pack.failure, [&] {
        try {
            keep_index(pack, format::index_git_pack(open(pack), {}));
        } catch (const Error& error) {
            throw error.during(pack.stem);
        }
    });
}

format::GitObject ObjectDirectory::read_from(StoredPack& pack, const format::GitIndexEntry& entry,
                                             const format::GitPackReader::Wanted& wanted) {
    const format::FindGitBase find_base = [&pack](const GitId& id) -> format::GitBase {
        const format::GitIndexEntry* found = pack.index->find(id);
        return found != nullptr ? format::GitBase{.offset = found->offset} : format::GitBase{};
    };
    std::optional<format::GitObject> object = open(pack).read(entry.offset, wanted, find_base);
    if (!object) {
        refuse_directory(pack.stem, "makes an object from one that isn't there");
    }
    if (format::git_id(object->kind, object->content) != entry.id) {
        refuse_directory(pack.stem, "holds another object than it says");
    }
    return std::move(*object);
}

std::optional<base::Bytes> ObjectDirectory::read(const GitId& id, GitKind kind,
                                                 std::size_t max_bytes) {
    std::optional<base::Bytes> content;
    std::optional<Error> failure;
    const auto look_in = [&](StoredPack& pack) {
        const format::GitIndexEntry* entry = pack.index ? pack.index->find(id) : nullptr;
        return entry != nullptr && noting_damage(failure, [&] {
                   content = read_from(pack, *entry, {kind, max_bytes}).content;
               });
    };
    for (StoredPack& pack : packs_) {
        if (load_index(pack) && look_in(pack)) {
            return content;
        }
    }
    if (noting_damage(failure, [&] { content = read_loose(id, kind, max_bytes); }) && content) {
        return content;
    }
    for (StoredPack& pack : packs_) {
        if (!pack.is_index_good) {
            scan(pack);
            if (look_in(pack)) {
                return content;
            }
        }
    }
    for (const StoredPack& pack : packs_) {
        if (!failure && pack.failure) {
            failure.emplace(*pack.failure);
        }
    }
    if (failure) {
        throw failure->during("object " + id.hex());
    }
    return std::nullopt;
}

std::optional<base::Bytes> ObjectDirectory::read_loose(const GitId& id, GitKind kind,
                                                       std::size_t max_bytes) {
    constexpr std::size_t kMaxHeaderBytes = 32;
    const std::string digits = id.hex();
    const base::fs::path folder = dir_ / digits.substr(0, 2);
    const base::fs::path path = folder / digits.substr(2);
    if (!is_directory(files_, folder) || !file_size(files_, path)) {
        return std::nullopt;
    }
    const auto file = files_.open(path, base::OpenMode::kRead);
    const std::uint64_t file_bytes = file->status().size_bytes;
    format::GitInflater stream{*file, 0, file_bytes};
    std::array<std::byte, kMaxHeaderBytes> front{};
    const base::ByteView read = base::ByteView{front}.first(stream.read(front));
    const std::string_view text = base::text_of(read);
    const std::size_t zero = text.find('\0');
    const std::size_t space = text.find(' ');
    if (zero == std::string_view::npos || space > zero) {
        refuse_directory("a loose object", "is malformed");
    }
    const auto size = base::parse_unsigned(text.substr(space + 1, zero - space - 1));
    if (!size || text.substr(0, zero + 1) != format::git_object_header(kind, *size)) {
        refuse_directory("a loose object", "is of another kind than asked for, or malformed");
    }
    const base::ByteView begun = read.subspan(zero + 1);
    if (*size > max_bytes || *size > file_bytes * format::kMaxInflateRatio ||
        begun.size() > *size) {
        refuse_directory("a loose object", "is larger than it may be");
    }
    base::Bytes content(*size);
    std::copy(begun.begin(), begun.end(), content.begin());
    const base::MutableByteView rest = base::MutableByteView{content}.subspan(begun.size());
    if (stream.read(rest) != rest.size()) {
        refuse_directory("a loose object", "holds less than it says");
    }
    stream.expect_end();
    if (format::git_id(kind, content) != id) {
        refuse_directory("a loose object", "is another one than its name says");
    }
    return content;
}

}  // namespace kua::exchange
