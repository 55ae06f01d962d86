#include "vault/evidence/case_seal.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <utility>

#include "vault/base/folders.h"
#include "vault/base/memory_stream.h"
#include "vault/base/parse.h"
#include "vault/crypto/wiped.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_stanza_scrypt.h"
#include "vault/format/age_writer.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxSecretFileBytes = std::size_t{64} << 10;
constexpr std::string_view kSecretKeyStart = "AGE-SECRET-KEY-";
constexpr std::string_view kVacuumPending = "vacuum_pending";

// The age identity file that `age -i` takes once it has been opened.
void write_secret(format::AgeWriter& age, const CaseKeys& keys) {
    const std::string comments = "# kua case key\n# case: " + keys.case_id +
                                 "\n# recipient: " + keys.recipient.text() + "\n";
    age.write(base::bytes_of(comments));
    age.write(keys.identity->reveal().expose());
    age.write(base::bytes_of("\n"));
    age.finish();
}

base::Bytes seal_secret(const CaseKeys& keys, const SecretRecipient& to, base::Random& random) {
    base::MemorySink sink;
    if (to.passphrase != nullptr) {
        format::AgeWriter age{sink, *to.passphrase, format::kAgeScryptLogN, random};
        write_secret(age, keys);
    } else {
        format::AgeWriter age{sink, *to.recipient, random};
        write_secret(age, keys);
    }
    return sink.take();
}

// A small file that may hold secrets, whole.
crypto::WipedBuffer read_small_file(base::FileSystem& files, const base::fs::path& path,
                                    std::size_t& size_bytes) {
    const std::unique_ptr<base::File> file = files.open(path, base::OpenMode::kRead);
    crypto::WipedBuffer buffer{kMaxSecretFileBytes + 1};
    size_bytes = file->read_at(0, buffer.bytes());
    if (size_bytes > kMaxSecretFileBytes) {
        throw Error{ErrorCode::kFailed, "this file is too large to be a key"};
    }
    return buffer;
}

// The first secret key in an age identity file.
format::AgeIdentity find_identity(base::ByteView text) {
    std::string_view rest = base::text_of(text);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.starts_with(kSecretKeyStart)) {
            return format::AgeIdentity::parse(base::bytes_of(line));
        }
    }
    throw Error{ErrorCode::kFailed, "there is no age secret key in it"};
}

format::AgeIdentity open_secret(base::ByteView sealed, const format::AgeUnlock& unlock) {
    base::MemorySource source{sealed};
    format::AgeReader age{source, unlock, format::AgeStanzas::kAny};
    crypto::WipedBuffer plain{kMaxSecretFileBytes};
    std::size_t size = 0;
    while (const std::size_t got = age.read(plain.bytes().subspan(size))) {
        size += got;
    }
    return find_identity(std::as_const(plain).bytes().first(size));
}

class NewFile {
public:
    NewFile(base::FileSystem& files, const base::fs::path& path, base::ByteView content)
        : files_(files), path_(path) {
        const auto file = files_.open(path_, base::OpenMode::kCreateNew);
        try {
            file->write_at(0, content);
            file->sync();
            files_.sync_directory(path_.has_parent_path() ? path_.parent_path()
                                                          : base::fs::path{"."});
        } catch (const Error&) {
            files_.remove_file(path_);
            throw;
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (!kept_) {
            try {
                files_.remove_file(path_);
            } catch (const Error&) {
                // The device is gone; what failed before that is being reported.
                kept_ = false;
            }
        }
    }
    void keep() noexcept { kept_ = true; }

private:
    base::FileSystem& files_;
    const base::fs::path& path_;
    bool kept_ = false;
};

// Reads the file again and, where we can, opens it: what is removed next exists nowhere else.
void try_secret(base::FileSystem& files, const base::fs::path& path, base::ByteView written,
                const CaseKeys& keys, const SecretRecipient& to) {
    std::size_t size = 0;
    const crypto::WipedBuffer read = read_small_file(files, path, size);
    if (!std::ranges::equal(read.bytes().first(size), written)) {
        throw Error{ErrorCode::kStorage, "the key file reads differently than it was written"};
    }
    if (to.passphrase == nullptr) {
        return;
    }
    const format::AgeUnlock unlock{{}, std::span{to.passphrase, 1}};
    if (open_secret(read.bytes().first(size), unlock).recipient() != keys.recipient) {
        throw Error{ErrorCode::kStorage, "the key file doesn't give the case key back"};
    }
}

std::uint64_t count_items(store::Connection& catalog, const std::string& case_id) {
    return static_cast<std::uint64_t>(
        catalog
            .query_integer("SELECT COUNT(*) FROM item WHERE case_id = ?1",
                           journal::blob_of(case_id))
            .value_or(0));
}

}  // namespace

SealCaseReport seal_case(store::Store& store, const CaseKeys& keys, const base::fs::path& secret_to,
                         const SecretRecipient& to) {
    if (keys.sealed()) {
        throw Error{ErrorCode::kRefused,
                    "case " + keys.case_id.substr(0, 8) + " is sealed already"};
    }
    const base::Environment& environment = store.environment();
    if (base::lies_in(environment.files, secret_to, store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the key would lie in the vault that it is kept from; nothing was changed, name"
                    " a file elsewhere, on a stick for instance"};
    }
    const base::Bytes sealed = seal_secret(keys, to, environment.random);
    NewFile file{environment.files, secret_to, sealed};
    try_secret(environment.files, secret_to, sealed, keys, to);
    SealCaseReport report{keys.case_id, count_items(store.catalog(), keys.case_id), secret_to,
                          to.passphrase != nullptr};
    store.remove_core();
    {
        store::Transaction write{store.catalog()};
        remove_case_identity(write, keys.case_id);
        erase_projection(write, keys.case_id);
        write.run(
            "INSERT INTO setting (name, value) VALUES (?1, x'01') ON CONFLICT (name) DO NOTHING",
            kVacuumPending);
        file.keep();  // from here on it may be the only place that holds the key
        write.commit();
    }
    finish_sealing(store);
    return report;
}

namespace {

bool is_vacuum_pending(store::Connection& catalog) {
    try {
        return catalog.query_integer("SELECT 1 FROM setting WHERE name = ?1", kVacuumPending)
            .has_value();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return false;  // a catalog that is damaged can't be rewritten, but its items be exported
    }
}

}  // namespace

void finish_sealing(store::Store& store) {
    if (!is_vacuum_pending(store.catalog())) {
        return;
    }
    store.catalog().vacuum();
    store::Transaction write{store.catalog()};
    write.run("DELETE FROM setting WHERE name = ?1", kVacuumPending);
    write.commit();
}

UnsealedCase unseal_case(store::Store& store, const Identity& identity,
                         const base::fs::path& secret_from, const SecretOpener& opener) {
    base::FileSystem& files = store.environment().files;
    std::size_t size = 0;
    const crypto::WipedBuffer sealed = read_small_file(files, secret_from, size);
    std::vector<format::AgeIdentity> identities;
    if (opener.identity_file) {
        std::size_t identity_size = 0;
        const crypto::WipedBuffer text =
            read_small_file(files, *opener.identity_file, identity_size);
        identities.push_back(find_identity(text.bytes().first(identity_size)));
    }
    const std::size_t passphrases = opener.passphrase != nullptr ? 1 : 0;
    const format::AgeIdentity case_identity =
        open_secret(sealed.bytes().first(size), {identities, {opener.passphrase, passphrases}});
    const std::string recipient = case_identity.recipient().text();
    for (const std::string& case_id : list_case_ids(store.catalog())) {
        CaseKeys keys = load_case_keys(store.catalog(), case_id);
        if (keys.recipient.text() != recipient) {
            continue;
        }
        if (!keys.sealed()) {
            throw Error{ErrorCode::kRefused, "case " + case_id.substr(0, 8) + " is open here"};
        }
        store::Transaction write{store.catalog()};
        restore_case_identity(write, case_id, case_identity);
        Projected made =
            project_case_anew(write, identity, load_case_keys(write.connection(), case_id));
        write.commit();
        return {case_id, std::move(made.findings)};
    }
    throw Error{ErrorCode::kNotFound, "this is not the key of any case in this vault"};
}

}  // namespace kua::evidence
