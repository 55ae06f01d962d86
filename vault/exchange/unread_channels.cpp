#include "vault/exchange/unread_channels.h"

#include <algorithm>
#include <utility>

#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"
#include "vault/exchange/carried_opening.h"
#include "vault/exchange/carried_out.h"
#include "vault/exchange/outgoing.h"

namespace kua::exchange {

UnreadChannels::UnreadChannels(store::Store& store, const evidence::Identity& identity,
                               Repository& remote, const std::string& remote_name, SyncDepth depth,
                               Progress& progress, RemoteReport& report)
    : store_(store),
      identity_(identity),
      remote_(remote),
      remote_name_(remote_name),
      depth_(depth),
      progress_(progress),
      report_(report) {}

bool UnreadChannels::is_sealed(const Channel& channel) {
    return evidence::load_case_keys(store_.catalog(), channel.case_id).sealed();
}

std::string UnreadChannels::why_not_from_files(const Channel& channel) {
    const bool may_be_depositor = !evidence::own_role(
        store_.catalog(), channel.case_id, /*is_sealed=*/true, identity_.card.fingerprint);
    return may_be_depositor
               ? "not taken, as this vault has no key to read the case: a depositor never has one."
                 " The file is for the other members: pass it on as it is"
               : "not taken, as the case is sealed here; keep the file and take it"
                 " again when the case is open";
}

void UnreadChannels::begin(const std::vector<Channel>& channels, Peers& peers) {
    for (const Channel& channel : channels) {
        if (is_carried(store_, channel.ref) && is_sealed(channel)) {
            if (std::optional<Finding> finding = mend_carried(store_, channel)) {
                report_.findings.push_back(*std::move(finding));
            }
        }
    }
    waiting_ = evidence::list_case_ids(store_.catalog());
    open(peers, /*is_last=*/false);
}

void UnreadChannels::open_waiting(Peers& peers) {
    open(peers, /*is_last=*/true);
}

// What waits is named only if it still waits after the remote brought its part.
void UnreadChannels::open(Peers& peers, bool is_last) {
    for (const std::string& case_id : std::exchange(waiting_, {})) {
        CarriedTaken taken = take_in_carried(store_, identity_, case_id, progress_);
        report_.items_in += taken.items;
        for (const auto& [channel, entries] : taken.entries) {
            peers.came(channel, entries);
        }
        for (Finding& finding : taken.findings) {
            if (finding.code == FindingCode::kGap && !is_last) {
                waiting_.push_back(case_id);
            } else {
                report_.findings.push_back(std::move(finding));
            }
        }
    }
}

std::optional<CarryFault> UnreadChannels::receive(const Channel& channel, const format::GitId& tip,
                                                  const std::optional<format::GitId>& shown) {
    if (channel.author == identity_.card.fingerprint) {
        return receive_own(channel, tip, shown);
    }
    if (!limit_) {
        limit_.emplace(store_.environment().files.free_bytes(store_.dir()));
    }
    CarriedIn in =
        carry_in(store_, remote_, channel, tip, shown, *limit_,
                 depth_ == SyncDepth::kWhole ? CarryDepth::kCopy : CarryDepth::kCount, progress_);
    report_.bundles_in += in.bundles;
    report_.bundles_carried += in.bundles;
    report_.bytes_in += in.bytes;
    return std::move(in.fault);
}

std::optional<CarryFault> UnreadChannels::receive_own(const Channel& channel,
                                                      const format::GitId& tip,
                                                      const std::optional<format::GitId>& shown) {
    const auto newest = newest_commit(store_.catalog(), channel.ref);
    for (const auto& from : {newest ? std::optional{newest->id} : std::nullopt, shown}) {
        if (depth_ == SyncDepth::kWhole &&
            recall_commits(store_, remote_, channel, tip, from, progress_)) {
            return std::nullopt;
        }
    }
    return CarryFault{
        FindingCode::kGap,
        "it has entries of this vault's own that are not here: this vault was restored"
        " from an older copy, or somebody else wrote them. The case is sealed, so"
        " that can't be told; open it and sync before you add anything",
        tip};
}

void UnreadChannels::send(const Channel& channel, const std::optional<format::GitId>& at) {
    if (!newest_carried(store_.catalog(), channel.ref) || !is_sealed(channel)) {
        return;
    }
    CarriedOut out = depth_ == SyncDepth::kWhole
                         ? pass_on(store_, remote_, remote_name_, channel, at, progress_)
                         : preview_passing_on(store_.catalog(), channel, at);
    report_.bundles_out += out.bundles;
    report_.bytes_out += out.bytes;
    if (out.fault) {
        report_.findings.push_back(*std::move(out.fault));
    }
}

}  // namespace kua::exchange
