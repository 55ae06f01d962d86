// The part of TextOutput that reports on members, remotes and syncs.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output_text.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

std::string state_of(const MemberSummary& member) {
    if (member.self) {
        return "this vault";
    }
    if (member.removed) {
        return "removed";
    }
    return std::string{member.verified ? "verified" : "seen, not verified"} +
           (member.awaits_keys ? ", no new keys yet" : "");
}

std::string name_or_id(const std::string& name, const std::string& fingerprint) {
    return name.empty() ? short_hex(fingerprint) : name;
}

bool has_finding(const RemoteReport& remote, FindingCode code) {
    return std::ranges::find(remote.findings, code, &Finding::code) != remote.findings.end();
}

bool are_of_one_case(const std::vector<PeerReport>& peers) {
    return std::ranges::all_of(
        peers, [&](const PeerReport& peer) { return peer.case_id == peers.front().case_id; });
}

// "journal of Mara (c5742e53) in case 0f8da539": fingerprints alone say little to people.
std::string with_names(std::string subject, const std::vector<PeerReport>& peers) {
    for (const PeerReport& peer : peers) {
        const std::string id = short_hex(peer.fingerprint);
        const std::size_t at = subject.find(id);
        if (!peer.name.empty() && at != std::string::npos) {
            return subject.replace(at, id.size(), escape_for_display(peer.name) + " (" + id + ")");
        }
    }
    return subject;
}

void show_peer(Page& all, const PeerReport& peer, bool with_case) {
    std::string line = "  " + name_or_id(peer.name, peer.fingerprint) +
                       (with_case ? " in case " + short_hex(peer.case_id) : "") + ": ";
    if (peer.new_here > 0) {
        line += counted(peer.new_here, "new entry", "new entries") + ", ";
    }
    line += counted(peer.entries, "entry", "entries") + " here";
    if (peer.stopped) {
        line += peer.self ? "; this journal has two histories: nothing is added to it any more"
                          : "; signed two histories: nothing new of theirs is taken";
    } else if (peer.expected > peer.entries) {
        line += "; waiting for " + grouped(peer.entries + 1) + " to " + grouped(peer.expected) +
                ", which others have";
    }
    if (!peer.self && !peer.last_heard.empty()) {
        line += "; last heard " + readable_minute(peer.last_heard) + " (claimed)";
    }
    all.line(line);
}

void show_remote(Page& all, const RemoteReport& remote, bool dry_run) {
    all.heading(remote.remote);
    if (!remote.failure.empty()) {
        all.message("  not done: ", remote.failure);
    }
    if (!remote.untidied.empty()) {
        all.message("  everything is there, but its packs could not be merged: ", remote.untidied);
    }
    const std::uint64_t in = remote.bundles_in + remote.grants_in;
    const std::uint64_t out = remote.bundles_out + remote.grants_out;
    if (in + out == 0) {
        if (remote.failure.empty() && remote.findings.empty() && remote.grants_carried == 0) {
            all.line("  nothing new");
        }
    } else {
        std::string got = dry_run ? "  would get " : "  got ";
        got += counted(remote.bundles_in, "bundle", "bundles");
        if (remote.items_in > 0) {
            got += " with " + counted(remote.items_in, "item", "items");
        }
        if (remote.bundles_carried > 0) {
            got += " (" + grouped(remote.bundles_carried) + " carried unread)";
        }
        if (remote.bytes_in > 0) {
            got += ", " + human_bytes(remote.bytes_in);
        }
        std::string sent = dry_run ? " · would send " : " · sent ";
        sent += counted(remote.bundles_out, "bundle", "bundles");
        if (remote.bytes_out > 0) {
            sent += ", " + human_bytes(remote.bytes_out);
        }
        if (remote.grants_out > 0) {
            sent += ", " + counted(remote.grants_out, "invitation or key", "invitations or keys");
        }
        all.line(got + sent);
    }
    if (remote.grants_carried > 0) {
        all.line("  carries " +
                 counted(remote.grants_carried, "invitation or key", "invitations or keys") +
                 " on to other members, unread");
    }
    for (const PeerReport& peer : remote.peers) {
        const auto of_case = [&peer](const PeerReport& other) {
            return other.case_id == peer.case_id;
        };
        if (std::ranges::count_if(remote.peers, of_case) > 1) {  // a case of one tells nothing
            show_peer(all, peer, !are_of_one_case(remote.peers));
        }
    }
    for (const Finding& finding : remote.findings) {
        all.message("  " + in_capitals(finding.code) + " ",
                    with_names(finding.subject, remote.peers) + ": " + finding.text);
    }
}

}  // namespace

void TextOutput::members(const std::vector<MemberSummary>& members) {
    Table table{6, {4, 5}};
    table.add({"member", "name", "role", "state", "entries here", "of yours there"});
    for (const MemberSummary& member : members) {
        table.add({short_hex(member.fingerprint), member.name, member.role, state_of(member),
                   grouped(member.entries), member.self ? "" : grouped(member.holds)});
    }
    Page all = page();
    all.table(table, /*headed=*/true);
    print(all);
}

void TextOutput::member_added(const MemberSummary& added) {
    if (!quiet()) {
        Page all;
        all.line("added " + added.name + " as " + added.role + ": " + state_of(added));
        print(all);
    }
    note("the invitation goes with the next sync; then " + escape_for_display(added.name) +
         " runs: kua sync, kua case accept, kua sync");
}

void TextOutput::member_removed(const ExposureReport& report) {
    Page all = page();
    const std::string& name = report.member.name;
    all.heading(name + " removed");
    all.line(
        "  good up to entry " + grouped(report.last_entry) + " of theirs" +
        (report.set_aside > 0
             ? "; " + counted(report.set_aside, "later one is", "later ones are") + " set aside"
             : ""));
    if (!report.refusing.empty()) {
        all.line("  what these refused in them still counts, entered in your name: " +
                 some_in_a_row(report.refusing));
    }
    if (!report.restricted.empty()) {
        all.line("  what they said that holds these back still counts, entered in your name: " +
                 some_in_a_row(report.restricted));
    }
    if (report.left_out > 0) {
        all.line(
            "  something was said of " +
            counted(report.left_out, "more item, source or link", "more items, sources and links") +
            ", which was not looked at and counts no more, also if it held something back");
    }
    if (!report.keep.empty()) {
        all.line("  these took back keep in them; ask them before anything is destroyed: " +
                 some_in_a_row(report.keep));
    }
    if (report.items + report.entries == 0) {
        all.line("  could read nothing of the case (" + report.member.role + ")");
    } else {
        all.line("  could read " + counted(report.items, "item", "items") + " and " +
                 counted(report.entries, "entry", "entries") +
                 ": everything in the case until now");
    }
    all.line("  is known to have received " + counted(report.received, "entry", "entries") +
             " of others");
    all.line("  keeps all that; what comes from now on is sealed to new keys");
    for (const Finding& finding : report.findings) {
        show_finding(all, finding);
    }
    print(all);
    if (report.awaiting_keys.empty()) {
        note("sync now");
        return;
    }
    note("sync now: " +
         (report.items + report.entries == 0
              ? std::string{}
              : "what others add can be read by " + escape_for_display(name) +
                    " until they have the new keys; ") +
         "these have yet to get the new keys: " +
         escape_for_display(some_in_a_row(report.awaiting_keys)) +
         ". The keys go with your syncs, also through other members, or by a file that is handed"
         " on: kua send --everything --to FILE. kua member list says who still lacks them");
}

void TextOutput::member_doubted(const MemberSummary& doubted) {
    if (!quiet()) {
        Page all;
        all.line("what " + doubted.name + " says of having seen your entries counts no more");
        print(all);
    }
}

void TextOutput::case_accepted(const CaseSummary& accepted) {
    if (!quiet()) {
        Page all;
        all.line("accepted case " + accepted.id.substr(0, 8));
        print(all);
    }
    note("sync once more to fetch what is in it");
}

void TextOutput::case_declined(const InvitationSummary& declined) {
    if (!quiet()) {
        Page all;
        all.line("declined the invitation to \"" + declined.title + "\" by " + declined.from_name +
                 "; nobody is told");
        print(all);
    }
}

void TextOutput::remotes(const std::vector<RemoteSummary>& remotes) {
    if (remotes.empty()) {
        note("no remotes; name a stick or a host: kua remote add NAME ADDRESS");
        return;
    }
    Table table{4};
    table.add({"remote", "address", "last sync", "last news (claimed)"});
    for (const RemoteSummary& remote : remotes) {
        table.add({remote.name, remote.address,
                   remote.synced.empty() ? "never" : readable_minute(remote.synced),
                   remote.news.empty() ? "never" : readable_minute(remote.news)});
    }
    Page all = page();
    all.table(table, /*headed=*/true);
    print(all);
}

void TextOutput::remote_changed(RemoteChange change, const RemoteSummary& now) {
    if (quiet()) {
        return;
    }
    Page all;
    if (change == RemoteChange::kLogin) {
        all.line(now.user.empty() ? "kua logs in at " + now.name + " as nobody"
                                  : "kua logs in at " + now.name + " as " + now.user);
    } else {
        all.line((change == RemoteChange::kAdded ? "added " : "removed ") + now.name + ": " +
                 now.address);
    }
    print(all);
    if (change != RemoteChange::kRemoved) {
        note("next: kua sync " + now.name);
    }
}

namespace {

std::string nobody_reads(const std::string& title, std::string_view where) {
    return "nobody else can read \"" + escape_for_display(title) + "\"" + std::string(where) +
           ", since nobody else belongs to it: kua contact add CARD, then kua member add NAME";
}

}  // namespace

void TextOutput::synced(const SyncReport& report) {
    Page all = page();
    for (const RemoteReport& remote : report.remotes) {
        const bool is_quiet_success = quiet() && remote.failure.empty() && remote.findings.empty();
        if (!is_quiet_success) {
            show_remote(all, remote, report.dry_run);
        }
    }
    for (const InvitationSummary& invitation : report.invitations) {
        all.line("invitation to \"" + invitation.title + "\" (" + invitation.case_id.substr(0, 8) +
                 ") by " + invitation.from_name +
                 (invitation.verified ? "" : " (seen, not verified)") + ", as " + invitation.role +
                 ": kua case accept " + invitation.case_id.substr(0, 8));
    }
    print(all);
    const bool sent_anything =
        std::ranges::any_of(report.remotes, [](const auto& one) { return one.bundles_out > 0; });
    for (const std::string& title : report.unshared) {
        if (sent_anything && !report.dry_run) {
            note(nobody_reads(title, " there"));
        }
    }
    for (const AwaitingKeys& one : report.awaiting_keys) {
        if (!report.dry_run) {
            note("not known to have the new keys of \"" + escape_for_display(one.title) +
                 "\" yet: " + escape_for_display(some_in_a_row(one.members)) +
                 ". Until then, whoever was removed may read what they add; meet them, or"
                 " send them a file: kua send --everything --to FILE");
        }
    }
    if (report.only_here > 0 && !report.dry_run) {
        note("nobody else is known to have " + counted(report.only_here, "original", "originals") +
             " yet; keep this vault until a receipt comes back (kua status tells who has what)");
    }
    for (const RemoteReport& remote : report.remotes) {
        if (has_finding(remote, FindingCode::kRollback)) {
            note("find out in whose hands " + remote.remote + " was" +
                 "; once you know why: kua remote remove " + remote.remote +
                 ", then add it again, and all goes there anew");
        }
        for (const std::uint64_t number : remote.fork_numbers) {
            note("what proves the FORK to others is kept: kua finding export " +
                 std::to_string(number) + " --to DIR");
        }
        if (has_finding(remote, FindingCode::kDamaged)) {
            note("what is DAMAGED is the copy in " + escape_for_display(remote.remote) +
                 "; what you have is untouched. have it sent again, by another stick or file");
        }
    }
}

void TextOutput::sent(const SendReport& report) {
    if (!report.unshared.empty()) {
        note(std::string(report.files.empty() ? "nothing to send: " : "") +
             nobody_reads(report.unshared, ""));
    } else if (report.files.empty() && report.sealed) {
        note("nothing to send: nothing that was written in the case is here");
    } else if (report.files.empty()) {
        note(
            "nothing to send: all members are known to have everything (--everything sends it"
            " again)");
    }
    Page all = page();
    if (!quiet()) {
        for (const std::filesystem::path& file : report.files) {
            all.line("written " + file_name_of(file.native()));
        }
    }
    if (!quiet() && !report.files.empty()) {
        all.line(counted(report.bundles, "bundle", "bundles") +
                 (report.bundles_carried > 0
                      ? " (" + grouped(report.bundles_carried) + " carried unread)"
                      : "") +
                 ", " + human_bytes(report.bytes));
    }
    for (const Finding& finding : report.findings) {
        show_finding(all, finding);
    }
    print(all);
    if (report.files.empty()) {
        return;
    }
    if (report.sealed) {
        note("what others have can't be read here, so all went that is here");
    }
    note("whoever gets " + std::string(report.files.size() == 1 ? "it" : "all of them") +
         " runs: kua take FILE...");
}

void TextOutput::quarantined(const std::vector<QuarantinedSummary>& all) {
    if (all.empty()) {
        note("nothing was kept aside");
        return;
    }
    Page shown = page();
    for (const QuarantinedSummary& one : all) {
        shown.heading(std::to_string(one.number) + "  " + one.code + "  " +
                      readable_minute(one.at) + " (claimed), " + one.subject);
        shown.message("   ", one.text);
    }
    print(shown);
}

void TextOutput::finding_exported(std::uint64_t number, const std::string& to) {
    if (!quiet()) {
        Page all;
        all.line("finding " + std::to_string(number) + " written to " + to +
                 "; README.txt there says how anybody checks it");
        print(all);
    }
}

}  // namespace kua::cli
