#include "vault/exchange/outgoing.h"

#include <algorithm>
#include <utility>

#include "vault/base/check.h"
#include "vault/evidence/members.h"
#include "vault/exchange/carried.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/part_reader.h"
#include "vault/journal/announced_erasures.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

base::Bytes load_bundle(store::Connection& catalog, const Channel& channel, std::uint64_t first) {
    store::Rows rows = catalog.query(
        "SELECT sealed, sealed_digest FROM bundle"
        " WHERE case_id = ?1 AND author = ?2 AND first = ?3",
        journal::blob_of(channel.case_id), journal::blob_of(channel.author), first);
    if (!rows.next() || crypto::sha256(rows.blob(0)) != rows.fixed_blob<32>(1)) {
        throw Error{ErrorCode::kDamaged, "a bundle is missing or was altered; not sent"};
    }
    return base::copy_of(rows.blob(0));
}

// Up to which entry more must go, so that others take a bundle without what was destroyed here: to
// where its author says so. Nothing if that can't go there: it isn't said, doesn't count, or stands
// in the channel of another epoch.
std::optional<std::uint64_t> needed_up_to(store::Connection& catalog, const Channel& channel,
                                          std::uint64_t first) {
    std::uint64_t needed = 0;
    for (const store::SealedDigest& object :
         load_bundle_objects(catalog, channel.case_id, channel.author, first).erased) {
        const auto said =
            journal::find_announced_erasure(catalog, channel.case_id, channel.author, object);
        if (!said || said->epoch != channel.epoch ||
            !evidence::counts(catalog, channel.case_id, channel.author, said->seq)) {
            return std::nullopt;
        }
        needed = std::max(needed, said->seq);
    }
    return needed;
}

// Those behind `place`. Behind what somebody else wrote lies what the newest one of every case
// tells: all before it.
std::vector<PendingGrant> list_pending_grants(store::Connection& catalog, const std::string& ref,
                                              std::optional<std::int64_t> place) {
    store::Rows rows = catalog.query(
        place ? "SELECT place, commit_id, sealed FROM grant_out WHERE ref = ?1 AND place > ?2"
                " ORDER BY place"
              : "SELECT MAX(place), commit_id, sealed FROM grant_out WHERE ref = ?1 AND place > ?2"
                " GROUP BY case_id ORDER BY 1",
        ref, place.value_or(0));
    std::vector<PendingGrant> pending;
    while (rows.next()) {
        pending.push_back(
            {rows.integer(0), format::GitId{rows.fixed_blob<20>(1)}, base::copy_of(rows.blob(2))});
    }
    return pending;
}

}  // namespace

std::vector<std::string> list_outboxes(store::Connection& catalog) {
    store::Rows rows = catalog.query("SELECT DISTINCT ref FROM grant_out ORDER BY ref");
    std::vector<std::string> refs;
    while (rows.next()) {
        refs.emplace_back(rows.text(0));
    }
    return refs;
}

std::optional<std::int64_t> place_of_grant(store::Connection& catalog, const std::string& ref,
                                           const format::GitId& commit) {
    return catalog.query_integer(
        "SELECT place FROM grant_out WHERE ref = ?1 AND commit_id = ?2"
        " UNION ALL SELECT place FROM grant_commit WHERE ref = ?1 AND commit_id = ?2"
        " UNION ALL SELECT place FROM grant_for_other WHERE ref = ?1 AND commit_id = ?2 LIMIT 1",
        ref, commit.bytes);
}

std::vector<PendingBundle> list_pending(store::Connection& catalog, const Channel& channel,
                                        const std::optional<format::GitId>& there) {
    std::uint64_t from = 0;
    if (there) {
        const std::optional<ChainPlace> place = find_commit(catalog, channel.ref, *there);
        KUA_CHECK(place.has_value());
        from = place->completes() ? place->first + 1 : place->first;
    }
    store::Rows rows = catalog.query(
        "SELECT first, count, length(sealed) FROM bundle WHERE case_id = ?1 AND author = ?2"
        " AND epoch = ?3 AND first >= ?4 ORDER BY first",
        journal::blob_of(channel.case_id), journal::blob_of(channel.author), channel.epoch, from);
    std::vector<PendingBundle> pending;
    std::uint64_t needed = 0;
    std::size_t whole = 0;  // so many leave nothing unsaid
    while (rows.next()) {
        const PendingBundle bundle{static_cast<std::uint64_t>(rows.integer(0)),
                                   static_cast<std::uint64_t>(rows.integer(1)),
                                   static_cast<std::uint64_t>(rows.integer(2))};
        const auto needs = needed_up_to(catalog, channel, bundle.first);
        // What doesn't count isn't passed on, either.
        if (!needs || !evidence::counts(catalog, channel.case_id, channel.author, bundle.first)) {
            break;
        }
        needed = std::max(needed, *needs);
        pending.push_back(bundle);
        pending.back().lacks_objects = *needs > 0;
        whole = needed < bundle.first + bundle.count ? pending.size() : whole;
    }
    pending.resize(whole);
    return pending;
}

PendingTotal count_pending(store::Connection& catalog, const Channel& channel,
                           const std::optional<format::GitId>& there) {
    PendingTotal total;
    for (const PendingBundle& bundle : list_pending(catalog, channel, there)) {
        ++total.bundles;
        total.bytes += bundle.bytes;
        total.entries += bundle.count;
    }
    return total;
}

Outgoing::Outgoing(store::Store& store, Repository& remote, const std::string& remote_name,
                   Progress& progress, std::uint64_t push_bytes)
    : store_(store),
      remote_(remote),
      remote_name_(remote_name),
      progress_(progress),
      push_bytes_(push_bytes) {}

std::uint64_t Outgoing::send(const Channel& channel, const std::optional<format::GitId>& there) {
    const std::vector<PendingBundle> pending = list_pending(store_.catalog(), channel, there);
    if (pending.empty()) {
        return 0;
    }
    if (there) {
        known_.push_back({*there, {}, {}});
    }
    // A bundle without its objects never lies there without the entry that explains it.
    goes_at_once_ = std::ranges::any_of(pending, &PendingBundle::lacks_objects);
    moving_.push_back({{channel.ref, there, {}}, {}});
    std::optional<format::GitId> at = there;
    std::uint64_t entries = 0;
    for (const PendingBundle& bundle : pending) {
        if (moving_.empty()) {  // everything so far has been pushed
            moving_.push_back({{channel.ref, at, {}}, {}});
        }
        at = send_bundle(channel, bundle, moving_.back());
        ++bundles_;
        bytes_ += bundle.bytes;
        entries += bundle.count;
    }
    if (!moving_.empty() && moving_.back().commits.empty()) {
        moving_.pop_back();
    }
    return entries;
}

std::optional<format::GitId> Outgoing::send_bundle(const Channel& channel,
                                                   const PendingBundle& bundle,
                                                   const Moving& moving) {
    const base::Bytes sealed = load_bundle(store_.catalog(), channel, bundle.first);
    const BundleObjects objects =
        load_bundle_objects(store_.catalog(), channel.case_id, channel.author, bundle.first);
    std::optional<format::GitId> parent =
        moving.commits.empty() ? moving.update.from : std::optional{moving.commits.back().id};
    std::size_t from = 0;
    if (parent && moving.commits.empty()) {
        const auto place = find_commit(store_.catalog(), channel.ref, *parent);
        if (place && place->first == bundle.first) {
            from = static_cast<std::size_t>(place->number);
        }
    }
    bytes_ += objects.bytes();
    const std::size_t commits = cut_into_commits(objects.named).size();
    std::size_t number = from;
    PartReader parts{store_, objects, from, commits};
    make_commits(
        sealed, objects, parent, from,
        [&](const journal::BundleObject&, const PartName& part) {
            if (progress_.cancelled()) {
                throw Error{ErrorCode::kInterrupted, "interrupted"};
            }
            base::Bytes bytes = parts.read(part);
            progress_.advance(bytes.size(), 0);
            return bytes;
        },
        [this](format::GitKind kind, base::ByteView content) { return remote_.add(kind, content); },
        [&](const MadeCommit& made) {
            ++number;
            if (moving_.empty()) {  // pushed in between
                moving_.push_back({{channel.ref, parent, {}}, {}});
            }
            moving_.back().update.to = made.id;
            moving_.back().commits.push_back(
                {made.id, {bundle.first, number == commits ? ChainPlace::kLast : number}});
            parent = made.id;
            if (remote_.added_bytes() >= push_bytes_ && !goes_at_once_) {
                push();
                known_.push_back({made.id, {}, {}});
            }
        });
    return parent;
}

void Outgoing::send_grants(const std::string& ref, const std::optional<format::GitId>& there,
                           GrantsFor whom) {
    const std::optional<std::int64_t> place =
        there ? place_of_grant(store_.catalog(), ref, *there) : 0;
    const std::uint64_t before = grants_;
    send_grants(ref, there, list_pending_grants(store_.catalog(), ref, place));
    if (whom == GrantsFor::kSelf) {
        grants_ = before;
    }
}

void Outgoing::send_grants(const std::string& ref, const std::optional<format::GitId>& there,
                           const std::vector<PendingGrant>& grants) {
    std::vector<std::pair<format::GitId, std::int64_t>> others;
    Moving moving{{ref, there, {}}, {}};
    std::optional<format::GitId> parent = there;
    for (const PendingGrant& grant : grants) {
        const format::GitId blob = remote_.add(format::GitKind::kBlob, grant.sealed);
        const base::Bytes tree = format::write_git_tree({{"grant.age", false, blob}});
        parent = remote_.add(
            format::GitKind::kCommit,
            format::write_git_commit({remote_.add(format::GitKind::kTree, tree), parent}));
        if (parent != grant.commit) {
            others.emplace_back(*parent, grant.place);
        }
        moving.update.to = *parent;
        ++grants_;
    }
    if (moving.update.to == format::GitId{}) {
        return;
    }
    if (there) {
        known_.push_back({*there, {}, {}});
    }
    if (!others.empty()) {  // before they are sent, so that a crash doesn't make them strangers
        store::Transaction write{store_.catalog()};
        for (const auto& [commit, at] : others) {
            write.run(
                "INSERT INTO grant_commit (ref, commit_id, place) VALUES (?1, ?2, ?3)"
                " ON CONFLICT DO NOTHING",
                ref, commit.bytes, at);
        }
        write.commit();
    }
    moving_.push_back(std::move(moving));
    if (remote_.added_bytes() >= push_bytes_) {
        push();
    }
}

// Before they are sent: whoever makes them has them for known, also after a crash and if what they
// bring is destroyed meanwhile, so that they can't be made again.
void Outgoing::note_commits() {
    store::Transaction write{store_.catalog()};
    for (const Moving& one : moving_) {
        std::optional<format::GitId> parent = one.update.from;
        for (const ChainCommit& commit : one.commits) {
            record_commit(write, one.update.name, commit, parent);
            parent = commit.id;
        }
    }
    write.commit();
}

void Outgoing::push() {
    if (moving_.empty()) {
        return;
    }
    std::vector<RefUpdate> updates;
    for (const Moving& one : moving_) {
        updates.push_back(one.update);
    }
    note_commits();
    remote_.push(updates, known_);
    if (!remote_name_.empty()) {  // a file is never looked at again
        store::Transaction write{store_.catalog()};
        for (const Moving& one : moving_) {
            record_shown(write, remote_name_, one.update.name, one.update.to);
        }
        write.commit();
    }
    moving_.clear();
    known_.clear();
}

void Outgoing::finish() {
    push();
}

namespace {

void stop_if_asked(const Progress& progress) {
    if (progress.cancelled()) {
        throw Error{ErrorCode::kInterrupted, "interrupted"};
    }
}

// The commits that lead from `from` (nothing: the first one) to `tip`, the oldest first; none if
// the remote doesn't have them all, or something else that is known lies between: of what a host
// was told to be known it sends nothing.
std::vector<format::GitId> list_between(store::Connection& catalog, Repository& remote,
                                        const std::string& ref,
                                        const std::optional<format::GitId>& from,
                                        const format::GitId& tip, const Progress& progress) {
    constexpr std::size_t kMaxBetween = 1'000'000;  // as where they are taken in
    std::vector<format::GitId> commits;
    std::optional<format::GitId> next = tip;
    while (next != from) {
        stop_if_asked(progress);
        const auto known = next ? find_commit(catalog, ref, *next) : std::nullopt;
        if (!next || (known && known->completes()) || commits.size() == kMaxBetween) {
            return {};
        }
        const auto content = remote.read(*next, format::GitKind::kCommit, kMaxCommitTextBytes);
        if (!content) {
            return {};
        }
        commits.push_back(*next);
        next = format::parse_git_commit(*content).parent;
    }
    std::ranges::reverse(commits);
    return commits;
}

// What this vault makes behind `place`, whose commit is `parent`, as long as that is what is
// expected. So making it takes no longer than what is there is worth.
std::vector<ChainCommit> make_as_expected(store::Store& store, const Channel& channel,
                                          const ChainPlace& place,
                                          std::optional<format::GitId> parent,
                                          const std::vector<format::GitId>& expected,
                                          const Progress& progress) {
    std::vector<ChainCommit> made;
    struct Done {};
    try {
        for (const PendingBundle& bundle : list_pending(store.catalog(), channel, parent)) {
            const BundleObjects objects =
                load_bundle_objects(store.catalog(), channel.case_id, channel.author, bundle.first);
            const std::size_t commits = cut_into_commits(objects.named).size();
            std::size_t number =
                parent && place.first == bundle.first ? static_cast<std::size_t>(place.number) : 0;
            PartReader parts{store, objects, number, commits};
            make_commits(
                load_bundle(store.catalog(), channel, bundle.first), objects, parent, number,
                [&](const journal::BundleObject&, const PartName& part) {
                    stop_if_asked(progress);
                    return parts.read(part);
                },
                format::git_id,
                [&](const MadeCommit& one) {
                    ++number;
                    if (one.id != expected.at(made.size())) {
                        throw Done{};
                    }
                    made.push_back(
                        {one.id, {bundle.first, number == commits ? ChainPlace::kLast : number}});
                    if (made.size() == expected.size()) {
                        throw Done{};
                    }
                    parent = one.id;
                });
        }
    } catch (const Done&) {
    }
    return made;
}

}  // namespace

bool recall_commits(store::Store& store, Repository& remote, const Channel& channel,
                    const format::GitId& tip, const std::optional<format::GitId>& from,
                    const Progress& progress) {
    const auto place = place_behind(store.catalog(), channel.ref, from);
    if (!place) {
        return false;
    }
    const std::vector<format::GitId> there =
        list_between(store.catalog(), remote, channel.ref, from, tip, progress);
    if (there.empty()) {
        return false;
    }
    const std::vector<ChainCommit> made =
        make_as_expected(store, channel, *place, from, there, progress);
    if (made.size() < there.size()) {
        return false;
    }
    store::Transaction write{store.catalog()};
    std::optional<format::GitId> behind = from;
    for (const ChainCommit& commit : made) {
        record_commit(write, channel.ref, commit, behind);
        behind = commit.id;
    }
    write.commit();
    return true;
}

std::optional<KnownCommit> remake_commit(store::Store& store, const Channel& channel,
                                         const ChainCommit& commit) {
    const std::uint64_t first = commit.place.first;
    const BundleObjects objects =
        load_bundle_objects(store.catalog(), channel.case_id, channel.author, first);
    const std::size_t commits = cut_into_commits(objects.named).size();
    const std::size_t index =
        commit.place.completes() ? commits - 1 : static_cast<std::size_t>(commit.place.number) - 1;
    const auto before = commit_before(store.catalog(), channel.ref, commit.place);
    const base::Bytes sealed = load_bundle(store.catalog(), channel, first);
    PartReader parts{store, objects, index, index + 1};
    std::optional<KnownCommit> made;
    struct Done {};
    try {
        make_commits(
            sealed, objects, before ? std::optional{before->id} : std::nullopt, index,
            [&](const journal::BundleObject&, const PartName& part) { return parts.read(part); },
            format::git_id,
            [&](const MadeCommit& one) {
                made = KnownCommit{one.id, one.commit, {one.tree}};
                if (!one.objects.empty()) {
                    made->trees.push_back(one.objects);
                }
                throw Done{};
            });
    } catch (const Done&) {
        KUA_CHECK(made.has_value());
    }
    if (!made || made->id != commit.id) {
        return std::nullopt;
    }
    return made;
}

std::vector<KnownCommit> known_contents(store::Store& store, const Channel& channel) {
    std::vector<KnownCommit> known;
    if (const auto newest = made_commit_before(store.catalog(), channel.ref, kAfterAll)) {
        if (auto remade = remake_commit(store, channel, *newest)) {
            known.push_back(*std::move(remade));
        }
    }
    return known;
}

std::vector<KnownCommit> known_names(store::Connection& catalog, const Channel& channel,
                                     const std::optional<format::GitId>& shown) {
    std::vector<KnownCommit> known;
    const auto name = [&](const format::GitId& id, const ChainPlace& place) {
        if (place.completes()) {
            known.push_back({id, {}, {}});
        } else if (const auto whole = commit_before(catalog, channel.ref, {place.first, 0})) {
            known.push_back({whole->id, {}, {}});
        }
    };
    if (const auto newest = newest_commit(catalog, channel.ref)) {
        name(newest->id, newest->place);
    }
    if (const auto carried = newest_carried(catalog, channel.ref)) {
        known.push_back({carried->id, {}, {}});
    }
    // What was carried and then lost must come again.
    if (const auto place =
            shown ? find_known_or_carried(catalog, channel.ref, *shown) : std::nullopt) {
        name(*shown, *place);
    }
    return known;
}

}  // namespace kua::exchange
