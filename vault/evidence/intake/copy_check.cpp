#include "vault/evidence/intake/copy_check.h"

#include <utility>

#include "kua/error.h"

namespace kua::evidence {
namespace {

// Whether an error tells of the object. A failing device doesn't: what can't be read now may be
// read again, and nothing new should be entrusted to it.
bool is_about_the_copy(const Error& error) {
    switch (error.code()) {
        case ErrorCode::kDamaged:
        case ErrorCode::kWrongKey:
            return true;
        case ErrorCode::kNoFile:
            return !error.lacks_permission();
        default:
            return false;
    }
}

}  // namespace

CopyCheck::CopyCheck(const store::ObjectStore& objects,
                     std::span<const format::AgeIdentity> identities, const Progress& progress,
                     store::WhileWritten written)
    : objects_(objects), identities_(identities), progress_(progress), written_(written) {}

CopyCheck::~CopyCheck() = default;

std::optional<FindingCode> CopyCheck::fault_of(const store::ObjectRecord& object,
                                               std::uint64_t original_bytes,
                                               const crypto::Sha256Digest& digest) {
    if (!reading_) {
        reading_.emplace(objects_.reader(store::KeepPages::kNo, written_), progress_);
    }
    reading_->hash.finish();  // what an object before it has left
    try {
        reading_->original.begin(object, identities_, original_bytes);
        for (base::ByteView bytes = reading_->original.next(); !bytes.empty();
             bytes = reading_->original.next()) {
            reading_->hash.update(bytes);
        }
    } catch (const Error& error) {
        if (is_about_the_copy(error)) {
            return FindingCode::kDamaged;
        }
        throw;
    }
    return reading_->hash.finish() == digest ? std::nullopt : std::optional{FindingCode::kChanged};
}

}  // namespace kua::evidence
