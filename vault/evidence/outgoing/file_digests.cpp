#include "vault/evidence/outgoing/file_digests.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "vault/crypto/sha256_lanes.h"
#include "vault/crypto/wiped.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kFilesAtOnce = 2;
// So few that they are still in the processor's cache when they are hashed.
constexpr std::size_t kBytesAtOnce = std::size_t{128} << 10;

struct FileLane : crypto::Sha256Backlog {
    FileToDigest one;
    std::uint64_t read_bytes = 0;
    crypto::WipedBuffer buffer{kBytesAtOnce};
};

// Has the lane read on, in another file if need be; false if there are no more.
bool read_on(FileLane& lane, const std::function<std::optional<FileToDigest>()>& next) {
    for (;;) {
        if (!lane.one.file) {
            std::optional<FileToDigest> one = next();
            if (!one) {
                return false;
            }
            lane.one = std::move(*one);
            lane.read_bytes = 0;
            lane.begin_message();
        }
        const std::size_t size_bytes = lane.one.file->read_at(lane.read_bytes, lane.buffer.bytes());
        if (size_bytes > 0) {
            lane.read_bytes += size_bytes;
            lane.bytes = lane.buffer.bytes().first(size_bytes);
            return true;
        }
        const crypto::Sha256Digest digest = lane.digest();
        const FileToDigest ended = std::exchange(lane.one, {});
        ended.done(digest);
    }
}

}  // namespace

void digest_files(const std::function<std::optional<FileToDigest>()>& next) {
    std::array<FileLane, kFilesAtOnce> lanes;
    crypto::take_in_all(lanes, [&next](FileLane& lane) { return read_on(lane, next); });
}

}  // namespace kua::evidence
