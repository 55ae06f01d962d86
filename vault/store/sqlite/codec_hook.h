// Where SQLCipher encrypts a page, put between it and OpenSSL: pages of a connection that has a
// PageBatch go there, all others the usual way. Reading is SQLCipher's alone. For this folder only.
#pragma once

#include "vault/store/sqlite/page_batch.h"

namespace kua::store {

// For every connection that is opened later. Once, while a database with a key is open, and one has
// to stay open from then on: with the last one SQLCipher forgets what was set.
void hook_codec();

// Sends pages that SQLite has encrypted by this thread to `batch` (null: the usual way), while it
// lives.
class BatchScope {
public:
    explicit BatchScope(PageBatch* batch) noexcept;
    BatchScope(const BatchScope&) = delete;
    BatchScope& operator=(const BatchScope&) = delete;
    ~BatchScope();

private:
    PageBatch* before_;
};

}  // namespace kua::store
