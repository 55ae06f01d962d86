// The part of JsonOutput that reports on members, remotes and syncs.
#include "cli/output_json.h"
#include "cli/output_json_values.h"

namespace kua::cli {
namespace {

Json value_of(const MemberSummary& member) {
    return {{"fingerprint", member.fingerprint},
            {"name", member.name},
            {"role", member.role},
            {"self", member.self},
            {"verified", member.verified},
            {"removed", member.removed},
            {"roster", member.roster},
            {"roster_removed", member.removed ? Json(member.roster_removed) : Json(nullptr)},
            {"entries", member.entries},
            {"holds", member.holds},
            {"awaits_keys", member.awaits_keys},
            {"last_heard_claimed", text_or_null(member.last_heard)}};
}

Json value_of(const PeerReport& peer) {
    return {{"case", peer.case_id},
            {"fingerprint", peer.fingerprint},
            {"name", text_or_null(peer.name)},
            {"self", peer.self},
            {"entries", peer.entries},
            {"new_here", peer.new_here},
            {"new_there", peer.new_there},
            {"expected", peer.expected},
            {"last_heard_claimed", text_or_null(peer.last_heard)},
            {"stopped", peer.stopped}};
}

Json value_of(const RemoteReport& remote) {
    Json peers = Json::array();
    for (const PeerReport& peer : remote.peers) {
        peers.push_back(value_of(peer));
    }
    return {
        {"remote", remote.remote},
        {"failure", text_or_null(remote.failure)},
        {"error", remote.failure.empty() ? Json(nullptr)
                                         : Json(error_name(static_cast<ErrorCode>(remote.error)))},
        {"untidied", text_or_null(remote.untidied)},
        {"bundles_in", remote.bundles_in},
        {"bundles_carried", remote.bundles_carried},
        {"bundles_out", remote.bundles_out},
        {"bytes_in", remote.bytes_in},
        {"bytes_out", remote.bytes_out},
        {"items_in", remote.items_in},
        {"grants_in", remote.grants_in},
        {"grants_carried", remote.grants_carried},
        {"grants_out", remote.grants_out},
        {"peers", peers},
        {"findings", kua::cli::value_of(remote.findings)}};
}

Json reports_of(const std::vector<RemoteReport>& remotes) {
    Json array = Json::array();
    for (const RemoteReport& remote : remotes) {
        array.push_back(value_of(remote));
    }
    return array;
}

Json members_of(const std::vector<MemberSummary>& members) {
    Json array = Json::array();
    for (const MemberSummary& member : members) {
        array.push_back(value_of(member));
    }
    return array;
}

}  // namespace

Json value_of(const RemoteSummary& remote) {
    return {{"name", remote.name},
            {"address", remote.address},
            {"is_url", remote.is_url},
            {"host_key", text_or_null(remote.host_key)},
            {"user", text_or_null(remote.user)},
            {"added_claimed", text_or_null(remote.added)},
            {"synced_claimed", text_or_null(remote.synced)},
            {"news_claimed", text_or_null(remote.news)}};
}

Json value_of(const StoppedAuthor& stopped) {
    return {{"case", stopped.case_id},
            {"fingerprint", stopped.fingerprint},
            {"name", text_or_null(stopped.name)},
            {"self", stopped.self},
            {"since_claimed", stopped.since}};
}

Json value_of(const InvitationSummary& invitation) {
    return {{"case", invitation.case_id},      {"title", invitation.title},
            {"from", invitation.from},         {"from_name", invitation.from_name},
            {"verified", invitation.verified}, {"role", invitation.role},
            {"members", invitation.members},   {"arrived_claimed", invitation.arrived}};
}

Json value_of(const QuarantinedSummary& one) {
    return {{"number", one.number},
            {"time_claimed", one.at},
            {"remote", one.remote},
            {"code", one.code},
            {"subject", one.subject},
            {"text", one.text},
            {"evidence_bytes", one.evidence_bytes}};
}

void JsonOutput::members(const std::vector<MemberSummary>& members) {
    print(document({{"members", members_of(members)}}));
}

void JsonOutput::member_added(const MemberSummary& added) {
    print(document({{"change", "added"}, {"member", value_of(added)}}));
}

void JsonOutput::member_removed(const ExposureReport& report) {
    print(document({{"change", "removed"},
                    {"member", value_of(report.member)},
                    {"exposure",
                     {{"items", report.items},
                      {"entries", report.entries},
                      {"received", report.received},
                      {"last_entry", report.last_entry},
                      {"set_aside", report.set_aside},
                      {"refusals_kept", report.refusing},
                      {"keep_not_kept", report.keep},
                      {"restrictions_kept", report.restricted},
                      {"restrictions_left_out", report.left_out},
                      {"new_epoch", report.epoch},
                      {"awaiting_keys", report.awaiting_keys}}},
                    {"findings", kua::cli::value_of(report.findings)}}));
}

void JsonOutput::member_doubted(const MemberSummary& doubted) {
    print(document({{"change", "doubted"}, {"member", value_of(doubted)}}));
}

void JsonOutput::case_accepted(const CaseSummary& accepted) {
    print(document({{"change", "accepted"}, {"case", kua::cli::value_of(accepted)}}));
}

void JsonOutput::case_declined(const InvitationSummary& declined) {
    print(document({{"change", "declined"}, {"invitation", value_of(declined)}}));
}

void JsonOutput::remotes(const std::vector<RemoteSummary>& remotes) {
    print(document({{"remotes", array_of(remotes)}}));
}

void JsonOutput::remote_changed(RemoteChange change, const RemoteSummary& now) {
    print(document({{"change", change == RemoteChange::kAdded     ? "added"
                               : change == RemoteChange::kRemoved ? "removed"
                                                                  : "login"},
                    {"remote", value_of(now)}}));
}

void JsonOutput::synced(const SyncReport& report) {
    Json awaiting = Json::array();
    for (const AwaitingKeys& one : report.awaiting_keys) {
        awaiting.push_back({{"title", one.title}, {"members", one.members}});
    }
    print(document({{"dry_run", report.dry_run},
                    {"remotes", reports_of(report.remotes)},
                    {"invitations", array_of(report.invitations)},
                    {"only_here", report.only_here},
                    {"unshared", report.unshared},
                    {"awaiting_keys", awaiting}}));
}

void JsonOutput::sent(const SendReport& report) {
    Json files = Json::array();
    for (const std::filesystem::path& file : report.files) {
        files.push_back(file.native());
    }
    print(document({{"files", files},
                    {"bundles", report.bundles},
                    {"bytes", report.bytes},
                    {"grants", report.grants},
                    {"unshared", text_or_null(report.unshared)},
                    {"sealed", report.sealed},
                    {"bundles_carried", report.bundles_carried},
                    {"findings", kua::cli::value_of(report.findings)}}));
}

void JsonOutput::quarantined(const std::vector<QuarantinedSummary>& all) {
    print(document({{"kept_aside", array_of(all)}}));
}

void JsonOutput::finding_exported(std::uint64_t number, const std::string& to) {
    print(document({{"number", number}, {"to", to}}));
}

}  // namespace kua::cli
