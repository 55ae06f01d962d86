// Writing a secret out of the vault: what is taken away next may exist nowhere else, so the file is
// durable, read back and opened before anybody relies on it.
#pragma once

#include <memory>

#include "vault/base/new_file.h"
#include "vault/evidence/case_secret.h"
#include "vault/store/store.h"

namespace kua::evidence {

struct KeyFile {
    base::fs::path path;  // a new file
    SecretRecipient to;
};

// Makes a file there and removes it again, so that nobody is asked for what can't be done then.
// kExists and kRefused as below, and what making it throws.
void check_key_file(store::Store& store, const base::fs::path& file);

// Writes the file, reads it again and, with a passphrase, opens it. It is removed again unless the
// caller keeps it. kExists if it is there already, kRefused if it would lie in the vault, kStorage
// if it doesn't give back what was written.
std::unique_ptr<base::NewFile> write_key_file(store::Store& store, const SecretContent& content,
                                              const KeyFile& file);

}  // namespace kua::evidence
