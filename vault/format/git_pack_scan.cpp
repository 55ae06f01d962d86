#include "vault/format/git_pack_scan.h"

#include <algorithm>
#include <map>

#include "kua/error.h"
#include "vault/base/io_bytes.h"
#include "vault/crypto/sha1.h"
#include "vault/format/git_zlib.h"

namespace kua::format {
namespace {

[[noreturn]] void refuse_stream(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("a pack ") + why};
}

class Scan {
public:
    Scan(GitPackReader& pack, const std::function<const GitObject*(const GitId&)>& outside)
        : pack_(pack),
          outside_(outside),
          max_work_bytes_(kFreeWork + kWorkRatio * pack.size_bytes()) {}

    GitIndex run() {
        walk();
        check_sums();
        while (resolve() > 0) {
        }
        GitIndex index;
        index.pack = pack_.checksum();
        for (const auto& [id, number] : by_id_) {
            index.entries.push_back({id, crcs_[number], offsets_[number]});
        }
        return index;
    }

private:
    // A pack of nothing but small commits may be this much smaller than what it holds.
    static constexpr std::uint64_t kWorkRatio = 64;
    static constexpr std::uint64_t kFreeWork = std::uint64_t{64} << 20;

    void require_work(std::uint64_t work_bytes) const {
        if (work_bytes > max_work_bytes_) {
            refuse_stream("holds too much for its size");
        }
    }

    void walk() {
        std::uint64_t at = pack_.first_entry();
        std::uint64_t work = 0;
        for (std::uint32_t i = 0; i < pack_.count(); ++i) {
            require_work(work += pack_.held_bytes(at));
            const GitPackReader::Scanned scanned = pack_.scan(at);
            offsets_.push_back(at);
            if (scanned.id) {
                by_id_.try_emplace(*scanned.id, i);
            } else if (scanned.is_delta) {
                deltas_.push_back(i);
            }
            at = scanned.end;
        }
        if (at != pack_.end_of_entries()) {
            refuse_stream("holds more than its header says");
        }
        offsets_.push_back(at);
    }

    // Of all the bytes and of each entry.
    void check_sums() {
        crypto::Sha1 hash;
        base::IoBytes buffer;
        const auto read = [&](std::uint64_t at, std::uint64_t end) {
            std::uint32_t crc32 = 0;
            while (at < end) {
                const base::MutableByteView part =
                    base::first_of(buffer, std::min<std::uint64_t>(end - at, kBufferBytes));
                pack_.read_raw(at, part);
                hash.update(part);
                crc32 = git_crc32(part, crc32);
                at += part.size();
            }
            return crc32;
        };
        read(0, pack_.first_entry());
        for (std::size_t i = 0; i + 1 < offsets_.size(); ++i) {
            crcs_.push_back(read(offsets_[i], offsets_[i + 1]));
        }
        if (GitId{hash.finish()} != pack_.checksum()) {
            refuse_stream("doesn't have its checksum");
        }
    }

    // Names what deltas make, where what they are made from is known; returns how many.
    std::size_t resolve() {
        const FindGitBase find_base = [this](const GitId& id) -> GitBase {
            if (const auto found = by_id_.find(id); found != by_id_.end()) {
                return {.offset = offsets_[found->second]};
            }
            return {.offset = std::nullopt, .object = outside_ ? outside_(id) : nullptr};
        };
        std::vector<std::uint32_t> left;
        for (const std::uint32_t i : deltas_) {
            const std::optional<GitObject> object = pack_.read(
                offsets_[i], {.kind = std::nullopt, .max_bytes = kMaxMadeBytes}, find_base);
            require_work(pack_.work_bytes() + (attempts_ += kAttemptBytes));
            if (object) {
                by_id_.try_emplace(git_id(object->kind, object->content), i);
            } else {
                left.push_back(i);
            }
        }
        const std::size_t resolved = deltas_.size() - left.size();
        deltas_ = std::move(left);
        return deltas_.empty() ? 0 : resolved;
    }

    static constexpr std::uint64_t kAttemptBytes = 256;  // what following a delta counts for
    static constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
    static constexpr std::size_t kMaxMadeBytes = std::size_t{16} << 20;

    GitPackReader& pack_;
    const std::function<const GitObject*(const GitId&)>& outside_;
    std::uint64_t max_work_bytes_;
    std::vector<std::uint64_t> offsets_;  // of each entry, and of the end
    std::vector<std::uint32_t> crcs_;
    std::vector<std::uint32_t> deltas_;  // that have no name yet
    std::map<GitId, std::uint32_t> by_id_;
    std::uint64_t attempts_ = 0;
};

}  // namespace

GitIndex index_git_pack(GitPackReader& pack,
                        const std::function<const GitObject*(const GitId&)>& outside) {
    return Scan{pack, outside}.run();
}

}  // namespace kua::format
