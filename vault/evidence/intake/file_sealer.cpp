#include "vault/evidence/intake/file_sealer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "vault/format/age_file_key.h"
#include "vault/format/padme.h"

namespace kua::evidence {

FileSealer::FileSealer(const base::Environment& environment, const format::AgeRecipient& recipient,
                       DigestClaims& claims, PieceQueue& queue, Progress& progress)
    : environment_(environment),
      recipient_(recipient),
      claims_(claims),
      queue_(queue),
      progress_(progress),
      plain_(kPlainPieceBytes) {}

void FileSealer::seal(const InputFile& input, std::size_t index, SealedInput& result) {
    check_cancelled();
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
    if (result.size_bytes <= kPlainPieceBytes) {
        seal_small(*file, index, result);
    } else {
        seal_large(*file, index, result);
    }
    progress_.advance(0, 1);
}

// Read whole before anything is sealed, so that one that is here already costs no sealing.
void FileSealer::seal_small(base::File& file, std::size_t index, SealedInput& result) {
    const auto size_bytes = static_cast<std::size_t>(result.size_bytes);
    if (!fill_plain(file, 0, size_bytes, result) || !is_unchanged(file, result)) {
        return;
    }
    result.digest = crypto::sha256(std::as_const(plain_).bytes().first(size_bytes));
    ClaimOutcome outcome = claims_.claim(result.digest, index);
    if (!outcome.is_first()) {
        result.known = std::move(outcome);
        progress_.advance(result.size_bytes, 0);
        return;
    }
    seal_payload(nullptr, index, result);
}

// Read once; twice only if one of its size is here already. It is claimed when it has been read to
// the end unchanged, so that no other input relies on one that fails later.
void FileSealer::seal_large(base::File& file, std::size_t index, SealedInput& result) {
    if (claims_.may_be_known(result.size_bytes) && is_known_large(file, result)) {
        progress_.advance(result.size_bytes, 0);
        return;
    }
    if (result.failure) {
        return;
    }
    seal_payload(&file, index, result);
    if (result.failure || !is_unchanged(file, result)) {
        return;
    }
    ClaimOutcome outcome = claims_.claim(result.digest, index);
    if (!outcome.is_first()) {
        result.known = std::move(outcome);
    }
}

bool FileSealer::is_known_large(base::File& file, SealedInput& result) {
    crypto::Sha256 hash;
    for (std::uint64_t offset = 0; offset < result.size_bytes; offset += kPlainPieceBytes) {
        check_cancelled();
        const auto wanted = static_cast<std::size_t>(
            std::min<std::uint64_t>(kPlainPieceBytes, result.size_bytes - offset));
        if (!fill_plain(file, offset, wanted, result)) {
            return false;
        }
        hash.update(plain_.bytes().first(wanted));
    }
    const crypto::Sha256Digest digest = hash.finish();
    ClaimOutcome outcome = claims_.peek(digest);
    if (outcome.is_first() || !is_unchanged(file, result)) {
        return false;
    }
    result.digest = digest;
    result.known = std::move(outcome);
    return true;
}

// Without `file`, plain_ holds all of the original and its digest is known.
void FileSealer::seal_payload(base::File* file, std::size_t index, SealedInput& result) {
    const std::uint64_t padded = format::padded_object_size(result.size_bytes);
    // One file key per object, drawn here and used once, so STREAM's counter nonces never repeat.
    const auto file_key = crypto::FileKey::generate(environment_.random);
    result.header = format::seal_age_header(file_key, recipient_, environment_.random);
    result.payload_bytes = format::age_payload_size(padded);
    format::AgePayloadSealer sealer{file_key, environment_.random};
    sealed_hash_.finish();
    plain_hash_.finish();
    sealed_hash_.update(result.header);
    for (std::uint64_t offset = 0; offset < padded; offset += kPlainPieceBytes) {
        check_cancelled();
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(kPlainPieceBytes, padded - offset));
        const std::uint64_t left = result.size_bytes - std::min(offset, result.size_bytes);
        const auto original = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
        if (file != nullptr) {
            if (!fill_plain(*file, offset, original, result)) {
                return;
            }
            plain_hash_.update(plain_.bytes().first(original));
        }
        std::ranges::fill(plain_.bytes().subspan(original, wanted - original), std::byte{0});
        push_piece(sealer, wanted,
                   offset + wanted == padded ? format::AgePart::kLast : format::AgePart::kMore,
                   index);
        progress_.advance(original, 0);
    }
    result.sealed_digest = {sealed_hash_.finish()};
    if (file != nullptr) {
        result.digest = plain_hash_.finish();
    }
}

void FileSealer::push_piece(format::AgePayloadSealer& sealer, std::size_t plain_bytes,
                            format::AgePart part, std::size_t index) {
    PieceQueue::Slot& slot = queue_.free_slot();
    slot.kind = PieceQueue::Kind::kPiece;
    slot.object = index;
    slot.used_bytes =
        sealer.seal(std::as_const(plain_).bytes().first(plain_bytes), part, slot.buffer);
    sealed_hash_.update(base::ByteView{slot.buffer}.first(slot.used_bytes));
    queue_.push();
}

bool FileSealer::fill_plain(base::File& file, std::uint64_t offset, std::size_t size_bytes,
                            SealedInput& result) {
    try {
        if (file.read_at(offset, plain_.bytes().first(size_bytes)) == size_bytes) {
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
        if (file.status() == result.status) {
            return true;
        }
        result.failure = Error{ErrorCode::kFailed, "changed while being read; not added"};
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
