#include "vault/exchange/incoming.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "vault/evidence/casework/shredding.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/exchange/absent_objects.h"
#include "vault/exchange/authentic_bundle.h"
#include "vault/exchange/commit_group.h"
#include "vault/exchange/object_intake.h"
#include "vault/exchange/quarantine.h"
#include "vault/exchange/refused.h"
#include "vault/exchange/room.h"
#include "vault/exchange/second_history.h"
#include "vault/exchange/seen.h"
#include "vault/exchange/standing.h"
#include "vault/journal/check.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxCommits = 1'000'000;
// Of what was refused; what may be anybody's isn't worth more.
constexpr std::size_t kMaxKeptBytes = std::size_t{1} << 20;
// At one remote, of one author, at one sync: the rest is met at the next one.
constexpr std::size_t kMaxPassedOver = 16;
constexpr std::string_view kReceipt = "exchange.received";

// So much was passed over that the rest is left to another run.
struct EnoughForNow {};

class Incoming {
public:
    Incoming(store::Store& store, const evidence::Identity& identity, Repository& remote,
             const std::string& remote_name, const Channel& channel, Reading reading,
             Progress& progress)
        : store_(store),
          identity_(identity),
          remote_(remote),
          remote_name_(remote_name),
          channel_(channel),
          reading_(reading),
          progress_(progress) {}

    TakenIn run(const format::GitId& tip) {
        base::Bytes mark{tip.bytes.begin(), tip.bytes.end()};
        evidence_.clear();
        try {
            const std::vector<format::GitId> commits = list_new(tip);
            absent_objects_.emplace(store_, remote_, channel_, commits, progress_);
            CommitGroup group;
            for (const format::GitId& id : commits) {
                stop_if_cancelled();
                mark.assign(id.bytes.begin(), id.bytes.end());
                evidence_.clear();
                group.push_back(from_remote([&] { return read_commit(remote_, id); }));
                parts_in_group_ = group.size() == 1 ? 0 : parts_in_group_;
                parts_in_group_ += std::max<std::size_t>(group.back().parts.size(), 1);
                if (parts_in_group_ > kMaxBundleParts) {
                    throw Refused{FindingCode::kDamaged, "a bundle isn't cut as kua cuts it"};
                }
                if (group.back().bundle) {
                    take_or_pass_over(group);
                    group.clear();
                }
            }
            if (!group.empty()) {
                taken_.is_cut_off = true;
                throw missing_end();
            }
        } catch (const Refused& refused) {
            refuse(refused.code, refused.text, mark);
        } catch (const EnoughForNow&) {
            taken_.up_to_tip = false;
            taken_.has_more = true;
        }
        return std::move(taken_);
    }

private:
    void stop_if_cancelled() const {
        if (progress_.cancelled()) {
            throw Error{ErrorCode::kInterrupted, "interrupted"};
        }
    }

    Finding finding_of(FindingCode code, const std::string& text) const {
        return {code, journal::log_subject(channel_.case_id, channel_.author),
                remote_name_ + ": " + text};
    }

    void find(FindingCode code, const std::string& text) {
        taken_.findings.push_back(finding_of(code, text));
    }

    void refuse(FindingCode code, const std::string& text, base::ByteView mark) {
        find(code, text);
        taken_.up_to_tip = false;
        if (code == FindingCode::kGap) {
            return;  // it only waits
        }
        if (code != FindingCode::kFork && evidence_.size() > kMaxKeptBytes) {
            evidence_.clear();
        }
        store::Transaction write{store_.catalog()};
        quarantine(write, remote_name_, taken_.findings.back(), mark, evidence_,
                   store_.environment().clock);
        if (code == FindingCode::kFork) {
            journal::stop_author(write, channel_.case_id, channel_.author,
                                 store_.environment().clock);
        }
        write.commit();
    }

    void take_or_pass_over(const CommitGroup& group) {
        try {
            take_group(group);
            taken_.reached = group.back().id;
        } catch (const Refused& refused) {
            const auto place = place_behind(store_.catalog(), channel_.ref, group.front().parent);
            if (!refused.is_alien || reading_.history == History::kEnd || !place) {
                throw;
            }
            pass_over(refused, group, *place);
            taken_.reached = group.back().id;
            ++passed_over_;
            if (passed_over_ == kMaxPassedOver && reading_.pass_over == PassOver::kSome) {
                throw EnoughForNow{};
            }
        }
    }

    // Else whoever can write to a remote, or has something carried to it, keeps the author from
    // going on there. Of all that lies there of that kind one is enough to be kept.
    void pass_over(const Refused& refused, const CommitGroup& group, const ChainPlace& place) {
        const Finding finding = finding_of(refused.code, refused.text);
        const bool is_new =
            taken_.passed_over.empty() || taken_.passed_over.back().text != finding.text;
        const bool is_kept = passed_over_ == 0 && evidence_.size() <= kMaxKeptBytes;
        store::Transaction write{store_.catalog()};
        if (is_new) {  // a journal in the place of another is one finding, not one for each bundle
            taken_.passed_over.push_back(finding);
            quarantine(write, remote_name_, finding, group.back().id.bytes,
                       is_kept ? base::ByteView{evidence_} : base::ByteView{},
                       store_.environment().clock);
        }
        // Only the last one: those before it can be genuine ones, of a bundle whose end is
        // elsewhere.
        record_passed_over(write, channel_.ref, group.back().id, place);
        write.commit();
    }

    Refused missing_end() const {
        return {FindingCode::kGap,
                reading_.history == History::kEnd
                    ? "the end of a bundle is missing: take all files of one sending together"
                    : "the end of a bundle isn't there yet; whoever sends it syncs again"};
    }

    Refused missing_history() const {
        if (reading_.history == History::kEnd) {
            return {FindingCode::kGap,
                    "what it continues isn't here yet: take all files of one sending together,"
                    " and those sent before first"};
        }
        return {FindingCode::kDamaged, "a part of its history is missing there"};
    }

    // From the oldest commit that isn't known here to `tip`. Goes back to a commit that completes
    // a bundle, so that the rest of one that was cut off comes as a whole.
    std::vector<format::GitId> list_new(const format::GitId& tip) {
        std::vector<format::GitId> commits;
        std::set<format::GitId> met;
        std::optional<format::GitId> next = tip;
        while (next) {
            const std::optional<ChainPlace> known =
                find_commit(store_.catalog(), channel_.ref, *next);
            if (known && known->completes()) {
                taken_.reached = next;
                break;
            }
            if (commits.size() == kMaxCommits || !met.insert(*next).second) {
                throw Refused{FindingCode::kDamaged, "its history has no end"};
            }
            stop_if_cancelled();
            commits.push_back(*next);
            next = from_remote([&] {
                const std::optional<base::Bytes> content =
                    remote_.read(*next, format::GitKind::kCommit, kMaxCommitTextBytes);
                if (!content) {
                    throw missing_history();
                }
                return format::parse_git_commit(*content).parent;
            });
        }
        taken_.is_listed = true;
        std::ranges::reverse(commits);
        return commits;
    }

    void take_group(const CommitGroup& group) {
        std::optional<base::Bytes> sealed = from_remote([&] {
            return remote_.read(*group.back().bundle, format::GitKind::kBlob,
                                journal::kMaxBundleBytes);
        });
        if (!sealed) {
            throw Refused{FindingCode::kDamaged, "a part of it is missing"};
        }
        evidence_ = *std::move(sealed);
        const store::SealedDigest digest{crypto::sha256(evidence_)};
        SignedBundle opened = open_signed(store_.catalog(), channel_, evidence_);
        const Held held = what_is_held(store_.catalog(), channel_, opened);
        if (held == Held::kAnother) {  // before anything else can be wrong with it
            refuse_fork(opened.manifest.first, opened.content);
        }
        // What the author signed and isn't here yet may be another story: it is never passed over.
        const bool is_known = held == Held::kSame;
        const journal::VerifiedBundle bundle =
            read_signed(store_.catalog(), channel_, std::move(opened), is_known);
        const journal::LogHead head =
            journal::find_log(store_.catalog(), channel_.case_id, channel_.author);
        const journal::Position position = journal::position_of(store_.catalog(), head, bundle);
        if (position == journal::Position::kAnother) {
            refuse_another(head, bundle);
        }
        if (const std::optional<std::string> fault = fault_of_cut(group, bundle.manifest)) {
            throw Refused{FindingCode::kDamaged, *fault, is_known};
        }
        const auto absent = absent_objects_->require_shredded(group, bundle.manifest, is_known);
        check_whole(bundle, is_known);
        switch (position) {
            case journal::Position::kKnown:
                check_lines(store_.catalog(), channel_, bundle);
                take_known(group, bundle.manifest, digest, absent);
                return;
            case journal::Position::kLater:
                throw Refused{FindingCode::kGap, "entries " + std::to_string(head.size + 1) +
                                                     " to " +
                                                     std::to_string(bundle.manifest.first - 1) +
                                                     " are missing; those after them wait"};
            case journal::Position::kAnother:
            case journal::Position::kNext:
                break;
        }
        if (const auto missing =
                missing_before(store_.catalog(), bundle.manifest, identity_.card.fingerprint)) {
            throw Refused{FindingCode::kGap, *missing};
        }
        check_standing(bundle);
        check_order(head, bundle);
        if (!is_in_chain(store_.catalog(), channel_.ref, group, bundle.manifest.first)) {
            throw Refused{FindingCode::kDamaged, "a bundle doesn't lie behind the one before it"};
        }
        take_bundle(group, head, bundle, digest, absent);
    }

    // What this vault wrote and sent, or had from here, before a crash kept it from noting that; or
    // what somebody who is in the case sealed once more, which says the same in other bytes.
    void take_known(const CommitGroup& group, const journal::Manifest& manifest,
                    const store::SealedDigest& digest,
                    const std::set<store::SealedDigest>& absent) {
        if (!is_in_chain(store_.catalog(), channel_.ref, group, manifest.first)) {
            throw Refused{FindingCode::kDamaged,
                          "a bundle that was taken before was put behind later ones; not taken",
                          kAlien};
        }
        for (const journal::BundleObject& object : manifest.objects) {
            if (!absent.contains(object.digest) &&
                !from_remote([&] { return is_object(remote_, group, object); })) {
                throw Refused{FindingCode::kDamaged,
                              "an object is not the one that its bundle names", kAlien};
            }
        }
        record_commits(group, manifest.first, digest);
    }

    // It is no proof against either of the two, so nothing is stopped.
    std::vector<Finding> name_forks(store::Transaction& write, std::vector<Finding> findings,
                                    const CommitGroup& group) {
        for (Finding& finding : findings) {
            finding.text.insert(0, remote_name_ + ": ");
            quarantine(write, remote_name_, finding, group.back().id.bytes, evidence_,
                       store_.environment().clock);
        }
        return findings;
    }

    // Nothing shows others that these are two histories as long as the entries are the same.
    [[noreturn]] void refuse_another(const journal::LogHead& head,
                                     const journal::VerifiedBundle& bundle) {
        if (bundle.manifest.first == head.size + 1 && journal::leads_to_signed_root(head, bundle)) {
            throw Refused{FindingCode::kDamaged,
                          "it continues what is here, but names another bundle before it; not"
                          " taken"};
        }
        refuse_fork(bundle.manifest.first, bundle.content);
    }

    [[noreturn]] void refuse_fork(std::uint64_t first, const journal::BundleContent& there) {
        SecondHistory second = tell_second_history(store_.catalog(), channel_,
                                                   identity_.card.fingerprint, first, there);
        if (!second.evidence.empty()) {
            evidence_ = std::move(second.evidence);
        }
        throw std::move(second.refused);
    }

    void check_standing(const journal::VerifiedBundle& bundle) {
        const Standing standing = standing_of(store_.catalog(), bundle);
        if (standing.fault) {
            throw Refused{*standing.fault, "entries from " + std::to_string(bundle.manifest.first) +
                                               ": " + standing.text};
        }
        std::set<std::string> unknown;
        for (const journal::Entry& entry : bundle.entries) {
            if (!is_known_type(entry.header.type) && unknown.insert(entry.header.type).second) {
                find(FindingCode::kUnknownType,
                     "an entry of a kind that this kua doesn't know is kept and passed on, not"
                     " shown as understood");
            }
        }
    }

    static void check_order(const journal::LogHead& head, const journal::VerifiedBundle& bundle) {
        switch (journal::check_lamports(head, bundle)) {
            case journal::LamportOutcome::kGood:
                break;
            case journal::LamportOutcome::kNotGrowing:
                throw Refused{FindingCode::kDamaged, "its lamport numbers don't grow"};
            case journal::LamportOutcome::kAhead:
                throw Refused{FindingCode::kFastForward,
                              "its lamport numbers are ahead of all entries its author can have"
                              " known; not taken"};
        }
        if (!journal::leads_to_signed_root(head, bundle)) {
            throw Refused{FindingCode::kDamaged,
                          "its entries don't lead to the root that was signed"};
        }
    }

    void take_bundle(const CommitGroup& group, const journal::LogHead& head,
                     const journal::VerifiedBundle& bundle, const store::SealedDigest& digest,
                     const std::set<store::SealedDigest>& absent) {
        const base::Bytes case_id = journal::blob_of(channel_.case_id);
        require_room(store_, bytes_to_store(bundle.manifest, absent));
        store::SegmentWriter segments = store_.objects().writer();
        std::vector<store::ObjectRecord> objects;
        for (const journal::BundleObject& object : bundle.manifest.objects) {
            if (absent.contains(object.digest)) {
                continue;
            }
            if (!store::find_object(store_.catalog(), object.digest)) {
                objects.push_back(
                    from_remote([&] { return take_object(segments, group, object, case_id); }));
            } else {
                if (!from_remote([&] { return is_object(remote_, group, object); })) {
                    throw Refused{FindingCode::kDamaged,
                                  "an object is not the one that its bundle names"};
                }
            }
            taken_.bytes += object.size_bytes;
        }
        const std::vector<store::SegmentState> states = segments.commit();
        std::vector<Finding> forks;
        {
            store::Transaction write{store_.catalog()};
            std::vector<Finding> told = compare_seen(store_.catalog(), bundle.manifest);
            store_.objects().record(write, states);
            for (const store::ObjectRecord& object : objects) {
                store::insert_object(write, object);
            }
            note_absent(write, channel_, absent);
            journal::append_received(write, head, bundle, evidence_, digest);
            evidence::heed_shredding(write, channel_.epoch, bundle.entries);
            show(write, bundle);
            record_commits(write, group, bundle.manifest.first, Bytes::kThose);
            std::ranges::move(compare_with_seen(write, bundle.manifest), std::back_inserter(told));
            forks = name_forks(write, std::move(told), group);
            write.commit();
        }
        std::ranges::move(forks, std::back_inserter(taken_.findings));
        read_back(bundle.manifest.first, digest);
        count(bundle);
    }

    // The sizes that the manifest names have been compared with the number of parts there.
    std::uint64_t bytes_to_store(const journal::Manifest& manifest,
                                 const std::set<store::SealedDigest>& absent) {
        std::uint64_t bytes = evidence_.size();
        for (const journal::BundleObject& object : manifest.objects) {
            const bool is_to_come = !absent.contains(object.digest) &&
                                    !store::find_object(store_.catalog(), object.digest);
            bytes += is_to_come ? object.size_bytes : 0;
        }
        return bytes;
    }

    store::ObjectRecord take_object(store::SegmentWriter& segments, const CommitGroup& group,
                                    const journal::BundleObject& object, base::ByteView case_id) {
        ObjectIntake intake{segments, object};
        read_parts(remote_, group, object, [&](base::ByteView bytes) {
            stop_if_cancelled();
            intake.add(bytes);
            progress_.advance(bytes.size(), 0);
        });
        return intake.finish(case_id);
    }

    void show(store::Transaction& write, const journal::VerifiedBundle& bundle) {
        bool takes_back = false;
        evidence::project(write, bundle.entries, bundle.manifest.seen);
        for (const journal::Entry& entry : bundle.entries) {
            if (const auto removed = evidence::read_member_removed(entry)) {
                takes_back = takes_back || journal::find_log(write.connection(), channel_.case_id,
                                                             removed->fingerprint)
                                                   .size > removed->last_seq;
            }
        }
        if (takes_back) {
            auto damage = evidence::project_after_removal(
                write, evidence::load_case_keys(write.connection(), channel_.case_id));
            if (damage) {
                taken_.findings.push_back(*std::move(damage));
            }
        }
    }

    void record_commits(store::Transaction& write, const CommitGroup& group, std::uint64_t first,
                        Bytes bytes) {
        for (std::size_t i = 0; i < group.size(); ++i) {
            const bool is_last = i + 1 == group.size();
            record_commit(write, channel_.ref,
                          {group[i].id, {first, is_last ? ChainPlace::kLast : i + 1}},
                          group[i].parent, bytes);
        }
    }
    // Of a bundle that is here, which was sealed with those bytes or with others.
    void record_commits(const CommitGroup& group, std::uint64_t first,
                        const store::SealedDigest& digest) {
        const bool is_same = is_held_as(store_.catalog(), channel_, first, digest);
        store::Transaction write{store_.catalog()};
        record_commits(write, group, first, is_same ? Bytes::kThose : Bytes::kOthers);
        write.commit();
    }

    void read_back(std::uint64_t first, const store::SealedDigest& digest) {
        store::Rows rows = store_.catalog().query(
            "SELECT sealed FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3",
            journal::blob_of(channel_.case_id), journal::blob_of(channel_.author), first);
        if (!rows.next() || store::SealedDigest{crypto::sha256(rows.blob(0))} != digest) {
            throw Error{ErrorCode::kStorage,
                        "what was just written to the catalog reads differently"};
        }
    }

    void count(const journal::VerifiedBundle& bundle) {
        ++taken_.bundles;
        taken_.entries += bundle.entries.size();
        taken_.bytes += evidence_.size();
        for (const journal::Entry& entry : bundle.entries) {
            taken_.items += entry.header.type == "item.added" ? 1U : 0U;
            taken_.worth_receipt = taken_.worth_receipt || entry.header.type != kReceipt;
        }
        progress_.advance(evidence_.size(), 1);
    }

    store::Store& store_;
    const evidence::Identity& identity_;
    Repository& remote_;
    const std::string& remote_name_;
    const Channel& channel_;
    Reading reading_;
    Progress& progress_;
    base::Bytes evidence_;  // the bundle at hand, or what shows what is wrong with it
    std::size_t parts_in_group_ = 0;
    std::size_t passed_over_ = 0;
    std::optional<AbsentObjects> absent_objects_;
    TakenIn taken_;
};

}  // namespace

TakenIn take_in(store::Store& store, const evidence::Identity& identity, Repository& remote,
                const std::string& remote_name, const Channel& channel, const format::GitId& tip,
                Reading reading, Progress& progress) {
    return Incoming{store, identity, remote, remote_name, channel, reading, progress}.run(tip);
}

}  // namespace kua::exchange
