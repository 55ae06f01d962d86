#include "vault/exchange/unread_bundle.h"

#include <algorithm>

#include "kua/error.h"
#include "vault/format/age_header.h"

namespace kua::exchange {
namespace {

[[noreturn]] void refuse_unread(const char* why) {
    throw Error{ErrorCode::kDamaged, why};
}

// An object, or a bundle, is sealed to its case and to nobody else.
void require_sealed(base::ByteView bytes) {
    if (!is_sealed_once(bytes)) {
        refuse_unread("something in it isn't sealed to one case");
    }
}

}  // namespace

bool is_sealed_once(base::ByteView bytes) {
    const base::ByteView front = bytes.first(std::min(bytes.size(), format::kAgeHeaderMaxBytes));
    try {
        const std::optional<std::size_t> end = format::find_age_header_end(front);
        return end && format::parse_age_header(front.first(*end)).stanzas.size() == 1;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return false;
    }
}

void UnreadBundle::begin_commit(const ReadCommit& commit) {
    parts_ += std::max<std::size_t>(commit.parts.size(), 1);
    if (parts_ > kMaxBundleParts) {
        refuse_unread("a bundle isn't cut as kua cuts it");
    }
}

void UnreadBundle::add_part(const PartName& name, base::ByteView bytes) {
    Object& object = objects_[name.object];
    if (name.part != object.parts || object.is_whole || bytes.empty()) {
        refuse_unread("parts of the objects of a bundle are missing or surplus");
    }
    if (object.parts == 0) {
        require_sealed(bytes);
        object.hash.emplace();
    }
    ++object.parts;
    object.hash->update(bytes);
    if (bytes.size() < kMaxPartBytes) {
        close(name.object, object);
    }
}

void UnreadBundle::close(const store::SealedDigest& name, Object& object) {
    object.is_whole = true;
    if (store::SealedDigest{object.hash->finish()} != name) {
        refuse_unread("an object is not the one that its name says");
    }
    object.hash.reset();
}

void UnreadBundle::finish(base::ByteView bundle) {
    require_sealed(bundle);
    for (auto& [name, object] : objects_) {
        if (!object.is_whole) {
            close(name, object);
        }
    }
    objects_.clear();
    parts_ = 0;
}

}  // namespace kua::exchange
