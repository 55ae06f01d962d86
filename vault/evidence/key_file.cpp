#include "vault/evidence/key_file.h"

#include <algorithm>

#include "vault/base/folders.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kTriedBytes = 4096;

void refuse_inside(store::Store& store, const base::fs::path& file) {
    if (base::lies_in(store.environment().files, file, store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the key would lie in the vault that it is kept from; nothing was changed, name"
                    " a file elsewhere, on a stick for instance"};
    }
}

// Reads the file again and, where we can, opens it: what is removed next exists nowhere else.
void try_secret(base::FileSystem& files, const KeyFile& file, base::ByteView written,
                const SecretContent& content) {
    if (!base::file_reads_as(files, file.path, written)) {
        throw Error{ErrorCode::kStorage, "the key file reads differently than it was written"};
    }
    if (file.to.passphrase == nullptr) {
        return;
    }
    const auto gives_back = [&] {
        try {
            const auto given_back = open_secret(files, file.path, {{}, file.to.passphrase});
            return std::ranges::equal(given_back, content.identities, {},
                                      &format::AgeIdentity::recipient,
                                      &format::AgeIdentity::recipient);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::kStorage) {
                throw;
            }
            return false;  // we wrote it ourselves: whatever it is now, the device made it so
        }
    };
    if (!gives_back()) {
        throw Error{ErrorCode::kStorage,
                    "the key file doesn't give the " + std::string{content.title} + " back"};
    }
}

}  // namespace

void check_key_file(store::Store& store, const base::fs::path& file) {
    refuse_inside(store, file);
    // Of about the size that it will have; it goes again at once.
    const base::Bytes content(kTriedBytes);
    static_cast<void>(base::NewFile{store.environment().files, file, content});
}

std::unique_ptr<base::NewFile> write_key_file(store::Store& store, const SecretContent& content,
                                              const KeyFile& file) {
    const base::Environment& environment = store.environment();
    refuse_inside(store, file.path);
    const base::Bytes sealed = seal_secret(content, file.to, environment.random);
    auto made = std::make_unique<base::NewFile>(environment.files, file.path, sealed);
    try_secret(environment.files, file, sealed, content);
    return made;
}

}  // namespace kua::evidence
