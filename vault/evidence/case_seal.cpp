#include "vault/evidence/case_seal.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "vault/base/new_file.h"
#include "vault/base/utf8.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kVacuumPending = "vacuum_pending";

std::uint64_t count_items(store::Connection& catalog, const std::string& case_id) {
    return static_cast<std::uint64_t>(
        catalog
            .query_integer("SELECT COUNT(*) FROM item WHERE case_id = ?1",
                           journal::blob_of(case_id))
            .value_or(0));
}

SealCaseReport report_of(store::Connection& catalog, const CaseKeys& keys,
                         const std::optional<KeyFile>& file) {
    SealCaseReport report;
    report.case_id = keys.case_id;
    report.items = count_items(catalog, keys.case_id);
    if (file) {
        report.secret_to = file->path;
        report.tried_by_opening = file->to.passphrase != nullptr;
    }
    return report;
}

}  // namespace

void require_open(const CaseKeys& keys) {
    if (keys.sealed()) {
        throw Error{ErrorCode::kRefused,
                    "case " + keys.case_id.substr(0, 8) + " is sealed already"};
    }
}

SealCaseReport write_case_key(store::Store& store, const CaseKeys& keys, const KeyFile& file) {
    require_open(keys);
    write_key_file(store, case_secret(keys), file)->keep();
    return report_of(store.catalog(), keys, file);
}

SealCaseReport seal_case(store::Store& store, const CaseKeys& keys,
                         const std::optional<KeyFile>& file, const std::string& own,
                         Progress& progress) {
    require_open(keys);
    std::unique_ptr<base::NewFile> made;
    if (file) {
        made = write_key_file(store, case_secret(keys), *file);
    }
    // Most of the time was spent on that file, which goes with `made`.
    if (progress.cancelled()) {
        throw Error{ErrorCode::kInterrupted, "stopped; the case is not sealed"};
    }
    SealCaseReport report = report_of(store.catalog(), keys, file);
    store.remove_core();
    {
        store::Transaction write{store.catalog()};
        keep_own_role(write, keys.case_id, own);
        remove_case_identities(write, keys.case_id);
        erase_projection(write, keys.case_id);
        write.run(
            "INSERT INTO setting (name, value) VALUES (?1, x'01') ON CONFLICT (name) DO NOTHING",
            kVacuumPending);
        if (made) {
            made->keep();  // from here on it may be the only place that holds the key
        }
        try {
            write.commit();
        } catch (const Error& error) {
            if (!made) {
                throw;
            }
            throw error.during("the key's file " + base::quoted(file->path.native()) + " stays");
        }
    }
    try {
        finish_sealing(store);
    } catch (const Error& error) {
        throw Error{
            error.code(),
            "the case is sealed" +
                (file ? ", and its key is in " + base::quoted(file->path.native())
                      : std::string{}) +
                "; but what was readable could not be removed for good yet: " + error.what() +
                "; make room, and kua add or another command that writes"
                " does it"};
    }
    return report;
}

bool is_sealing_unfinished(store::Connection& catalog) {
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

void finish_sealing(store::Store& store) {
    if (!is_sealing_unfinished(store.catalog())) {
        return;
    }
    store.catalog().vacuum();
    store::Transaction write{store.catalog()};
    write.run("DELETE FROM setting WHERE name = ?1", kVacuumPending);
    write.commit();
}

std::string find_case_of(store::Connection& catalog,
                         const std::vector<format::AgeIdentity>& identities,
                         const std::string& source) {
    for (const std::string& case_id : list_case_ids(catalog)) {
        const auto recipients = list_case_recipients(catalog, case_id);
        for (const format::AgeIdentity& identity : identities) {
            if (std::ranges::find(recipients, identity.recipient()) != recipients.end()) {
                return case_id;
            }
        }
    }
    throw Error{ErrorCode::kNotFound,
                source + " is the key of a case that isn't in this vault; nothing was changed"};
}

UnsealedCase unseal_case(store::Store& store, const std::string& case_id,
                         const std::vector<format::AgeIdentity>& identities) {
    if (!load_case_keys(store.catalog(), case_id).sealed()) {
        throw Error{ErrorCode::kRefused,
                    "case " + case_id.substr(0, 8) + " is open here already; nothing was changed"};
    }
    store::Transaction write{store.catalog()};
    restore_case_identities(write, case_id, identities);
    forget_own_role(write, case_id);
    Projected made = project_case_anew(write, load_case_keys(write.connection(), case_id));
    write.commit();
    return {case_id, std::move(made.findings)};
}

}  // namespace kua::evidence
