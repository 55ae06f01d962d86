// The sealing side of intake: one file is read once, front to back; on the way its bytes are
// hashed, padded, sealed to the case and hashed again, and go to the storing side in pieces.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kua/inspection.h"
#include "kua/progress.h"
#include "vault/base/environment.h"
#include "vault/crypto/sha256.h"
#include "vault/crypto/sha256_lanes.h"
#include "vault/crypto/wiped.h"
#include "vault/evidence/intake/digest_claims.h"
#include "vault/evidence/intake/input_walk.h"
#include "vault/evidence/intake/piece_queue.h"
#include "vault/format/age_keys.h"
#include "vault/format/age_stream.h"
#include "vault/store/extents.h"
#include "vault/store/sealed_digest.h"

namespace kua::evidence {

// Chunks of 64 KiB in one piece, so that a sealed piece (and the nonce before the first one) stays
// below store::kMaxPieceBytes. What reads pieces must not rely on it.
constexpr std::size_t kChunksPerPiece = 15;
constexpr std::size_t kPlainPieceBytes = kChunksPerPiece * format::kAgeChunkBytes;
constexpr std::size_t kSealedPieceBytes =
    kChunksPerPiece * format::kAgeSealedChunkBytes + format::kAgePayloadNonceBytes;
static_assert(kSealedPieceBytes <= store::kMaxPieceBytes);

// What became of one input.
struct SealedInput {
    base::FileStatus status;        // when reading began; the same when it ended
    crypto::Sha256Digest digest{};  // of the original bytes
    std::uint64_t size_bytes = 0;
    std::optional<ClaimOutcome> known;     // the same bytes are or will be stored elsewhere
    std::optional<Error> failure;          // could not be read, or changed meanwhile
    std::optional<Inspection> inspection;  // of a media file that isn't known or comes first
    // Of the object, if neither of the two:
    store::SealedDigest sealed_digest;
    base::Bytes header;
    std::uint64_t payload_bytes = 0;
    store::ExtentList extents;  // filled in by the storing side
    bool is_stored() const noexcept { return !known && !failure; }
    // Whether the same bytes are here, or not, shows only when this run has committed: to be tried
    // once more then.
    bool is_undecided() const noexcept { return known && !failure && known->undecided; }
    // Whether this input, the `index`-th, comes before the one of the same run that has its bytes.
    bool is_before_stored(std::size_t index) const noexcept {
        return known && !failure && known->input && *known->input > index;
    }
};

// One per lane and thread.
class FileSealer {
public:
    // All must outlive the sealer. Without `inspector` nothing is inspected.
    FileSealer(const base::Environment& environment, const format::AgeRecipient& recipient,
               DigestClaims& claims, CopyCheck& copies, PieceQueue& queue,
               MediaInspector* inspector, Progress& progress);

    // Seals one file, or up to kPlainPieceBytes that were typed; `index` names it in the queue and
    // in claims. What is wrong with the input goes into the result; throws what the storing side
    // failed with, and kInterrupted.
    void seal(const InputFile& input, std::size_t index, SealedInput& result);

private:
    struct Range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
    };
    void seal_typed(const InputFile& input, std::size_t index, SealedInput& result);
    void seal_plain(const base::File* file, std::size_t index, SealedInput& result);
    void seal_open(base::File& file, std::size_t index, SealedInput& result);
    void seal_small(base::File& file, std::size_t index, SealedInput& result);
    void seal_large(base::File& file, std::size_t index, SealedInput& result);
    void seal_once_read(base::File& file, std::size_t index, SealedInput& result);
    void begin_inspection(const base::File& file);
    void set_known(ClaimOutcome outcome, const base::File* file, std::size_t index,
                   SealedInput& result);
    void seal_payload(base::File* file, std::size_t index, SealedInput& result);
    // These put what is wrong with the input into `result` and say whether all is well.
    bool push_piece(base::File* file, Range padded_range, format::AgePayloadSealer& sealer,
                    std::size_t index, SealedInput& result);
    bool is_known_large(base::File& file, std::size_t index, SealedInput& result);
    bool hash_original(base::File& file, base::MutableByteView buffer, SealedInput& result);
    static bool fill(base::File& file, std::uint64_t offset, base::MutableByteView out,
                     SealedInput& result);
    static bool is_unchanged(base::File& file, SealedInput& result);
    void check_cancelled() const;

    const base::Environment& environment_;
    const format::AgeRecipient& recipient_;
    DigestClaims& claims_;
    CopyCheck& copies_;
    PieceQueue& queue_;
    MediaInspector* inspector_;
    Progress& progress_;
    std::optional<MediaKind> media_;  // of the file that is being sealed
    std::unique_ptr<RunningInspection> inspection_;
    crypto::WipedBuffer plain_;
    crypto::Sha256 plain_hash_;
    crypto::Sha256Pair hashes_;  // of a file while it is sealed: the original's and the sealed
};

}  // namespace kua::evidence
