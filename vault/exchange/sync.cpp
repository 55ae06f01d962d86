#include "vault/exchange/sync.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "vault/evidence/cases.h"
#include "vault/evidence/projection.h"
#include "vault/exchange/carried.h"
#include "vault/exchange/carried_grants.h"
#include "vault/exchange/carried_opening.h"
#include "vault/exchange/chain.h"
#include "vault/exchange/incoming.h"
#include "vault/exchange/issuing.h"
#include "vault/exchange/outgoing.h"
#include "vault/exchange/peers.h"
#include "vault/exchange/quarantine.h"
#include "vault/exchange/receipt.h"
#include "vault/exchange/remote_view.h"
#include "vault/exchange/remotes.h"
#include "vault/exchange/unread_channels.h"
#include "vault/journal/check.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

class Sync {
public:
    Sync(store::Store& store, const evidence::Identity& identity, Repository& remote,
         const std::string& remote_name, SyncDepth depth, Progress& progress, RemoteReport& report)
        : store_(store),
          identity_(identity),
          remote_(remote),
          remote_name_(remote_name),
          depth_(depth),
          progress_(progress),
          report_(report),
          unread_(store, identity, remote, remote_name, depth, progress, report) {}

    void run() {
        progress_.begin("looking", 0, 0);
        look();
        if (is_whole()) {
            unread_.begin(view_.channels, peers_);
        }
        take_grants();
        progress_.end();
        progress_.begin("receiving", 0, 0);
        receive();
        unread_.open_waiting(peers_);
        progress_.end();
        if (is_whole()) {
            renew_grants();
            write_receipts();
        }
        progress_.begin("sending", 0, 0);
        send();
        progress_.end();
        report_.peers = peers_.reports(store_.catalog());
        if (depth_ == SyncDepth::kWhole) {
            store::Transaction write{store_.catalog()};
            mark_synced(write, remote_name_, report_.bundles_in + report_.grants_in > 0,
                        store_.environment().clock);
            write.commit();
        }
    }

    // Only what comes, from a file that nobody looks at again.
    void take() {
        is_file_ = true;
        progress_.begin("receiving", 0, 0);
        look();
        take_grants();
        receive();
        progress_.end();
        write_receipts();
        report_.peers = peers_.reports(store_.catalog());
    }

private:
    void look() { view_ = look_at(remote_, store_, identity_, depth_); }
    History history() const { return is_file_ ? History::kEnd : History::kWhole; }

    std::optional<format::GitId> shown_before(const std::string& ref) {
        return is_file_ ? std::nullopt : last_shown(store_.catalog(), remote_name_, ref);
    }

    void note_shown(const std::string& ref, const format::GitId& tip) {
        if (is_whole() && !is_file_ && shown_before(ref) != tip) {
            store::Transaction write{store_.catalog()};
            record_shown(write, remote_name_, ref, tip);
            write.commit();
        }
    }

    bool is_whole() const { return depth_ == SyncDepth::kWhole; }

    void find(FindingCode code, const std::string& subject, const std::string& text,
              base::ByteView mark) {
        report_.findings.push_back({code, subject, remote_name_ + ": " + text});
        if (is_whole()) {
            store::Transaction write{store_.catalog()};
            quarantine(write, remote_name_, report_.findings.back(), mark, {},
                       store_.environment().clock);
            write.commit();
        }
    }

    // The tips that aren't known here are fetched, all at once.
    void fetch(const std::vector<std::string>& names) {
        std::vector<KnownCommit> known;
        for (const Channel& channel : view_.channels) {
            if (std::ranges::find(names, channel.ref) == names.end()) {
                continue;
            }
            const auto before = shown_before(channel.ref);
            std::ranges::move(is_file_ ? known_contents(store_, channel)
                                       : known_names(store_.catalog(), channel, before),
                              std::back_inserter(known));
        }
        if (!names.empty()) {
            remote_.fetch(names, known);
        }
    }

    void take_grants() {
        std::vector<const Inbox*> news;
        std::vector<std::string> names;
        std::vector<KnownCommit> known;
        for (const Inbox& inbox : view_.inboxes) {
            const auto there = view_.refs.find(inbox.ref);
            const auto before = shown_before(inbox.ref);
            if (there == view_.refs.end() || before == there->second ||
                place_of_grant(store_.catalog(), inbox.ref, there->second)) {
                continue;
            }
            news.push_back(&inbox);
            names.push_back(inbox.ref);
            if (before) {
                known.push_back({*before, {}, {}});
            }
        }
        if (news.empty()) {
            return;
        }
        remote_.fetch(names, known);
        bool changed = false;
        for (const Inbox* inbox : news) {
            const format::GitId tip = view_.refs.at(inbox->ref);
            TakenGrants taken = take_inbox(store_, identity_, remote_, *inbox, tip,
                                           shown_before(inbox->ref), history(), depth_);
            for (InboxFault& fault : taken.faults) {
                find(fault.code, "invitations by " + inbox->sender.fingerprint.substr(0, 8),
                     fault.text, fault.mark);
            }
            report_.grants_in += taken.count;
            changed = changed || taken.changed;
            if (taken.is_whole) {
                note_shown(inbox->ref, tip);
            }
        }
        if (changed) {
            look();  // new epochs have other refs
        }
    }

    enum class Shown : std::uint8_t { kNothing, kOld, kNew, kWrong };

    // What the remote shows of a channel against what it showed before.
    Shown compare(const Channel& channel) {
        const auto before = shown_before(channel.ref);
        const auto there = view_.refs.find(channel.ref);
        const std::string subject = journal::log_subject(channel.case_id, channel.author);
        if (there == view_.refs.end()) {
            if (!before) {
                return Shown::kNothing;
            }
            find(FindingCode::kRollback, subject,
                 "it lacks this journal, which it had; nothing was taken or sent", before->bytes);
            return Shown::kWrong;
        }
        const auto place = find_known_or_carried(store_.catalog(), channel.ref, there->second);
        if (!place) {
            return Shown::kNew;
        }
        if (went_back(channel, place, there->second)) {
            return Shown::kWrong;
        }
        note_shown(channel.ref,
                   there->second);  // it may have come another way: now it is shown here
        return Shown::kOld;
    }

    // Whether `now`, up to where the remote leads, lies before what it showed last.
    bool went_back(const Channel& channel, const std::optional<ChainPlace>& now,
                   const format::GitId& tip) {
        const auto lacking =
            lacking_since(store_.catalog(), channel.ref, shown_before(channel.ref), now);
        if (!lacking) {
            return false;
        }
        find(FindingCode::kRollback, journal::log_subject(channel.case_id, channel.author),
             *lacking, tip.bytes);
        return true;
    }

    void receive() {
        do {  // again if there are new members, whose journals weren't asked for
            receive_news();
        } while (brought_channels());
        for (auto& [ref, findings] : waiting_) {
            std::ranges::move(findings, std::back_inserter(report_.findings));
            wrong_.insert(ref);
        }
        for (OwnMissing& missing :
             list_own_missing(store_.catalog(), remote_name_, identity_.card.fingerprint)) {
            behind_.insert(missing.case_id);
            report_.findings.push_back(std::move(missing.finding));
        }
        if (is_whole()) {
            for_others_ = take_grants_for_others(store_, remote_, view_.others, view_.refs,
                                                 history(), report_.grants_carried);
        }
    }
    void receive_news() {
        std::vector<std::string> news;
        for (const Channel& channel : view_.channels) {
            if (done_.contains(channel.ref) || wrong_.contains(channel.ref)) {
                continue;
            }
            const Shown shown = compare(channel);
            if (shown == Shown::kWrong) {
                wrong_.insert(channel.ref);
            } else if (shown == Shown::kNew) {
                news.push_back(channel.ref);
            }
        }
        fetch(news);
        // More than once: an author may wait for what the owner says of him.
        bool again = !news.empty();
        while (again) {
            again = false;
            for (const Channel& channel : view_.channels) {
                if (std::ranges::find(news, channel.ref) != news.end() &&
                    !done_.contains(channel.ref) && !wrong_.contains(channel.ref)) {
                    again = receive_channel(channel) || again;
                }
            }
        }
    }

    // Whether there are channels that weren't looked for; looks then.
    bool brought_channels() {
        if (!has_new_channels(view_, store_.catalog(), identity_)) {
            return false;
        }
        look();
        return true;
    }

    // Whether something came.
    bool receive_channel(const Channel& channel) {
        const std::string subject = journal::log_subject(channel.case_id, channel.author);
        if (journal::is_stopped(store_.catalog(), channel.case_id, channel.author)) {
            find(FindingCode::kStopped, subject,
                 "nothing is taken: this author signed two histories",
                 view_.refs.at(channel.ref).bytes);
            wrong_.insert(channel.ref);
            return false;
        }
        if (unread_.is_sealed(channel)) {
            receive_unread(channel);
            return false;
        }
        if (!is_whole()) {
            ++report_.bundles_in;
            done_.insert(channel.ref);
            return false;
        }
        const format::GitId tip = view_.refs.at(channel.ref);
        TakenIn taken = take_in(store_, identity_, remote_, remote_name_, channel, tip,
                                {history(), PassOver::kSome}, progress_);
        if (taken.is_cut_off && !is_file_ &&
            recall_commits(store_, remote_, channel, tip, taken.reached, progress_)) {
            // It was sent from here, and that was interrupted before it was noted.
            taken.findings.pop_back();
            taken.up_to_tip = true;
            taken.reached = tip;
        }
        report_.bundles_in += taken.bundles;
        report_.bytes_in += taken.bytes;
        report_.items_in += taken.items;
        peers_.came(channel, taken.entries);
        if (taken.worth_receipt) {
            worth_receipt_.insert(channel.case_id);
        }
        settle(channel, tip, std::move(taken));
        return peers_.any_came_since();
    }

    void receive_unread(const Channel& channel) {
        if (is_file_) {
            wrong_.insert(channel.ref);
            report_.findings.push_back({FindingCode::kGap,
                                        journal::log_subject(channel.case_id, channel.author),
                                        remote_name_ + ": " + unread_.why_not_from_files(channel)});
            return;
        }
        const format::GitId tip = view_.refs.at(channel.ref);
        const auto fault = unread_.receive(channel, tip, shown_before(channel.ref));
        if (!fault) {
            done_.insert(channel.ref);
            note_shown(channel.ref, tip);
            return;
        }
        wrong_.insert(channel.ref);
        const std::string subject = journal::log_subject(channel.case_id, channel.author);
        if (fault->code == FindingCode::kGap) {  // it only waits
            report_.findings.push_back({fault->code, subject, remote_name_ + ": " + fault->text});
        } else {
            find(fault->code, subject, fault->text, fault->mark.bytes);
        }
    }

    void settle(const Channel& channel, const format::GitId& tip, TakenIn taken) {
        std::ranges::move(taken.passed_over, std::back_inserter(report_.findings));
        // Only what is missing may still come; all else has been found for good.
        std::vector<Finding>& gaps = waiting_[channel.ref];
        gaps.clear();
        for (Finding& finding : taken.findings) {
            (finding.code == FindingCode::kGap ? gaps : report_.findings)
                .push_back(std::move(finding));
        }
        const auto reached = place_reached(channel, taken);
        const bool lacks = went_back(channel, reached, tip);
        if (!gaps.empty() && !lacks) {
            return;
        }
        std::ranges::move(gaps, std::back_inserter(report_.findings));
        waiting_.erase(channel.ref);
        if (taken.up_to_tip && !lacks) {
            done_.insert(channel.ref);
            note_shown(channel.ref, tip);
        } else {
            wrong_.insert(channel.ref);
            if (reached && !lacks && taken.reached) {
                note_shown(channel.ref, *taken.reached);  // a host needn't send that again
            }
        }
    }

    // Also of a tip that can't be reached: what lies there must not hide that something is gone.
    std::optional<ChainPlace> place_reached(const Channel& channel, const TakenIn& taken) {
        const auto shown = shown_before(channel.ref);
        const bool is_on_the_way =  // carried, not taken in yet: it may lie behind what was reached
            !taken.up_to_tip && shown && !find_commit(store_.catalog(), channel.ref, *shown);
        return taken.is_listed && !is_on_the_way
                   ? place_behind(store_.catalog(), channel.ref, taken.reached)
                   : std::nullopt;
    }

    // In cases of which this vault, restored from an older copy, has heard of newer epochs.
    void renew_grants() {
        const auto may = [this](const std::string& case_id) {
            return !behind_.contains(case_id) && !own_channel_is_wrong(case_id);
        };
        if (issue_due_grants(store_, identity_, may)) {
            look();  // they go to other refs
        }
    }

    // Tells the others what arrived, in cases where something did.
    void write_receipts() {
        for (std::string& case_id : list_receipts_due(store_.catalog())) {
            worth_receipt_.insert(std::move(case_id));
        }
        for (const std::string& case_id : worth_receipt_) {
            const evidence::CaseKeys keys = evidence::load_case_keys(store_.catalog(), case_id);
            if (keys.sealed() || behind_.contains(case_id) ||
                journal::is_stopped(store_.catalog(), case_id, identity_.card.fingerprint) ||
                own_channel_is_wrong(case_id)) {
                continue;
            }
            write_receipt(store_, identity_, keys);
        }
    }

    bool own_channel_is_wrong(const std::string& case_id) const {
        return std::ranges::any_of(view_.channels, [&](const Channel& channel) {
            return channel.case_id == case_id && channel.author == identity_.card.fingerprint &&
                   wrong_.contains(channel.ref);
        });
    }

    void send() {
        Outgoing outgoing{store_, remote_, remote_name_, progress_};
        std::vector<std::pair<Channel, std::optional<format::GitId>>> unread;
        for (const std::string& ref : view_.outboxes) {
            send_outbox(outgoing, ref);
        }
        for (const auto& [ref, grants] : for_others_) {
            outgoing.send_grants(ref, tip_of(ref), grants);
        }
        for (const Channel& channel : view_.channels) {
            if (wrong_.contains(channel.ref)) {
                continue;
            }
            const std::optional<format::GitId> tip = tip_of(channel.ref);
            if (tip && find_carried(store_.catalog(), channel.ref, *tip)) {
                unread.emplace_back(channel, tip);
                continue;
            }
            if (tip && !find_commit(store_.catalog(), channel.ref, *tip)) {
                continue;  // it moved meanwhile: something new is there, to be taken first
            }
            peers_.went(channel, is_whole() ? outgoing.send(channel, tip) : preview(channel, tip));
            unread.emplace_back(channel, tip);
        }
        if (is_whole()) {
            outgoing.finish();
            report_.bundles_out = outgoing.bundles();
            report_.bytes_out = outgoing.bytes();
            report_.grants_out = outgoing.grants();
        }
        for (const auto& [channel, tip] : unread) {
            const auto now =
                is_whole() ? last_shown(store_.catalog(), remote_name_, channel.ref) : std::nullopt;
            unread_.send(channel, now ? now : tip);
        }
    }

    std::optional<format::GitId> tip_of(const std::string& ref) const {
        const auto there = view_.refs.find(ref);
        return there == view_.refs.end() ? std::nullopt : std::optional{there->second};
    }

    std::uint64_t preview(const Channel& channel, const std::optional<format::GitId>& tip) {
        const PendingTotal total = count_pending(store_.catalog(), channel, tip);
        report_.bundles_out += total.bundles;
        report_.bytes_out += total.bytes;
        return total.entries;
    }

    void send_outbox(Outgoing& outgoing, const std::string& ref) {
        const GrantsFor whom =
            ref == own_inbox_ref(identity_) ? GrantsFor::kSelf : GrantsFor::kOthers;
        const std::optional<format::GitId> tip = tip_of(ref);
        // What lies in the own inbox was looked at.
        if (tip && whom == GrantsFor::kOthers && !place_of_grant(store_.catalog(), ref, *tip)) {
            find(FindingCode::kForged, "invitations that this vault sent",
                 "somebody else wrote to them, a member carried there what lay elsewhere, or this"
                 " vault wrote before it was restored from an older copy; they are sent once more",
                 tip->bytes);
        }
        // What couldn't be read there isn't built upon: it may be mended.
        const bool is_unread = tip && whom == GrantsFor::kSelf && shown_before(ref) != tip &&
                               !place_of_grant(store_.catalog(), ref, *tip);
        if (is_whole() && !is_unread) {
            outgoing.send_grants(ref, tip, whom);
        }
    }

    store::Store& store_;
    const evidence::Identity& identity_;
    Repository& remote_;
    const std::string& remote_name_;
    SyncDepth depth_;
    Progress& progress_;
    RemoteReport& report_;
    RemoteView view_;
    bool is_file_ = false;
    std::set<std::string> done_;   // refs that are here up to their tips
    std::set<std::string> wrong_;  // refs that nothing is sent to
    std::map<std::string, std::vector<Finding>> waiting_;
    std::set<std::string> worth_receipt_;  // cases
    std::set<std::string> behind_;         // cases whose own journal is longer elsewhere
    Peers peers_;
    UnreadChannels unread_;
    LackingGrants for_others_;
};

}  // namespace

void sync_with(store::Store& store, const evidence::Identity& identity, Repository& remote,
               const std::string& remote_name, SyncDepth depth, Progress& progress,
               RemoteReport& report) {
    Sync{store, identity, remote, remote_name, depth, progress, report}.run();
}

void take_file(store::Store& store, const evidence::Identity& identity, Repository& file,
               const std::string& file_name, Progress& progress, RemoteReport& report) {
    Sync{store, identity, file, file_name, SyncDepth::kWhole, progress, report}.take();
}

}  // namespace kua::exchange
