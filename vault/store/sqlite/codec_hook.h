// Where SQLCipher encrypts, decrypts and authenticates a page, put between it and OpenSSL: pages of
// a connection that has a PageBatch are written by it, the MACs of those that a PageAhead has read
// come from there; all others go the usual way. For this folder only.
#pragma once

#include "vault/store/sqlite/page_ahead.h"
#include "vault/store/sqlite/page_batch.h"

namespace kua::store {

// For every connection that is opened later. Once, while a database with a key is open, and one has
// to stay open from then on: with the last one SQLCipher forgets what was set.
void hook_codec();

// Whether a page could not be worked on at all since this was last asked on this thread: for want
// of memory, as nothing else can go wrong there. It says nothing about the page.
bool take_codec_failure() noexcept;

// Who takes part in the work on pages; null: nobody, the usual way. Owns neither.
struct PageWork {
    PageBatch* batch = nullptr;
    PageAhead* ahead = nullptr;
};

// Who takes part in what SQLite does on this thread now.
PageWork page_work() noexcept;

// For what SQLite does on this thread while it lives.
class PageWorkScope {
public:
    explicit PageWorkScope(PageWork work) noexcept;
    PageWorkScope(const PageWorkScope&) = delete;
    PageWorkScope& operator=(const PageWorkScope&) = delete;
    ~PageWorkScope();

private:
    PageWork before_;
};

}  // namespace kua::store
