// What can be told of a bundle and its objects by somebody who has none of the keys: that they are
// cut and named as kua cuts and names them, that every object is the one its name says, and that
// all of it is sealed. Whether it is signed, and what it is, nobody can tell without the keys.
#pragma once

#include <map>
#include <optional>

#include "vault/crypto/sha256.h"
#include "vault/exchange/carrier.h"

namespace kua::exchange {

// Whether it begins as an age file with one stanza does.
[[nodiscard]] bool is_sealed_once(base::ByteView bytes);

// The commits of one bundle, one after the other; what they hold comes in the order of their trees.
// All calls throw kDamaged for what kua would not have written.
class UnreadBundle {
public:
    void begin_commit(const ReadCommit& commit);
    void add_part(const PartName& name, base::ByteView bytes);
    // The bundle itself, in the last commit. Then another one begins.
    void finish(base::ByteView bundle);

private:
    struct Object {
        std::uint32_t parts = 0;
        bool is_whole = false;
        std::optional<crypto::Sha256> hash{};  // until it is
    };
    static void close(const store::SealedDigest& name, Object& object);

    std::map<store::SealedDigest, Object> objects_;
    std::size_t parts_ = 0;
};

}  // namespace kua::exchange
