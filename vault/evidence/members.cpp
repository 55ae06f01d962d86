#include "vault/evidence/members.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vault/base/hex.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> kRoles = {{
    {Role::kOwner, "owner"},
    {Role::kContributor, "contributor"},
    {Role::kReader, "reader"},
    {Role::kDepositor, "depositor"},
}};

bool makes_rosters(std::string_view type) {
    return type.starts_with("member.") || type.starts_with("epoch.") || type.starts_with("case.");
}

// What a reader's journal holds: that something arrived, went out or was looked at.
constexpr std::array<std::string_view, 9> kReaderTypes = {
    "exchange.received", "journal.forked",      "contact.verified",
    "custody.exported",  "custody.handed_over", "custody.returned",
    "custody.lost",      "custody.verified",    "custody.viewed"};
constexpr std::array<std::string_view, 10> kDepositorTypes = {
    "exchange.received",  "contact.verified", "item.added",   "custody.received",
    "testimony.recorded", "transcript.added", "source.added", "source.identity",
    "consent.given",      "consent.withdrawn"};

std::optional<std::uint64_t> uint_fact(const journal::Entry& entry, std::string_view name) {
    const base::Json* value = journal::find_fact(entry, name);
    if (value == nullptr || !value->is_number_unsigned()) {
        return std::nullopt;
    }
    const auto number = value->get<std::uint64_t>();
    return number <= format::kMaxJournalSize ? std::optional{number} : std::nullopt;
}

std::optional<format::Card> card_fact(const journal::Entry& entry) {
    try {
        return format::parse_card(journal::fact_text(entry, "card"));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return std::nullopt;
    }
}

// What the next bundle of this vault says that it knows: only what a row of `member` shows to all
// who have the entry, as they wait for it.
void raise_roster(store::Transaction& write, const base::Bytes& case_id, std::uint64_t roster) {
    write.run("UPDATE case_key SET roster = ?2 WHERE case_id = ?1 AND roster < ?2", case_id,
              roster);
}

bool is_by_owner(store::Connection& catalog, const journal::Entry& entry) {
    return catalog
        .query_integer(
            "SELECT 1 FROM case_author WHERE case_id = ?1 AND author = ?2 AND is_owner = 1",
            journal::blob_of(entry.header.case_id), journal::blob_of(entry.header.author))
        .has_value();
}

// The owner's own card comes with the case.
std::optional<MemberAdded> read_owner(const journal::Entry& entry) {
    if (entry.header.type != "case.created") {
        return std::nullopt;
    }
    std::optional<format::Card> card = card_fact(entry);
    if (!card || card->fingerprint != entry.header.author) {
        return std::nullopt;
    }
    return MemberAdded{*std::move(card), Role::kOwner, 1};
}

std::optional<MemberAdded> read_arrival(const journal::Entry& entry) {
    std::optional<MemberAdded> owner = read_owner(entry);
    return owner ? std::move(owner) : read_member_added(entry);
}

Member read_member(const store::Rows& rows) {
    const std::optional<Role> role = parse_role(rows.text(1));
    if (!role) {
        throw Error{ErrorCode::kDamaged, "the catalog names a role that doesn't exist"};
    }
    return {
        format::read_stored_card(rows.text(0)), *role, static_cast<std::uint64_t>(rows.integer(2)),
        static_cast<std::uint64_t>(rows.integer(3)), static_cast<std::uint64_t>(rows.integer(4))};
}

}  // namespace

std::string_view name_of(Role role) noexcept {
    const auto* const found =
        std::ranges::find(kRoles, role, &std::pair<Role, std::string_view>::first);
    return found == kRoles.end() ? std::string_view{} : found->second;
}

std::optional<Role> parse_role(std::string_view text) {
    for (const auto& [role, name] : kRoles) {
        if (name == text) {
            return role;
        }
    }
    return std::nullopt;
}

bool may_write(Role role, std::string_view entry_type) {
    const auto is_among = [entry_type](const auto& types) {
        return std::ranges::find(types, entry_type) != types.end();
    };
    switch (role) {
        case Role::kOwner:
            return true;
        case Role::kContributor:
            return !makes_rosters(entry_type);
        case Role::kReader:
            return is_among(kReaderTypes);
        case Role::kDepositor:
            return is_among(kDepositorTypes);
    }
    return false;
}

std::vector<Member> list_members(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT card, role, roster, removed, last_seq FROM member WHERE case_id = ?1"
        " ORDER BY roster",
        journal::blob_of(case_id));
    std::vector<Member> members;
    while (rows.next()) {
        members.push_back(read_member(rows));
    }
    return members;
}

std::optional<Member> find_member(store::Connection& catalog, const std::string& case_id,
                                  const std::string& fingerprint) {
    store::Rows rows = catalog.query(
        "SELECT card, role, roster, removed, last_seq FROM member"
        " WHERE case_id = ?1 AND member = ?2 ORDER BY roster",
        journal::blob_of(case_id), journal::blob_of(fingerprint));
    if (!rows.next()) {
        return std::nullopt;
    }
    return read_member(rows);
}

namespace {

std::string role_setting(const std::string& case_id) {
    return "role_in_sealed:" + case_id;
}

}  // namespace

std::optional<Role> own_role(store::Connection& catalog, const std::string& case_id, bool is_sealed,
                             const std::string& own) {
    if (!is_sealed) {
        const std::optional<Member> member = find_member(catalog, case_id, own);
        return member ? std::optional{member->role} : std::nullopt;
    }
    store::Rows rows =
        catalog.query("SELECT value FROM setting WHERE name = ?1", role_setting(case_id));
    return rows.next() ? parse_role(base::text_of(rows.blob(0))) : std::nullopt;
}

void keep_own_role(store::Transaction& write, const std::string& case_id, const std::string& own) {
    const std::optional<Member> member = find_member(write.connection(), case_id, own);
    if (member) {
        write.run(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            role_setting(case_id), base::bytes_of(name_of(member->role)));
    }
}

void forget_own_role(store::Transaction& write, const std::string& case_id) {
    write.run("DELETE FROM setting WHERE name = ?1", role_setting(case_id));
}

std::uint64_t roster_version(store::Connection& catalog, const std::string& case_id) {
    const std::int64_t known =
        catalog
            .query_integer("SELECT MAX(MAX(roster, removed)) FROM member WHERE case_id = ?1",
                           journal::blob_of(case_id))
            .value_or(0);
    const std::int64_t kept =
        catalog
            .query_integer("SELECT MAX(roster) FROM case_key WHERE case_id = ?1",
                           journal::blob_of(case_id))
            .value_or(1);
    return static_cast<std::uint64_t>(std::max<std::int64_t>({known, kept, 1}));
}

std::vector<journal::KnownAuthor> load_authors(store::Connection& catalog,
                                               const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT author, signing_key FROM case_author WHERE case_id = ?1 ORDER BY author",
        journal::blob_of(case_id));
    std::vector<journal::KnownAuthor> authors;
    while (rows.next()) {
        authors.push_back(
            {base::encode_hex(rows.blob(0)), crypto::Ed25519PublicKey{rows.fixed_blob<32>(1)}});
    }
    return authors;
}

journal::KnownAuthor load_owner(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT author, signing_key FROM case_author WHERE case_id = ?1 AND is_owner = 1"
        " ORDER BY author",
        journal::blob_of(case_id));
    if (!rows.next()) {
        throw Error{ErrorCode::kDamaged, "the catalog doesn't say who owns the case"};
    }
    return {base::encode_hex(rows.blob(0)), crypto::Ed25519PublicKey{rows.fixed_blob<32>(1)}};
}

std::string owner_of(store::Connection& catalog, const std::string& case_id) {
    return load_owner(catalog, case_id).fingerprint;
}

void add_author(store::Transaction& write, const std::string& case_id, const format::Card& card,
                bool is_owner) {
    write.run(
        "INSERT INTO case_author (case_id, author, signing_key, is_owner) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO NOTHING",
        journal::blob_of(case_id), journal::blob_of(card.fingerprint), card.signing_key,
        is_owner ? 1 : 0);
}

std::vector<journal::Fact> member_added_facts(const format::Card& card, Role role,
                                              std::uint64_t roster) {
    return {{"card", card.text}, {"role", std::string{name_of(role)}}, {"roster", roster}};
}

std::vector<journal::Fact> member_removed_facts(const std::string& fingerprint,
                                                std::uint64_t last_seq, std::uint64_t roster) {
    return {{"member", fingerprint}, {"last_seq", last_seq}, {"roster", roster}};
}

std::optional<MemberAdded> read_member_added(const journal::Entry& entry) {
    if (entry.header.type != "member.added") {
        return std::nullopt;
    }
    std::optional<format::Card> card = card_fact(entry);
    const std::optional<Role> role = parse_role(journal::fact_text(entry, "role"));
    const std::optional<std::uint64_t> roster = uint_fact(entry, "roster");
    if (!card || !role || role == Role::kOwner || !roster || *roster < 2) {
        return std::nullopt;
    }
    return MemberAdded{*std::move(card), *role, *roster};
}

std::optional<MemberRemoved> read_member_removed(const journal::Entry& entry) {
    if (entry.header.type != "member.removed") {
        return std::nullopt;
    }
    const std::string fingerprint = journal::fact_text(entry, "member");
    const std::optional<base::Bytes> bytes = base::decode_hex(fingerprint);
    const std::optional<std::uint64_t> last_seq = uint_fact(entry, "last_seq");
    const std::optional<std::uint64_t> roster = uint_fact(entry, "roster");
    if (!bytes || bytes->size() != sizeof(crypto::Sha256Digest) || !last_seq || !roster ||
        *roster < 2 || fingerprint == entry.header.author) {
        return std::nullopt;
    }
    return MemberRemoved{fingerprint, *last_seq, *roster};
}

void project_member(store::Transaction& write, const journal::Entry& entry) {
    const base::Bytes case_id = journal::blob_of(entry.header.case_id);
    if (const auto removed = read_member_removed(entry)) {
        if (is_by_owner(write.connection(), entry)) {
            const std::int64_t changed = write.run(
                "UPDATE member SET removed = ?3, last_seq = ?4"
                " WHERE case_id = ?1 AND member = ?2 AND removed = 0 AND roster < ?3",
                case_id, journal::blob_of(removed->fingerprint), removed->roster,
                removed->last_seq);
            if (changed == 1) {
                raise_roster(write, case_id, removed->roster);
            }
        }
        return;
    }
    const std::optional<MemberAdded> added = read_arrival(entry);
    if (!added || !is_by_owner(write.connection(), entry)) {
        return;
    }
    const std::int64_t inserted = write.run(
        "INSERT INTO member (case_id, roster, member, card, role, removed, last_seq)"
        " SELECT ?1, ?2, ?3, ?4, ?5, 0, 0"
        " WHERE NOT EXISTS (SELECT 1 FROM member WHERE case_id = ?1 AND member = ?3)"
        " ON CONFLICT DO NOTHING",
        case_id, added->roster, journal::blob_of(added->card.fingerprint), added->card.text,
        std::string{name_of(added->role)});
    add_author(write, entry.header.case_id, added->card, /*is_owner=*/false);
    if (inserted == 1) {
        raise_roster(write, case_id, added->roster);
    }
}

bool is_member_shown(store::Connection& catalog, const journal::Entry& entry) {
    const base::Bytes case_id = journal::blob_of(entry.header.case_id);
    if (const auto removed = read_member_removed(entry)) {
        return !is_by_owner(catalog, entry) ||
               catalog.query_integer(
                   "SELECT 1 FROM member WHERE case_id = ?1 AND member = ?2 AND removed <= ?3",
                   case_id, journal::blob_of(removed->fingerprint), removed->roster);
    }
    const std::optional<MemberAdded> added = read_arrival(entry);
    return !added || !is_by_owner(catalog, entry) ||
           catalog.query_integer(
               "SELECT 1 FROM member WHERE case_id = ?1 AND member = ?2 AND roster <= ?3"
               " AND (roster < ?3 OR (card = ?4 AND role = ?5))",
               case_id, journal::blob_of(added->card.fingerprint), added->roster, added->card.text,
               std::string{name_of(added->role)});
}

bool counts(store::Connection& catalog, const std::string& case_id, const std::string& author,
            std::uint64_t seq) {
    return !catalog
                .query_integer(
                    "SELECT 1 FROM member WHERE case_id = ?1 AND member = ?2 AND removed <> 0"
                    " AND last_seq < ?3",
                    journal::blob_of(case_id), journal::blob_of(author), seq)
                .has_value();
}

}  // namespace kua::evidence
