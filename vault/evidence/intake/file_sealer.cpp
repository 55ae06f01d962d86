#include "vault/evidence/intake/file_sealer.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "vault/base/check.h"
#include "vault/format/age_file_key.h"
#include "vault/format/padme.h"

namespace kua::evidence {
namespace {

// Of what is left, as much as a chunk takes.
std::size_t chunk_bytes(std::uint64_t left) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(left, format::kAgeChunkBytes));
}

}  // namespace

FileSealer::FileSealer(const base::Environment& environment, const format::AgeRecipient& recipient,
                       DigestClaims& claims, CopyCheck& copies, PieceQueue& queue,
                       MediaInspector* inspector, Progress& progress)
    : environment_(environment),
      recipient_(recipient),
      claims_(claims),
      copies_(copies),
      queue_(queue),
      inspector_(inspector),
      progress_(progress),
      plain_(kPlainPieceBytes) {}

void FileSealer::seal(const InputFile& input, std::size_t index, SealedInput& result) {
    check_cancelled();
    if (input.typed) {
        seal_typed(input, index, result);
        progress_.advance(0, 1);
        return;
    }
    std::unique_ptr<base::File> file;
    try {
        file = environment_.files.open(input.path, base::OpenMode::kRead);
        result.status = file->status();
        file->will_read_all();
    } catch (const Error& error) {
        result.failure = error;
        return;
    }
    result.size_bytes = result.status.size_bytes;
    media_ = input.media;
    seal_open(*file, index, result);
    if (inspection_ && (result.is_stored() || result.is_before_stored(index))) {
        result.inspection = inspection_->finish(progress_);
        check_cancelled();
    }
    inspection_.reset();
    progress_.advance(0, result.is_undecided() ? 0 : 1);
}

void FileSealer::seal_open(base::File& file, std::size_t index, SealedInput& result) {
    if (result.size_bytes > kPlainPieceBytes) {
        seal_large(file, index, result);
    } else if (result.size_bytes <= format::kAgeChunkBytes ||
               claims_.may_be_known(result.size_bytes)) {
        seal_small(file, index, result);
    } else {
        seal_once_read(file, index, result);
    }
}

// As soon as the file is likely to be stored: beside its sealing, and of the same open file, so
// that a change that sealing notices has not been inspected either.
void FileSealer::begin_inspection(const base::File& file) {
    if (inspector_ != nullptr && media_ && !inspection_) {
        inspection_ = inspector_->begin(file.system_descriptor(), *media_);
    }
}

// The bytes are here or come in with another input. Even so, the first of those that have them is
// the item, and inspected by its own name.
void FileSealer::set_known(ClaimOutcome outcome, const base::File* file, std::size_t index,
                           SealedInput& result) {
    result.known = std::move(outcome);
    if (file != nullptr && result.is_before_stored(index)) {
        begin_inspection(*file);
    }
}

// Read whole before anything is sealed, so that one that is here already costs no sealing.
void FileSealer::seal_small(base::File& file, std::size_t index, SealedInput& result) {
    if (hash_original(file, plain_.bytes(), result)) {
        seal_plain(&file, index, result);
    }
}

void FileSealer::seal_typed(const InputFile& input, std::size_t index, SealedInput& result) {
    KUA_CHECK(input.typed->size() <= plain_.size());
    result.status.kind = base::FileKind::kRegular;
    result.status.size_bytes = input.typed->size();
    result.status.modified_ns = input.typed_ns;
    result.size_bytes = input.typed->size();
    std::ranges::copy(*input.typed, plain_.bytes().begin());
    result.digest = crypto::sha256(*input.typed);
    seal_plain(nullptr, index, result);
}

// plain_ holds all of the original, and its digest is known. `file`: what may be inspected.
void FileSealer::seal_plain(const base::File* file, std::size_t index, SealedInput& result) {
    ClaimOutcome outcome = claims_.claim(result.digest, index, copies_);
    if (!outcome.is_first()) {
        set_known(std::move(outcome), file, index, result);
        progress_.advance(result.is_undecided() ? 0 : result.size_bytes, 0);
        return;
    }
    if (file != nullptr) {
        begin_inspection(*file);
    }
    seal_payload(nullptr, index, result);
}

// Twice read only if one of its size and beginning may be here already (clips that a camera cuts
// are often of one size).
void FileSealer::seal_large(base::File& file, std::size_t index, SealedInput& result) {
    const base::MutableByteView begin = plain_.bytes().first(format::kAgeChunkBytes);
    if (!fill(file, 0, begin, result)) {
        return;
    }
    if (claims_.may_be_known(result.size_bytes, crypto::sha256(begin)) &&
        is_known_large(file, index, result)) {
        progress_.advance(result.is_undecided() ? 0 : result.size_bytes, 0);
        return;
    }
    if (!result.failure) {
        seal_once_read(file, index, result);
    }
}

// Read once, both digests side by side. It is claimed when it has been read to the end unchanged,
// so that no other input relies on one that fails later.
void FileSealer::seal_once_read(base::File& file, std::size_t index, SealedInput& result) {
    begin_inspection(file);
    seal_payload(&file, index, result);
    if (result.failure || !is_unchanged(file, result)) {
        return;
    }
    ClaimOutcome outcome = claims_.claim(result.digest, index, copies_);
    if (!outcome.is_first()) {
        set_known(std::move(outcome), &file, index, result);
    }
}

bool FileSealer::is_known_large(base::File& file, std::size_t index, SealedInput& result) {
    if (!hash_original(file, plain_.bytes().first(format::kAgeChunkBytes), result)) {
        return false;
    }
    ClaimOutcome outcome = claims_.peek(result.digest, copies_);
    if (outcome.is_first()) {
        return false;
    }
    set_known(std::move(outcome), &file, index, result);
    return true;
}

// Fills in the digest of the whole file, read through `buffer`, which in the end holds all of the
// file if it is large enough. Chunk by chunk: what was just read is still in the processor's cache.
bool FileSealer::hash_original(base::File& file, base::MutableByteView buffer,
                               SealedInput& result) {
    plain_hash_.finish();
    for (std::uint64_t offset = 0; offset < result.size_bytes; offset += format::kAgeChunkBytes) {
        check_cancelled();
        const auto at = static_cast<std::size_t>(offset % buffer.size());
        const base::MutableByteView chunk =
            buffer.subspan(at, chunk_bytes(result.size_bytes - offset));
        if (!fill(file, offset, chunk, result)) {
            return false;
        }
        plain_hash_.update(chunk);
    }
    result.digest = plain_hash_.finish();
    return is_unchanged(file, result);
}

// Without `file`, plain_ holds all of the original and its digest is known.
void FileSealer::seal_payload(base::File* file, std::size_t index, SealedInput& result) {
    const std::uint64_t padded = format::padded_object_size(result.size_bytes);
    // One file key per object, drawn here and used once, so STREAM's counter nonces never repeat.
    const auto file_key = crypto::FileKey::generate(environment_.random);
    result.header = format::seal_age_header(file_key, recipient_, environment_.random);
    result.payload_bytes = format::age_payload_size(padded);
    format::AgePayloadSealer sealer{file_key, environment_.random};
    hashes_.finish();
    hashes_.update({}, result.header);
    for (std::uint64_t offset = 0; offset < padded; offset += kPlainPieceBytes) {
        check_cancelled();
        if (!push_piece(file, {offset, std::min(offset + kPlainPieceBytes, padded)}, sealer, index,
                        result)) {
            return;
        }
        const std::uint64_t left = result.size_bytes - std::min(offset, result.size_bytes);
        progress_.advance(std::min<std::uint64_t>(left, kPlainPieceBytes), 0);
    }
    const auto [plain_digest, sealed_digest] = hashes_.finish();
    result.sealed_digest = {sealed_digest};
    if (file != nullptr) {
        result.digest = plain_digest;
    }
}

// Chunk by chunk through all steps, so that a chunk stays in the processor's cache from the first
// to the last of them.
bool FileSealer::push_piece(base::File* file, Range padded_range, format::AgePayloadSealer& sealer,
                            std::size_t index, SealedInput& result) {
    PieceQueue::Slot& slot = queue_.free_slot();
    slot.kind = PieceQueue::Kind::kPiece;
    slot.object = index;
    slot.used_bytes = 0;
    const std::uint64_t end = format::padded_object_size(result.size_bytes);
    for (std::uint64_t at = padded_range.begin; at < padded_range.end;
         at += format::kAgeChunkBytes) {
        const base::MutableByteView plain = plain_.bytes().subspan(
            file != nullptr ? 0 : static_cast<std::size_t>(at), chunk_bytes(padded_range.end - at));
        const std::uint64_t left = result.size_bytes - std::min(at, result.size_bytes);
        const auto original = static_cast<std::size_t>(std::min<std::uint64_t>(plain.size(), left));
        if (file != nullptr && !fill(*file, at, plain.first(original), result)) {
            return false;
        }
        std::ranges::fill(plain.subspan(original), std::byte{0});
        const auto part =
            at + plain.size() == end ? format::AgePart::kLast : format::AgePart::kMore;
        const base::MutableByteView out =
            base::MutableByteView{slot.buffer}.subspan(slot.used_bytes);
        const std::size_t written = sealer.seal(plain, part, out);
        hashes_.update(file != nullptr ? plain.first(original) : base::MutableByteView{},
                       out.first(written));
        slot.used_bytes += written;
    }
    queue_.push();
    return true;
}

bool FileSealer::fill(base::File& file, std::uint64_t offset, base::MutableByteView out,
                      SealedInput& result) {
    try {
        if (file.read_at(offset, out) == out.size()) {
            return true;
        }
        result.failure = Error{ErrorCode::kFailed, "became shorter while being read; not added"};
    } catch (const Error& error) {
        result.failure = error;
    }
    return false;
}

bool FileSealer::is_unchanged(base::File& file, SealedInput& result) {
    try {
        if (file.status() != result.status) {
            result.failure = Error{ErrorCode::kFailed, "changed while being read; not added"};
            return false;
        }
        // Files of the kernel say 0, those of some devices another size than theirs.
        std::array<std::byte, 1> behind{};
        if (file.read_at(result.size_bytes, behind) == 0) {
            return true;
        }
        result.failure = Error{ErrorCode::kFailed,
                               "holds more than its size says; not added: copy it to a disk first"};
    } catch (const Error& error) {
        result.failure = error;
    }
    return false;
}

void FileSealer::check_cancelled() const {
    if (progress_.cancelled()) {
        throw Error{ErrorCode::kInterrupted, "stopped; nothing half-kept"};
    }
}

}  // namespace kua::evidence
