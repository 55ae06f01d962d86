#include "vault/exchange/peers.h"

#include <algorithm>
#include <utility>

#include "vault/base/counted.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/holdings.h"
#include "vault/evidence/members.h"
#include "vault/journal/check.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/receive.h"

namespace kua::exchange {

void Peers::came(const Channel& channel, std::uint64_t entries) {
    moved_[{channel.case_id, channel.author}].came += entries;
    came_ = came_ || entries > 0;
}

void Peers::went(const Channel& channel, std::uint64_t entries) {
    moved_[{channel.case_id, channel.author}].went += entries;
}

bool Peers::any_came_since() {
    return std::exchange(came_, false);
}

std::vector<PeerReport> Peers::reports(store::Connection& catalog) const {
    std::vector<PeerReport> reports;
    for (const std::string& case_id : evidence::list_case_ids(catalog)) {
        std::map<std::string, std::string> names;
        for (const evidence::Member& member : evidence::list_members(catalog, case_id)) {
            names[member.card.fingerprint] = member.card.name;
        }
        for (const journal::KnownAuthor& author : evidence::load_authors(catalog, case_id)) {
            PeerReport report;
            report.case_id = case_id;
            report.fingerprint = author.fingerprint;
            report.name = names[author.fingerprint];
            report.entries = journal::find_log(catalog, case_id, author.fingerprint).size;
            report.expected = journal::most_seen(catalog, case_id, author.fingerprint).size;
            report.last_heard = last_heard(catalog, case_id, author.fingerprint);
            report.stopped = journal::is_stopped(catalog, case_id, author.fingerprint);
            const auto moved = moved_.find({case_id, author.fingerprint});
            if (moved != moved_.end()) {
                report.new_here = moved->second.came;
                report.new_there = moved->second.went;
            }
            reports.push_back(std::move(report));
        }
    }
    return reports;
}

namespace {

// What others have seen more of is the other history, so it never comes.
Finding own_stopped(const std::string& case_id, const std::string& own,
                    const std::string& remote_name) {
    return {FindingCode::kStopped, journal::log_subject(case_id, own),
            remote_name +
                ": others have the other history of this vault's own journal; nothing is"
                " added to this one any more. Go on in a new vault"};
}

}  // namespace

std::vector<OwnMissing> list_own_missing(store::Connection& catalog, const std::string& remote_name,
                                         const std::string& own) {
    std::vector<OwnMissing> all;
    for (const std::string& case_id : evidence::list_case_ids(catalog)) {
        const std::uint64_t here = journal::find_log(catalog, case_id, own).size;
        const journal::MostSeen seen = journal::most_seen(catalog, case_id, own);
        if (seen.size > here && journal::is_stopped(catalog, case_id, own)) {
            all.push_back({case_id, own_stopped(case_id, own, remote_name)});
        } else if (seen.size > here) {
            std::string text = remote_name + ": ";
            text += seen.by == own ? std::string{"this vault left word of "}
                                   : seen.by.substr(0, 8) + " has seen ";
            text += base::counted(seen.size, "entry", "entries") + " of this vault's own, ";
            text += base::counted(here, "is", "are") +
                    " here: it was restored from an older copy. Sync with a remote that has the"
                    " rest; nothing can be added before";
            all.push_back(
                {case_id,
                 {FindingCode::kGap, journal::log_subject(case_id, own), std::move(text)}});
        }
    }
    return all;
}

namespace {

// Whoever wrote a bundle in an epoch had its keys, or at least the recipient of it.
bool has_written_in(store::Connection& catalog, const std::string& case_id, std::uint64_t epoch,
                    const evidence::Member& member) {
    return catalog
        .query_integer(
            "SELECT 1 FROM bundle WHERE case_id = ?1 AND author = ?2"
            " AND epoch = ?3 LIMIT 1",
            journal::blob_of(case_id), journal::blob_of(member.card.fingerprint), epoch)
        .has_value();
}

// A depositor never has the secret one.
bool has_newest_key(store::Connection& catalog, const std::string& case_id, std::uint64_t epoch,
                    const evidence::Member& member) {
    return member.role != evidence::Role::kDepositor &&
           has_written_in(catalog, case_id, epoch, member);
}

// Whether `who` is known to have all of a journal that is here, receipts at its end aside: nobody
// answers those, so that of somebody who only received nobody would ever have them.
bool has_all_of(store::Connection& catalog, const std::string& case_id, const std::string& who,
                const journal::LogHead& head) {
    const std::uint64_t seen = journal::known_seen(catalog, case_id, who, head.author);
    if (head.author == who || seen >= head.size) {
        return true;
    }
    const auto receipts = catalog.query_integer(
        "SELECT COUNT(*) FROM entry WHERE case_id = ?1 AND author = ?2 AND seq > ?3"
        " AND type = 'exchange.received'",
        journal::blob_of(case_id), journal::blob_of(head.author), seen);
    return static_cast<std::uint64_t>(receipts.value_or(0)) == head.size - seen;
}

// Whose word of holding something isn't enough for parting with it.
bool is_doubtful(store::Connection& catalog, const std::string& case_id, const std::string& who) {
    return catalog
        .query_integer(
            "SELECT 1 FROM doubted_author WHERE case_id = ?1 AND author = ?2"
            " UNION SELECT 1 FROM stopped_author WHERE case_id = ?1 AND author = ?2",
            journal::blob_of(case_id), journal::blob_of(who))
        .has_value();
}

}  // namespace

std::vector<std::string> list_holders(store::Connection& catalog, const std::string& case_id,
                                      const std::string& own) {
    const std::uint64_t epoch = evidence::load_case_keys(catalog, case_id).epoch;
    const std::vector<journal::LogHead> heads = journal::list_logs(catalog, case_id);
    const std::vector<std::string> lacking = evidence::list_lacking(catalog, case_id, own);
    std::vector<std::string> holders;
    for (const evidence::Member& member : evidence::list_members(catalog, case_id)) {
        const std::string& who = member.card.fingerprint;
        const bool has_all = std::ranges::all_of(heads, [&](const journal::LogHead& head) {
            return has_all_of(catalog, case_id, who, head);
        });
        const bool lacks_some = std::ranges::find(lacking, who) != lacking.end();
        if (who != own && member.removed == 0 && has_all && !lacks_some &&
            !is_doubtful(catalog, case_id, who) &&
            has_newest_key(catalog, case_id, epoch, member)) {
            holders.push_back(member.card.name);
        }
    }
    return holders;
}

bool awaits_keys(store::Connection& catalog, const std::string& case_id,
                 const evidence::Member& member, const std::string& own) {
    if (member.removed != 0 || member.card.fingerprint == own) {
        return false;
    }
    const auto last_removal = catalog.query_integer(
        "SELECT MAX(removed) FROM member WHERE case_id = ?1", journal::blob_of(case_id));
    // Who came later got the keys with the invitation.
    return member.roster < static_cast<std::uint64_t>(last_removal.value_or(0)) &&
           !has_written_in(catalog, case_id, evidence::load_case_keys(catalog, case_id).epoch,
                           member);
}

std::vector<std::string> list_awaiting_keys(store::Connection& catalog, const std::string& case_id,
                                            const std::string& own) {
    std::vector<std::string> names;
    for (const evidence::Member& member : evidence::list_members(catalog, case_id)) {
        if (awaits_keys(catalog, case_id, member, own)) {
            names.push_back(member.card.name);
        }
    }
    return names;
}

std::string last_heard(store::Connection& catalog, const std::string& case_id,
                       const std::string& author) {
    store::Rows rows = catalog.query(
        "SELECT time FROM entry WHERE case_id = ?1 AND author = ?2"
        " ORDER BY lamport DESC LIMIT 1",
        journal::blob_of(case_id), journal::blob_of(author));
    return rows.next() ? std::string{rows.text(0)} : std::string{};
}

}  // namespace kua::exchange
