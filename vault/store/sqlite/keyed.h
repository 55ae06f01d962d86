// A tool of crypto/ that is made from a key of SQLCipher's and kept as long as that key is in use.
// For this folder only.
#pragma once

#include <optional>

#include "vault/base/bytes.h"
#include "vault/base/check.h"
#include "vault/crypto/compare.h"
#include "vault/crypto/secret_bytes.h"

namespace kua::store {

inline constexpr std::size_t kPageKeyBytes = 32;  // for encryption and for MACs

template <class Tool>
class Keyed {
public:
    // The tool for `key`, made anew if it was made for another one.
    Tool& with(base::ByteView key) {
        if (!is_for(key)) {
            KUA_CHECK(key.size() == kPageKeyBytes);
            tool_.reset();  // so that no tool ever stands beside the key of another
            key_ = crypto::SecretBytes::copy_of(key);
            tool_.emplace(key.first<kPageKeyBytes>());
        }
        return *tool_;
    }
    bool is_for(base::ByteView key) const { return tool_ && crypto::equal(key_.expose(), key); }
    // The tool as last made; there must be one.
    Tool& last() { return tool_.value(); }

private:
    std::optional<Tool> tool_;
    crypto::SecretBytes key_;
};

}  // namespace kua::store
