// Writing a bundle and the head that it leads to: what appending and receiving have in common.
#pragma once

#include "vault/base/bytes.h"
#include "vault/journal/log.h"
#include "vault/journal/manifest.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::journal {

struct SealedBundle {
    store::SealedDigest digest;
    base::ByteView bytes;
};

// `head` is the new one: its last bundle is the one that `sealed` holds. Also keeps the root that
// the log now has, and what the manifest says was seen of others.
void store_bundle(store::Transaction& write, const LogHead& head, const Manifest& manifest,
                  base::ByteView leaves, const SealedBundle& sealed);

}  // namespace kua::journal
