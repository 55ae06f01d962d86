#include "vault/exchange/membership.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vault/base/counted.h"
#include "vault/base/hex.h"
#include "vault/crypto/keys.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/exchange/carried_grants.h"
#include "vault/exchange/contacts.h"
#include "vault/exchange/issuing.h"
#include "vault/exchange/refs.h"
#include "vault/format/git_object.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/log.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

using evidence::Member;
using evidence::Role;

evidence::CaseKeys keys_of_owner(store::Connection& catalog, const evidence::Identity& identity,
                                 const std::string& case_id) {
    evidence::CaseKeys keys = evidence::load_case_keys(catalog, case_id);
    if (evidence::owner_of(catalog, case_id) != identity.card.fingerprint) {
        throw Error{ErrorCode::kRefused,
                    "only the owner of a case adds and removes members; nothing was changed"};
    }
    if (keys.sealed()) {
        evidence::refuse_sealed(case_id);
    }
    if (!has_begun(catalog, case_id, identity.card.fingerprint, keys.epoch)) {
        throw Error{ErrorCode::kRefused,
                    "this vault was restored from an older copy, and its own entries since that say"
                    " who belongs to the case aren't all here: sync with a remote that has them"};
    }
    keys.roster = evidence::roster_version(catalog, case_id);
    return keys;
}

journal::Appended append_shown(store::Transaction& write, const evidence::Identity& identity,
                               const evidence::CaseKeys& keys,
                               const std::vector<journal::EntryDraft>& drafts,
                               const base::Environment& environment) {
    journal::Appended appended =
        journal::append(write, identity.author(), keys.channel(), drafts, {}, environment);
    evidence::project(write, appended.entries, appended.seen);
    return appended;
}

void insert_epoch(store::Transaction& write, const std::string& case_id, std::uint64_t roster,
                  const GrantedEpoch& epoch, bool with_identity) {
    const base::Bytes id = journal::blob_of(case_id);
    write.run(
        "INSERT INTO case_key (case_id, recipient, kind, identity, channel, epoch, roster)"
        " VALUES (?1, ?2, ?3, NULL, ?4, ?5, ?6)",
        id, epoch.recipient.text(), static_cast<int>(epoch.recipient.kind()),
        base::ByteView{epoch.channel.expose()}, epoch.epoch, roster);
    if (with_identity && epoch.identity) {
        write.run("UPDATE case_key SET identity = ?3 WHERE case_id = ?1 AND epoch = ?2", id,
                  epoch.epoch, base::ByteView{epoch.identity->expose()});
    }
}

// Those that aren't here, and whom the grant knows. Whether there were any.
bool add_epochs(store::Transaction& write, const evidence::Identity& identity,
                const evidence::CaseKeys& keys, const Grant& grant) {
    bool is_new = false;
    for (const GrantedEpoch& epoch : grant.epochs) {
        if (epoch.epoch > keys.epoch) {
            insert_epoch(write, grant.case_id, std::max(grant.roster, keys.roster), epoch,
                         /*with_identity=*/!keys.sealed());
            is_new = true;
        }
    }
    for (const Member& member : grant.members) {
        evidence::add_author(write, grant.case_id, member.card, /*is_owner=*/false);
    }
    if (is_new && keys.sealed()) {
        note_other_inboxes(write, identity, grant);
    }
    return is_new;
}

// New keys for everybody who is still a member.
std::uint64_t rotate_epoch(store::Transaction& write, const evidence::CaseKeys& keys,
                           base::Random& random) {
    format::AgeIdentity identity = format::AgeIdentity::generate(keys.recipient.kind(), random);
    GrantedEpoch next{keys.epoch + 1, identity.recipient(), crypto::ChannelSecret::generate(random),
                      std::nullopt};
    next.identity.emplace(std::move(identity));
    insert_epoch(write, keys.case_id, keys.roster, next, /*with_identity=*/true);
    return next.epoch;
}

std::uint64_t count_in_case(store::Connection& catalog, std::string_view sql,
                            const std::string& case_id) {
    return static_cast<std::uint64_t>(
        catalog.query_integer(sql, journal::blob_of(case_id)).value_or(0));
}

// The last entry up to `seq` that a bundle ends with: a bundle counts whole or not at all, here and
// where it hasn't arrived yet.
std::uint64_t last_whole(store::Connection& catalog, const std::string& case_id,
                         const std::string& author, std::uint64_t seq) {
    return static_cast<std::uint64_t>(
        catalog
            .query_integer("SELECT MAX(first + count - 1) FROM bundle WHERE case_id = ?1"
                           " AND author = ?2 AND first + count - 1 <= ?3",
                           journal::blob_of(case_id), journal::blob_of(author), seq)
            .value_or(0));
}

// With `last_seq` absent all that are here count.
std::uint64_t last_counted(store::Connection& catalog, const std::string& case_id,
                           const std::string& author, std::optional<std::uint64_t> last_seq) {
    return last_seq ? last_whole(catalog, case_id, author, *last_seq)
                    : journal::find_log(catalog, case_id, author).size;
}

Member removable_member(store::Connection& catalog, const std::string& case_id,
                        const std::string& fingerprint, std::optional<std::uint64_t> last_seq) {
    auto member = evidence::find_member(catalog, case_id, fingerprint);
    if (!member || member->removed != 0) {
        throw Error{ErrorCode::kNotFound, "this card is no member of the case"};
    }
    if (member->role == Role::kOwner) {
        throw Error{ErrorCode::kRefused, "the owner can't leave the case"};
    }
    const std::uint64_t known = journal::find_log(catalog, case_id, fingerprint).size;
    if (last_seq && *last_seq > known) {
        throw Error{ErrorCode::kUsage, "only " +
                                           base::counted(known, "entry of this member is",
                                                         "entries of this member are") +
                                           " here; --as-of can't name"
                                           " a later one"};
    }
    return *std::move(member);
}

Exposure exposure_of(store::Connection& catalog, const evidence::CaseKeys& keys, Member member,
                     std::uint64_t last_seq) {
    Exposure exposure;
    exposure.epoch = keys.epoch;
    if (member.role != Role::kDepositor) {
        exposure.items =
            count_in_case(catalog, "SELECT COUNT(*) FROM item WHERE case_id = ?1", keys.case_id);
        exposure.entries =
            count_in_case(catalog, "SELECT COUNT(*) FROM entry WHERE case_id = ?1", keys.case_id);
    }
    const std::string& fingerprint = member.card.fingerprint;
    for (const journal::LogHead& head : journal::list_logs(catalog, keys.case_id)) {
        if (head.author == fingerprint) {
            exposure.set_aside = head.size > last_seq ? head.size - last_seq : 0;
        } else {
            exposure.seen += journal::most_known(catalog, keys.case_id, fingerprint, head.author);
        }
    }
    exposure.last_seq = last_seq;
    exposure.member = std::move(member);
    return exposure;
}

Grant open_kept(const evidence::Identity& identity, store::Connection& catalog,
                const std::string& sender, base::ByteView sealed) {
    const format::Card card = load_contact(catalog, sender).card;
    return open_grant(sealed, identity.age, identity.card.fingerprint,
                      {card.fingerprint, card.signing_key});
}

GrantOutcome take_own_grant(store::Transaction& write, const evidence::Identity& identity,
                            base::ByteView sealed) {
    OwnGrant own = open_own_grant(sealed, identity.age, identity.card);
    store::Connection& catalog = write.connection();
    const std::string case_id = own.grant.case_id;
    const bool is_here = catalog
                             .query_integer("SELECT 1 FROM case_key WHERE case_id = ?1 LIMIT 1",
                                            journal::blob_of(case_id))
                             .has_value();
    if (!is_here) {
        return GrantOutcome::kKnown;
    }
    if (evidence::owner_of(catalog, case_id) != identity.card.fingerprint) {
        return GrantOutcome::kRefused;
    }
    const evidence::CaseKeys keys = evidence::load_case_keys(catalog, case_id);
    if (own.grant.epochs.back().epoch <= keys.epoch) {
        return GrantOutcome::kKnown;
    }
    if (keys.sealed()) {
        return GrantOutcome::kLater;
    }
    journal::note_own_ahead(write, case_id, identity.card.fingerprint,
                            own.grant.members.at(0).last_seq);
    const auto restore_key = evidence::load_restore_key(catalog, case_id);
    if (!restore_key) {
        return GrantOutcome::kUnopened;
    }
    try {
        add_epochs(write, identity, keys, open_identities(std::move(own), *restore_key));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kWrongKey) {
            throw;
        }
        return GrantOutcome::kUnopened;
    }
    return GrantOutcome::kApplied;
}

// What is to be entered, and the report of it.
std::vector<journal::EntryDraft> take_repeated(Repeated repeated, RepeatRefusals repeat,
                                               Exposure& exposure) {
    exposure.keep = std::move(repeated.refusals.keep);
    if (repeat == RepeatRefusals::kNo) {
        return {};
    }
    exposure.refusing = std::move(repeated.refusals.sources);
    exposure.restricted = std::move(repeated.restrictions.things);
    exposure.left_out = repeated.refusals.left_out + repeated.restrictions.left_out;
    std::vector<journal::EntryDraft> drafts = std::move(repeated.refusals.drafts);
    std::ranges::move(repeated.restrictions.drafts, std::back_inserter(drafts));
    return drafts;
}

}  // namespace

void add_member(store::Store& store, const evidence::Identity& identity, const std::string& case_id,
                const format::Card& card, Role role) {
    const evidence::CaseKeys keys = keys_of_owner(store.catalog(), identity, case_id);
    if (const auto before = evidence::find_member(store.catalog(), case_id, card.fingerprint)) {
        throw Error{ErrorCode::kRefused,
                    before->removed == 0
                        ? "this card is a member already; nothing was changed"
                        : "this card was removed from the case and can't come back: make a new"
                          " identity, compare its card and add that"};
    }
    const base::Environment& environment = store.environment();
    journal::Appended appended;
    {
        store::Transaction write{store.catalog()};
        appended = append_shown(
            write, identity, keys,
            {{"member.added", evidence::member_added_facts(card, role, keys.roster + 1)}},
            environment);
        issue_grant(write, identity, case_id, {card, role, keys.roster + 1}, environment.random);
        write.commit();
    }
    journal::read_back(store.catalog(), appended);
}

Repeated check_removal(store::Connection& catalog, const evidence::Identity& identity,
                       const std::string& case_id, const std::string& fingerprint,
                       std::optional<std::uint64_t> last_seq) {
    static_cast<void>(keys_of_owner(catalog, identity, case_id));
    static_cast<void>(removable_member(catalog, case_id, fingerprint, last_seq));
    const std::uint64_t last = last_counted(catalog, case_id, fingerprint, last_seq);
    return {evidence::repeat_refusals(catalog, case_id, fingerprint, last),
            evidence::repeat_restrictions(catalog, case_id, fingerprint, last)};
}

Exposure remove_member(store::Store& store, const evidence::Identity& identity,
                       const std::string& case_id, const std::string& fingerprint,
                       std::optional<std::uint64_t> last_seq, RepeatRefusals repeat) {
    evidence::CaseKeys keys = keys_of_owner(store.catalog(), identity, case_id);
    Member member = removable_member(store.catalog(), case_id, fingerprint, last_seq);
    Exposure exposure = exposure_of(store.catalog(), keys, std::move(member),
                                    last_counted(store.catalog(), case_id, fingerprint, last_seq));
    const std::vector<journal::EntryDraft> repeated = take_repeated(
        check_removal(store.catalog(), identity, case_id, fingerprint, last_seq), repeat, exposure);
    const base::Environment& environment = store.environment();
    journal::Appended appended;
    {
        store::Transaction write{store.catalog()};
        // In the new epoch, so that whoever holds the removed card doesn't read of it.
        const std::uint64_t epoch = rotate_epoch(write, keys, environment.random);
        keys = evidence::load_case_keys(write.connection(), case_id);
        keys.roster = evidence::roster_version(write.connection(), case_id);
        std::vector<journal::EntryDraft> drafts = {
            {"member.removed",
             evidence::member_removed_facts(fingerprint, exposure.last_seq, keys.roster + 1)},
            {"epoch.rotated", {{"epoch", epoch}}}};
        std::ranges::copy(repeated, std::back_inserter(drafts));
        appended = append_shown(write, identity, keys, drafts, environment);
        if (exposure.set_aside > 0) {
            exposure.damage = evidence::project_after_removal(write, keys);
        }
        issue_grants(write, identity, keys, environment.random);
        write.commit();
    }
    journal::read_back(store.catalog(), appended);
    return exposure;
}

std::vector<Invitation> list_invitations(store::Connection& catalog,
                                         const evidence::Identity& identity) {
    store::Rows rows = catalog.query(
        "SELECT sender, sealed, arrived, declined FROM invitation WHERE sender IN (SELECT"
        " fingerprint FROM contact) ORDER BY case_id, sender");
    std::vector<Invitation> invitations;
    while (rows.next()) {
        invitations.push_back(
            {open_kept(identity, catalog, base::encode_hex(rows.blob(0)), rows.blob(1)),
             std::string{rows.text(2)}, rows.integer(3) != 0});
    }
    return invitations;
}

GrantOutcome take_grant(store::Transaction& write, const evidence::Identity& identity,
                        const journal::KnownAuthor& sender, base::ByteView sealed,
                        const base::Clock& clock) {
    if (sender.fingerprint == identity.card.fingerprint) {
        return take_own_grant(write, identity, sealed);
    }
    const Grant grant = open_grant(sealed, identity.age, identity.card.fingerprint, sender);
    store::Connection& catalog = write.connection();
    const base::Bytes case_id = journal::blob_of(grant.case_id);
    const base::Bytes from = journal::blob_of(sender.fingerprint);
    const bool is_here =
        catalog.query_integer("SELECT 1 FROM case_key WHERE case_id = ?1 LIMIT 1", case_id)
            .has_value();
    if (!is_here) {
        const std::int64_t changed = write.run(
            "INSERT INTO invitation (case_id, sender, roster, epoch, arrived, sealed)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (case_id, sender) DO UPDATE"
            " SET roster = excluded.roster, epoch = excluded.epoch, sealed = excluded.sealed"
            " WHERE (excluded.epoch, excluded.roster) > (epoch, roster)",
            case_id, from, grant.roster, grant.epochs.back().epoch, journal::claimed_time(clock),
            sealed);
        const bool is_shown =
            catalog
                .query_integer(
                    "SELECT 1 FROM invitation JOIN contact ON fingerprint = sender"
                    " WHERE case_id = ?1 AND sender = ?2 AND declined = 0",
                    case_id, from)
                .has_value();
        return changed == 0 || !is_shown ? GrantOutcome::kKnown : GrantOutcome::kInvited;
    }
    if (evidence::owner_of(catalog, grant.case_id) != sender.fingerprint) {
        return GrantOutcome::kRefused;
    }
    const evidence::CaseKeys keys = evidence::load_case_keys(catalog, grant.case_id);
    const bool takes_keys_away = !keys.sealed() && grant.role == Role::kDepositor;
    if (takes_keys_away) {
        return GrantOutcome::kRefused;  // it would leave new epochs unreadable here
    }
    return add_epochs(write, identity, keys, grant) ? GrantOutcome::kApplied : GrantOutcome::kKnown;
}

void decline_invitation(store::Transaction& write, const Invitation& invitation) {
    write.run("UPDATE invitation SET declined = 1 WHERE case_id = ?1 AND sender = ?2",
              journal::blob_of(invitation.grant.case_id), journal::blob_of(invitation.grant.from));
}

std::string accept_invitation(store::Transaction& write, const evidence::Identity& identity,
                              const Invitation& invitation) {
    const Grant& grant = invitation.grant;
    for (const GrantedEpoch& epoch : grant.epochs) {
        insert_epoch(write, grant.case_id, grant.roster, epoch, /*with_identity=*/true);
    }
    for (const Member& member : grant.members) {
        evidence::add_author(write, grant.case_id, member.card, member.role == Role::kOwner);
    }
    evidence::add_author(write, grant.case_id, identity.card, /*is_owner=*/false);
    note_other_inboxes(write, identity, grant);
    write.run("DELETE FROM invitation WHERE case_id = ?1", journal::blob_of(grant.case_id));
    return grant.case_id;
}

}  // namespace kua::exchange
