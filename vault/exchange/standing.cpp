#include "vault/exchange/standing.h"

#include <algorithm>
#include <array>

#include "vault/evidence/item_id.h"
#include "vault/evidence/members.h"
#include "vault/journal/check.h"

namespace kua::exchange {
namespace {

constexpr std::array<std::string_view, 39> kKnownTypes = {
    "act.added",          "act.described",     "anchor.added",     "case.closed",
    "case.created",       "case.described",    "consent.given",    "consent.withdrawn",
    "contact.verified",   "custody.derived",   "custody.exported", "custody.handed_over",
    "custody.lost",       "custody.received",  "custody.returned", "custody.shredded",
    "custody.verified",   "custody.viewed",    "epoch.rotated",    "event.added",
    "event.described",    "exchange.received", "item.added",       "item.described",
    "item.linked",        "item.tagged",       "journal.forked",   "member.added",
    "member.removed",     "person.added",      "person.described", "place.added",
    "place.described",    "source.added",      "source.described", "source.identity",
    "testimony.recorded", "transcript.added",  "translation.added"};

// The newest roster that the owner's journal here tells of.
std::uint64_t roster_here(const std::vector<evidence::Member>& members) {
    std::uint64_t newest = 1;
    for (const evidence::Member& member : members) {
        newest = std::max({newest, member.roster, member.removed});
    }
    return newest;
}

Standing not_member(std::string text) {
    return {FindingCode::kNotMember, std::move(text)};
}

// Two authors' items of one id would be shown by each vault as they happened to arrive.
Standing foreign_item() {
    return {FindingCode::kDamaged,
            "an item in it has an id that doesn't follow from its author and object; not taken"};
}

Standing impossible_size() {
    return {FindingCode::kDamaged,
            "an item in it has a size that its object can't have; not taken"};
}

// What makes rosters must be understood, or the vaults of a case would know different ones.
Standing standing_of_owner(const journal::VerifiedBundle& bundle) {
    for (const journal::Entry& entry : bundle.entries) {
        if (!evidence::has_own_item_id(entry)) {
            return foreign_item();
        }
        if (!evidence::has_possible_size(entry, bundle.manifest.objects)) {
            return impossible_size();
        }
        const bool is_clear =
            (entry.header.type != "member.added" || evidence::read_member_added(entry)) &&
            (entry.header.type != "member.removed" || evidence::read_member_removed(entry));
        if (!is_clear) {
            return {FindingCode::kDamaged, "an entry about a member is malformed; not taken"};
        }
    }
    return {};
}

}  // namespace

bool is_known_type(std::string_view entry_type) {
    return std::ranges::find(kKnownTypes, entry_type) != kKnownTypes.end();
}

Standing standing_of(store::Connection& catalog, const journal::VerifiedBundle& bundle) {
    const journal::Manifest& manifest = bundle.manifest;
    if (manifest.author == evidence::owner_of(catalog, manifest.case_id)) {
        return standing_of_owner(bundle);
    }
    const std::vector<evidence::Member> members = evidence::list_members(catalog, manifest.case_id);
    if (manifest.roster > roster_here(members)) {
        return {FindingCode::kGap, "waits for the owner's entry that made version " +
                                       std::to_string(manifest.roster) + " of the members"};
    }
    const auto member = std::ranges::find(
        members, manifest.author, [](const evidence::Member& one) { return one.card.fingerprint; });
    if (member == members.end() || !member->belongs_at(manifest.roster)) {
        return not_member("from somebody who is not a member of the case; not taken");
    }
    // A bundle that only ends behind the last entry that counts is taken as it is, so that all have
    // the ones that count; the others are set aside (evidence::counts).
    if (member->removed != 0 && manifest.first > member->last_seq) {
        return not_member("its author was removed from the case; entries after " +
                          std::to_string(member->last_seq) + " are not taken");
    }
    for (const journal::Entry& entry : bundle.entries) {
        if (!evidence::has_own_item_id(entry)) {
            return foreign_item();
        }
        if (!evidence::has_possible_size(entry, bundle.manifest.objects)) {
            return impossible_size();
        }
        if (!evidence::may_write(member->role, entry.header.type)) {
            return {FindingCode::kNotAllowed, "a " + std::string{name_of(member->role)} +
                                                  " may not write " + entry.header.type +
                                                  "; not taken"};
        }
    }
    return {};
}

}  // namespace kua::exchange
