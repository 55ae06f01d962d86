#include "vault/evidence/cases.h"

#include <algorithm>

#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/crypto/key.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kCaseIdBytes = 16;
constexpr std::size_t kMinPrefixDigits = 4;
constexpr std::string_view kCurrentCase = "current_case";

// Ids of cases whose title or reference code is `name`, or whose id starts with it.
std::vector<std::string> cases_called(store::Connection& catalog, const std::string& name) {
    std::vector<std::string> found;
    const std::string lower = base::to_ascii_lower(name);
    for (const std::string& case_id : list_case_ids(catalog)) {
        if (lower.size() >= kMinPrefixDigits && case_id.starts_with(lower)) {
            found.push_back(case_id);
        }
    }
    store::Rows rows = catalog.query(
        "SELECT case_id FROM case_info WHERE title = ?1 OR reference_code = ?1 ORDER BY case_id",
        name);
    while (rows.next()) {
        std::string case_id = base::encode_hex(rows.blob(0));
        if (std::find(found.begin(), found.end(), case_id) == found.end()) {
            found.push_back(std::move(case_id));
        }
    }
    return found;
}

}  // namespace

CaseKeys create_case_keys(store::Transaction& write, format::AgeKeyKind kind,
                          base::Random& random) {
    base::Bytes id(kCaseIdBytes);
    random.fill(id);
    format::AgeIdentity identity = format::AgeIdentity::generate(kind, random);
    const auto channel = crypto::ChannelSecret::generate(random);
    CaseKeys keys{
        .case_id = base::encode_hex(id), .recipient = identity.recipient(), .identities = {}};
    write.run(
        "INSERT INTO case_key (case_id, recipient, kind, identity, channel, epoch, roster)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        id, keys.recipient.text(), static_cast<int>(kind), base::ByteView{identity.expose()},
        base::ByteView{channel.expose()}, keys.epoch, keys.roster);
    keys.identities.push_back(std::move(identity));
    ensure_restore_key(write, keys, random);
    return keys;
}

void ensure_restore_key(store::Transaction& write, const CaseKeys& keys, base::Random& random) {
    const auto identity = format::AgeIdentity::generate(keys.recipient.kind(), random);
    write.run(
        "UPDATE case_key SET restore_key = ?2, granted = iif(granted = 0, ?3, granted)"
        " WHERE case_id = ?1 AND epoch = 1 AND restore_key IS NULL",
        journal::blob_of(keys.case_id), base::ByteView{identity.expose()}, keys.epoch);
}

std::optional<format::AgeIdentity> load_restore_key(store::Connection& catalog,
                                                    const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT kind, restore_key FROM case_key"
        " WHERE case_id = ?1 AND epoch = 1 AND restore_key IS NOT NULL",
        journal::blob_of(case_id));
    if (!rows.next()) {
        return std::nullopt;
    }
    const base::ByteView secret = rows.blob(1);
    if (secret.size() != crypto::CaseIdentity::kSizeBytes) {
        throw Error{ErrorCode::kDamaged, "a restore key in the catalog has a wrong size"};
    }
    return format::AgeIdentity::copy_of(static_cast<format::AgeKeyKind>(rows.integer(0)),
                                        secret.first<crypto::CaseIdentity::kSizeBytes>());
}

CaseKeys load_case_keys(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT recipient, kind, identity, epoch, roster FROM case_key WHERE case_id = ?1"
        " ORDER BY epoch DESC",
        journal::blob_of(case_id));
    if (!rows.next()) {
        throw Error{ErrorCode::kNotFound, "no case " + case_id.substr(0, 8)};
    }
    CaseKeys keys{.case_id = case_id,
                  .recipient = format::AgeRecipient::parse(rows.text(0)),
                  .identities = {},
                  .epoch = static_cast<std::uint64_t>(rows.integer(3)),
                  .roster = static_cast<std::uint64_t>(rows.integer(4))};
    do {
        if (rows.is_null(2)) {
            continue;
        }
        const base::ByteView secret = rows.blob(2);
        if (secret.size() != crypto::CaseIdentity::kSizeBytes) {
            throw Error{ErrorCode::kDamaged, "a case identity in the catalog has a wrong size"};
        }
        keys.identities.push_back(
            format::AgeIdentity::copy_of(static_cast<format::AgeKeyKind>(rows.integer(1)),
                                         secret.first<crypto::CaseIdentity::kSizeBytes>()));
    } while (rows.next());
    return keys;
}

std::vector<std::string> list_case_ids(store::Connection& catalog) {
    store::Rows rows = catalog.query("SELECT DISTINCT case_id FROM case_key ORDER BY case_id");
    std::vector<std::string> ids;
    while (rows.next()) {
        ids.push_back(base::encode_hex(rows.blob(0)));
    }
    return ids;
}

std::vector<format::AgeRecipient> list_case_recipients(store::Connection& catalog,
                                                       const std::string& case_id) {
    store::Rows rows =
        catalog.query("SELECT recipient FROM case_key WHERE case_id = ?1 ORDER BY epoch DESC",
                      journal::blob_of(case_id));
    std::vector<format::AgeRecipient> recipients;
    while (rows.next()) {
        recipients.push_back(format::AgeRecipient::parse(rows.text(0)));
    }
    return recipients;
}

void remove_case_identities(store::Transaction& write, const std::string& case_id) {
    write.run("UPDATE case_key SET identity = NULL, restore_key = NULL WHERE case_id = ?1",
              journal::blob_of(case_id));
}

void restore_case_identities(store::Transaction& write, const std::string& case_id,
                             const std::vector<format::AgeIdentity>& identities) {
    for (const format::AgeIdentity& identity : identities) {
        write.run("UPDATE case_key SET identity = ?2 WHERE case_id = ?1 AND recipient = ?3",
                  journal::blob_of(case_id), base::ByteView{identity.expose()},
                  identity.recipient().text());
    }
    if (write.query_integer(
            "SELECT 1 FROM case_key WHERE case_id = ?1 AND identity IS NULL LIMIT 1",
            journal::blob_of(case_id))) {
        throw Error{ErrorCode::kRefused,
                    "this is not the whole key of case " + case_id.substr(0, 8) +
                        ": it was given a new one while it was sealed here. Say --remote NAME, too,"
                        " with the remote that brought it"};
    }
}

namespace {

// Only a preference: where it can't be read, it is as if there was none.
std::optional<std::string> current_case_if_readable(store::Connection& catalog) {
    try {
        return current_case(catalog);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return std::nullopt;
    }
}

}  // namespace

std::string resolve_case(store::Connection& catalog, const std::string& name) {
    if (name.empty()) {
        if (const std::optional<std::string> current = current_case_if_readable(catalog)) {
            return *current;
        }
        const std::vector<std::string> ids = list_case_ids(catalog);
        if (ids.size() == 1) {
            return ids.front();
        }
        throw Error{ErrorCode::kNotFound,
                    "there are several cases here; choose one with --case or `kua case use`"};
    }
    const std::vector<std::string> found = cases_called(catalog, name);
    if (found.size() == 1) {
        return found.front();
    }
    if (found.empty()) {
        throw Error{ErrorCode::kNotFound, "no case is called " + base::quoted(name) +
                                              " here; a sealed one is named by its id"};
    }
    std::string all;
    for (const std::string& case_id : found) {
        all += (all.empty() ? "" : ", ") + case_id.substr(0, 8);
    }
    throw Error{ErrorCode::kNotFound, base::quoted(name) + " fits several cases: " + all};
}

std::string resolve_open_case(store::Connection& catalog, const std::string& name) {
    std::string case_id = resolve_case(catalog, name);
    if (load_case_keys(catalog, case_id).sealed()) {
        refuse_sealed(case_id);
    }
    return case_id;
}

void set_current_case(store::Transaction& write, const std::string& case_id) {
    write.run(
        "INSERT INTO setting (name, value) VALUES (?1, ?2)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        kCurrentCase, journal::blob_of(case_id));
}

std::optional<std::string> current_case(store::Connection& catalog) {
    store::Rows rows = catalog.query("SELECT value FROM setting WHERE name = ?1", kCurrentCase);
    if (!rows.next()) {
        return std::nullopt;
    }
    return base::encode_hex(rows.blob(0));
}

void refuse_sealed(const std::string& case_id) {
    throw Error{ErrorCode::kRefused, "case " + case_id.substr(0, 8) +
                                         " is sealed here: it cannot be read here. `kua case unseal"
                                         " FILE` with its key brings it back"};
}

std::vector<std::string> list_sealed_cases(store::Connection& catalog) {
    store::Rows rows = catalog.query(
        "SELECT DISTINCT case_id FROM case_key AS newest WHERE identity IS NULL AND epoch ="
        " (SELECT MAX(epoch) FROM case_key WHERE case_id = newest.case_id) ORDER BY case_id");
    std::vector<std::string> sealed;
    while (rows.next()) {
        sealed.push_back(base::encode_hex(rows.blob(0)));
    }
    return sealed;
}

void refuse_all_sealed(const std::vector<std::string>& case_ids) {
    if (case_ids.size() == 1) {
        refuse_sealed(case_ids.front());
    }
    std::string all;
    for (const std::string& case_id : case_ids) {
        all += (all.empty() ? "" : ", ") + case_id.substr(0, 8);
    }
    throw Error{ErrorCode::kRefused, "all cases are sealed here (" + all +
                                         "): they cannot be read here. `kua case unseal FILE` with"
                                         " the key of one brings it back"};
}

}  // namespace kua::evidence
