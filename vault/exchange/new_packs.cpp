#include "vault/exchange/new_packs.h"

#include <algorithm>
#include <optional>

#include "kua/error.h"
#include "vault/base/bytes_in_words.h"
#include "vault/base/check.h"
#include "vault/exchange/object_directory.h"
#include "vault/format/git_pack_scan.h"

namespace kua::exchange {
namespace {

constexpr std::uint64_t kIndexEntryBytes = 36;
constexpr std::uint64_t kMostGatheredBytes = std::uint64_t{1} << 20;  // by a writer, unwritten
// The front of an index, refs, and what a stick rounds up to.
constexpr std::uint64_t kReserveBytes = std::uint64_t{64} << 10;

class FileSink final : public base::ByteSink {
public:
    explicit FileSink(base::File& file) : file_(file) {}
    void write(base::ByteView bytes) override {
        file_.write_at(size_, bytes);
        size_ += bytes.size();
    }
    std::uint64_t size_bytes() const { return size_; }

private:
    base::File& file_;
    std::uint64_t size_ = 0;
};

// Without a dot: git takes any file here that ends in .idx for a finished index, and says that the
// repository is damaged if it isn't.
base::fs::path temporary_path(const base::fs::path& dir, const std::string& what,
                              const char* ending) {
    return dir / (std::string(kTemporaryPrefix) + what + ending);
}

// Written, durable and read back.
void fill_index(base::File& file, const format::GitIndex& index) {
    FileSink sink{file};
    format::write_git_index(index, sink);
    file.sync();
    file.drop_cache(0, 0);
    base::Bytes read(sink.size_bytes() + 1);
    read.resize(file.read_at(0, read));
    try {
        if (format::parse_git_index(read) == index) {
            return;
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
    }
    throw Error{ErrorCode::kStorage, "the device does not keep what is written to it"};
}

enum class Depth : std::uint8_t { kEnds, kAll };

// Whether there is a pack of this name with this index: all of it, or as its two ends tell.
bool is_there(base::FileSystem& files, const base::fs::path& pack_dir, const std::string& stem,
              const format::GitIndex& index, Depth depth) {
    const base::fs::path pack_path = pack_dir / (stem + ".pack");
    if (!file_size(files, pack_path)) {
        return false;
    }
    try {
        const auto written =
            read_small_file(files, pack_dir / (stem + ".idx"), format::kMaxIndexBytes);
        format::GitPackReader pack{files.open(pack_path, base::OpenMode::kRead)};
        return written && format::parse_git_index(base::bytes_of(*written)) == index &&
               pack.checksum() == index.pack && pack.count() == index.entries.size() &&
               (depth == Depth::kEnds || format::index_git_pack(pack, {}) == index);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return false;
    }
}

}  // namespace

struct NewPacks::Pack {
    Pack(base::FileSystem& files, const base::fs::path& dir, std::uint64_t number)
        : file(files, temporary_path(dir, std::to_string(number), "_pack")), writer(file.file()) {}

    TemporaryFile file;
    format::GitPackWriter writer;
    std::optional<format::GitIndex> index{};  // once the pack is finished
    std::optional<TemporaryFile> index_file{};
};

NewPacks::NewPacks(base::FileSystem& files, base::fs::path pack_dir, PackLimits limits)
    : files_(files), dir_(std::move(pack_dir)), limits_(limits) {}

NewPacks::~NewPacks() = default;

void NewPacks::require_room(std::uint64_t bytes) {
    const std::uint64_t free = files_.free_bytes(dir_ / "");
    if (free < bytes) {
        throw Error::no_room("the device is full: at least " + base::bytes_in_words(bytes - free) +
                             " more needed; it stays at what it had");
    }
}

format::GitId NewPacks::add(format::GitKind kind, base::ByteView content) {
    const std::uint64_t entry = format::GitPackWriter::entry_bytes(content.size());
    if (!packs_.empty() && !packs_.back()->index) {
        const format::GitPackWriter& now = packs_.back()->writer;
        if (now.size_bytes() + entry > limits_.max_bytes || now.count() >= limits_.max_objects) {
            finish();
        }
    }
    if (packs_.empty() || packs_.back()->index) {
        packs_.push_back(std::make_unique<Pack>(files_, dir_, ++number_));
    }
    format::GitPackWriter& writer = packs_.back()->writer;
    require_room(std::min(writer.size_bytes(), kMostGatheredBytes) + entry +
                 (writer.count() + 1) * kIndexEntryBytes + kReserveBytes);
    added_bytes_ += content.size();
    return writer.add(kind, content);
}

// The last pack becomes durable, with an index.
void NewPacks::finish() {
    Pack& pack = *packs_.back();
    pack.index = pack.writer.finish();
    pack.file.close();
    pack.index_file.emplace(files_, temporary_path(dir_, std::to_string(number_), "_idx"));
    fill_index(pack.index_file->file(), *pack.index);
    pack.index_file->close();
}

std::string NewPacks::place(Pack& pack) {
    std::string stem = "pack-" + pack.index->pack.hex();
    if (!is_there(files_, dir_, stem, *pack.index, Depth::kAll)) {
        pack.file.rename_to(dir_ / (stem + ".pack"));
        pack.index_file->rename_to(dir_ / (stem + ".idx"));
    }
    return stem;
}

std::vector<std::string> NewPacks::publish() {
    if (!packs_.empty() && !packs_.back()->index) {
        finish();
    }
    std::vector<std::string> stems;
    for (const std::unique_ptr<Pack>& pack : packs_) {
        stems.push_back(place(*pack));
    }
    if (!stems.empty()) {
        files_.sync_directory(dir_);
    }
    for (std::size_t i = 0; i < stems.size(); ++i) {
        // Renaming on FAT may go wrong; what the name leads to is what counts.
        if (!is_there(files_, dir_, stems[i], *packs_[i]->index, Depth::kEnds)) {
            throw Error{ErrorCode::kStorage, "the device does not keep the names of new files"};
        }
    }
    packs_.clear();
    added_bytes_ = 0;
    return stems;
}

void write_index(base::FileSystem& files, const base::fs::path& pack_dir, const std::string& stem,
                 const format::GitIndex& index) {
    TemporaryFile file{files, temporary_path(pack_dir, stem, "_idx")};
    fill_index(file.file(), index);
    file.rename_to(pack_dir / (stem + ".idx"));
    files.sync_directory(pack_dir);
}

}  // namespace kua::exchange
