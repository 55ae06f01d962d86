#include "vault/exchange/issuing.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "vault/base/hex.h"
#include "vault/crypto/keys.h"
#include "vault/evidence/members.h"
#include "vault/exchange/grant.h"
#include "vault/exchange/refs.h"
#include "vault/format/git_object.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/log.h"

namespace kua::exchange {
namespace {

using evidence::Member;
using evidence::Role;

constexpr std::string_view kGrantName = "grant.age";

// All keys of a case; the identities are left out for a depositor.
std::vector<GrantedEpoch> load_epochs(store::Connection& catalog, const std::string& case_id,
                                      Role role) {
    store::Rows rows = catalog.query(
        "SELECT epoch, recipient, channel, kind, identity FROM case_key WHERE case_id = ?1"
        " ORDER BY epoch",
        journal::blob_of(case_id));
    std::vector<GrantedEpoch> epochs;
    while (rows.next()) {
        const base::ByteView channel = rows.blob(2);
        if (channel.size() != crypto::ChannelSecret::kSizeBytes) {
            throw Error{ErrorCode::kDamaged, "a channel secret in the catalog has a wrong size"};
        }
        GrantedEpoch epoch{
            static_cast<std::uint64_t>(rows.integer(0)), format::AgeRecipient::parse(rows.text(1)),
            crypto::ChannelSecret::copy_of(channel.first<crypto::ChannelSecret::kSizeBytes>()),
            std::nullopt};
        if (role != Role::kDepositor && !rows.is_null(4)) {
            epoch.identity.emplace(format::AgeIdentity::copy_of(
                static_cast<format::AgeKeyKind>(rows.integer(3)),
                rows.blob(4).first<crypto::CaseIdentity::kSizeBytes>()));
        }
        epochs.push_back(std::move(epoch));
    }
    return epochs;
}

std::string title_of(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows =
        catalog.query("SELECT title FROM case_info WHERE case_id = ?1", journal::blob_of(case_id));
    return rows.next() ? std::string{rows.text(0)} : std::string{};
}

}  // namespace

void issue_grant(store::Transaction& write, const evidence::Identity& identity,
                 const std::string& case_id, const Member& to, base::Random& random) {
    store::Connection& catalog = write.connection();
    Grant grant;
    grant.case_id = case_id;
    grant.from = identity.card.fingerprint;
    grant.to = to.card.fingerprint;
    grant.role = to.role;
    grant.roster = evidence::roster_version(catalog, case_id);
    grant.epochs = load_epochs(catalog, case_id, to.role);
    grant.members = evidence::list_members(catalog, case_id);
    const format::AgeRecipient recipient_key = format::AgeRecipient::parse(to.card.recipient);
    base::Bytes sealed;
    std::string ref;
    if (to.role == Role::kOwner) {
        // He has a journal that tells the rest, and a sealed case must not be told of here.
        std::erase_if(grant.members, [](const Member& one) { return one.role != Role::kOwner; });
        grant.members.at(0).last_seq =
            journal::find_log(catalog, case_id, identity.card.fingerprint).size;
        sealed = seal_own_grant(grant, identity.signer, recipient_key,
                                evidence::load_restore_key(catalog, case_id).value().recipient(),
                                random);
        ref = own_inbox_ref(identity);
    } else {
        grant.title = title_of(catalog, case_id);
        sealed = seal_grant(grant, identity.signer, recipient_key, random);
        ref = inbox_ref(to.card.inbox, identity.card.fingerprint);
    }

    const base::Bytes recipient = journal::blob_of(to.card.fingerprint);
    std::optional<format::GitId> parent;
    std::int64_t place = 1;
    store::Rows rows = catalog.query(
        "SELECT place, commit_id FROM grant_out WHERE recipient = ?1 ORDER BY place DESC LIMIT 1",
        recipient);
    if (rows.next()) {
        place = rows.integer(0) + 1;
        parent = format::GitId{rows.fixed_blob<20>(1)};
    }
    const base::Bytes tree = format::write_git_tree(
        {{std::string{kGrantName}, false, format::git_id(format::GitKind::kBlob, sealed)}});
    const base::Bytes commit =
        format::write_git_commit({format::git_id(format::GitKind::kTree, tree), parent});
    write.run(
        "INSERT INTO grant_out (recipient, place, ref, case_id, commit_id, sealed)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        recipient, place, ref, journal::blob_of(case_id),
        format::git_id(format::GitKind::kCommit, commit).bytes, sealed);
}

namespace {

// By what their first epoch's row says.
std::vector<std::string> list_cases_where(store::Connection& catalog,
                                          const std::string& condition) {
    store::Rows rows =
        catalog.query("SELECT case_id FROM case_key WHERE epoch = 1 AND " + condition);
    std::vector<std::string> cases;
    while (rows.next()) {
        cases.push_back(base::encode_hex(rows.blob(0)));
    }
    return cases;
}

}  // namespace

bool has_begun(store::Connection& catalog, const std::string& case_id, const std::string& own,
               std::uint64_t epoch) {
    return epoch == 1 ||
           catalog
               .query_integer(
                   "SELECT 1 FROM entry JOIN bundle ON bundle.case_id = entry.case_id"
                   " AND bundle.author = entry.author AND entry.seq BETWEEN bundle.first"
                   " AND bundle.first + bundle.count - 1 WHERE entry.case_id = ?1"
                   " AND entry.author = ?2 AND entry.type = 'epoch.rotated'"
                   " AND bundle.epoch = ?3 LIMIT 1",
                   journal::blob_of(case_id), journal::blob_of(own), epoch)
               .has_value();
}

void issue_grants(store::Transaction& write, const evidence::Identity& identity,
                  const evidence::CaseKeys& keys, base::Random& random) {
    evidence::ensure_restore_key(write, keys, random);
    for (const Member& other : evidence::list_members(write.connection(), keys.case_id)) {
        if (other.removed == 0) {
            issue_grant(write, identity, keys.case_id, other, random);
        }
    }
    write.run("UPDATE case_key SET granted = ?2 WHERE case_id = ?1 AND epoch = 1",
              journal::blob_of(keys.case_id), keys.epoch);
}

bool issue_due_grants(store::Store& store, const evidence::Identity& identity,
                      const std::function<bool(const std::string& case_id)>& may) {
    const std::string& own = identity.card.fingerprint;
    for (const std::string& case_id :
         list_cases_where(store.catalog(), "restore_key IS NULL AND identity IS NOT NULL")) {
        if (evidence::owner_of(store.catalog(), case_id) == own) {
            store::Transaction write{store.catalog()};
            evidence::ensure_restore_key(write,
                                         evidence::load_case_keys(write.connection(), case_id),
                                         store.environment().random);
            write.commit();
        }
    }
    const std::vector<std::string> due = list_cases_where(
        store.catalog(),
        "restore_key IS NOT NULL AND granted <"
        " (SELECT MAX(epoch) FROM case_key AS any WHERE any.case_id = case_key.case_id)");
    bool is_any = false;
    for (const std::string& case_id : due) {
        const evidence::CaseKeys keys = evidence::load_case_keys(store.catalog(), case_id);
        // Who is out by now must be known, or they would get the newer keys, too.
        if (!may(case_id) || keys.sealed() ||
            !has_begun(store.catalog(), case_id, own, keys.epoch) ||
            journal::is_stopped(store.catalog(), case_id, own)) {
            continue;
        }
        store::Transaction write{store.catalog()};
        issue_grants(write, identity, keys, store.environment().random);
        write.commit();
        is_any = true;
    }
    return is_any;
}

}  // namespace kua::exchange
