#include "vault/evidence/case_seal.h"

#include <algorithm>
#include <utility>

#include "vault/base/folders.h"
#include "vault/base/new_file.h"
#include "vault/base/utf8.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kVacuumPending = "vacuum_pending";

// Reads the file again and, where we can, opens it: what is removed next exists nowhere else.
void try_secret(base::FileSystem& files, const base::fs::path& path, base::ByteView written,
                const CaseKeys& keys, const SecretRecipient& to) {
    if (!base::file_reads_as(files, path, written)) {
        throw Error{ErrorCode::kStorage, "the key file reads differently than it was written"};
    }
    if (to.passphrase == nullptr) {
        return;
    }
    const auto gives_back = [&] {
        try {
            const auto given_back = open_case_secret(files, path, {{}, to.passphrase});
            return std::ranges::equal(given_back, keys.identities, {},
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
    const base::Bytes sealed = seal_case_secret(keys, to, environment.random);
    base::NewFile file{environment.files, secret_to, sealed};
    try_secret(environment.files, secret_to, sealed, keys, to);
    SealCaseReport report{keys.case_id, count_items(store.catalog(), keys.case_id), secret_to,
                          to.passphrase != nullptr};
    store.remove_core();
    {
        store::Transaction write{store.catalog()};
        remove_case_identities(write, keys.case_id);
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

UnsealedCase unseal_case(store::Store& store, const base::fs::path& secret_from,
                         const SecretOpener& opener) {
    base::FileSystem& files = store.environment().files;
    const auto identities = open_case_secret(files, secret_from, opener);
    const format::AgeRecipient recipient = identities.front().recipient();
    for (const std::string& case_id : list_case_ids(store.catalog())) {
        const auto recipients = list_case_recipients(store.catalog(), case_id);
        if (std::ranges::find(recipients, recipient) == recipients.end()) {
            continue;
        }
        if (!load_case_keys(store.catalog(), case_id).sealed()) {
            throw Error{ErrorCode::kRefused, "case " + case_id.substr(0, 8) +
                                                 " is open here already; nothing was changed"};
        }
        store::Transaction write{store.catalog()};
        restore_case_identities(write, case_id, identities);
        Projected made = project_case_anew(write, load_case_keys(write.connection(), case_id));
        write.commit();
        return {case_id, std::move(made.findings)};
    }
    throw Error{ErrorCode::kNotFound, base::quoted(secret_from.native()) +
                                          " is the key of a case that isn't in this vault; nothing"
                                          " was changed"};
}

}  // namespace kua::evidence
