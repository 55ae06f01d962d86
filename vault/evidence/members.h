// Who belongs to a case, in which role, from which roster version on. The owner's journal alone
// says so; each member.added and member.removed makes a new version, counted from 1 (the owner
// alone). A card that was removed never comes back. Tables: docs/formats.md, "Catalog".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/format/card.h"
#include "vault/journal/check.h"
#include "vault/journal/entry.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::evidence {

enum class Role : std::uint8_t {  // The names reach disk.
    kOwner,                       // made the case; alone adds and removes members
    kContributor,
    kReader,
    kDepositor,  // adds, and never gets a case identity
};
std::string_view name_of(Role role) noexcept;
// Nothing for any other text.
std::optional<Role> parse_role(std::string_view text);

// Whether somebody in that role may write entries of that type. Types that this kua doesn't know
// are the owner's and contributors' to write.
[[nodiscard]] bool may_write(Role role, std::string_view entry_type);

struct Member {
    format::Card card;
    Role role = Role::kReader;
    std::uint64_t roster = 1;    // first version with this member
    std::uint64_t removed = 0;   // first version without; 0: still a member
    std::uint64_t last_seq = 0;  // if removed: the last entry of this member that counts

    bool belongs_at(std::uint64_t version) const noexcept {
        return roster <= version && (removed == 0 || version < removed);
    }
};

// All that ever were, in the order they came. Empty in a sealed case. kDamaged.
std::vector<Member> list_members(store::Connection& catalog, const std::string& case_id);
std::optional<Member> find_member(store::Connection& catalog, const std::string& case_id,
                                  const std::string& fingerprint);
// The newest version that is known here; in a sealed case the one that it was sealed with.
std::uint64_t roster_version(store::Connection& catalog, const std::string& case_id);

// What `own` (a fingerprint) may do in the case; in a sealed case what it could when that was
// sealed here, as keep_own_role() noted. Nothing if that isn't known.
std::optional<Role> own_role(store::Connection& catalog, const std::string& case_id, bool is_sealed,
                             const std::string& own);
// When a case is sealed, and when it is opened again.
void keep_own_role(store::Transaction& write, const std::string& case_id, const std::string& own);
void forget_own_role(store::Transaction& write, const std::string& case_id);

// Whose signatures count in a case, sealed or open: the cards' keys without their names.
std::vector<journal::KnownAuthor> load_authors(store::Connection& catalog,
                                               const std::string& case_id);
// The owner, and the fingerprint alone.
journal::KnownAuthor load_owner(store::Connection& catalog, const std::string& case_id);
std::string owner_of(store::Connection& catalog, const std::string& case_id);
void add_author(store::Transaction& write, const std::string& case_id, const format::Card& card,
                bool is_owner);

// Facts of the entries that make rosters.
std::vector<journal::Fact> member_added_facts(const format::Card& card, Role role,
                                              std::uint64_t roster);
std::vector<journal::Fact> member_removed_facts(const std::string& fingerprint,
                                                std::uint64_t last_seq, std::uint64_t roster);

// What an entry about members says, if it is well formed.
struct MemberAdded {
    format::Card card;
    Role role = Role::kReader;
    std::uint64_t roster = 0;
};
struct MemberRemoved {
    std::string fingerprint;
    std::uint64_t last_seq = 0;
    std::uint64_t roster = 0;
};
std::optional<MemberAdded> read_member_added(const journal::Entry& entry);
std::optional<MemberRemoved> read_member_removed(const journal::Entry& entry);

// The part of projection.h about members: entries of the owner change the roster, those of others
// are entries and nothing more.
void project_member(store::Transaction& write, const journal::Entry& entry);
// Whether the rows that project_member() made of an entry are there.
[[nodiscard]] bool is_member_shown(store::Connection& catalog, const journal::Entry& entry);

// Whether entry `seq` of an author counts: not if the author was removed with an earlier last one.
[[nodiscard]] bool counts(store::Connection& catalog, const std::string& case_id,
                          const std::string& author, std::uint64_t seq);

}  // namespace kua::evidence
