// Exchange: members of a case, remotes, and what a sync did. Implemented in
// vault/vault_exchange.cpp and vault/vault_members.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"

namespace kua {

struct MemberSummary {
    std::string fingerprint;
    std::string name;  // chosen by its owner
    std::string role;  // "owner", "contributor", "reader", "depositor"
    bool self = false;
    bool verified = false;     // the card was compared in person by this vault's user
    bool removed = false;      // was a member until `roster_removed`
    std::uint64_t roster = 0;  // first version of the roster with this member
    std::uint64_t roster_removed = 0;
    std::uint64_t entries = 0;  // of this member that are here
    std::uint64_t holds = 0;    // entries of this vault's user that they are known to have
    std::string last_heard;     // claimed time of the newest entry; empty: never
    // The case got new keys, and nothing tells that they have arrived there: what this member adds
    // can be read by whoever was removed.
    bool awaits_keys = false;
};

struct MemberRequest {
    std::string contact;  // a name, or the front of a fingerprint
    std::string role = "contributor";
    std::string case_name;
    bool unverified = false;  // also a card that was never compared
};

struct DoubtRequest {
    std::string member;  // a name, or the front of a fingerprint
    std::string case_name;
};

struct RemovalRequest {
    std::string member;
    std::string case_name;
    std::optional<std::uint64_t>
        last_entry;  // later ones of the member don't count; none: all here
    // What was refused or held back in later ones is not entered anew in the owner's name.
    bool drop_refusals = false;
};

// What is decided before: of entries that won't count any more.
struct RemovalPlan {
    std::vector<std::string> refusing;  // sources whose refusals would be entered anew
    std::vector<std::string> keep;      // who took back `keep`, which would not
    // Whole ids of items, and pseudonyms, of which something else that holds back would be entered
    // anew.
    std::vector<std::string> restricted;
    // So many more items, sources and links were too many, or can't be read; sources whose refusals
    // were too many among them.
    std::uint64_t left_out = 0;
};

// What a removed member has had, and keeps.
struct ExposureReport {
    MemberSummary member;
    std::uint64_t items = 0;    // that could be read with the keys of this member; 0 for depositors
    std::uint64_t entries = 0;  // likewise
    std::uint64_t received = 0;    // entries of others that the member is known to have received
    std::uint64_t last_entry = 0;  // of the member, that counts
    std::uint64_t set_aside = 0;   // entries of the member that are here and don't count any more
    std::uint64_t epoch = 0;       // the new one, whose keys the member doesn't get
    std::vector<std::string> awaiting_keys;  // names of the others, who have yet to get them
    // Sources whose refusals in those that are set aside were entered anew, and who took back
    // `keep` in them, which was not.
    std::vector<std::string> refusing;
    std::vector<std::string> keep;
    std::vector<std::string> restricted;  // as in RemovalPlan
    std::uint64_t left_out = 0;
    // Damage because of which what is set aside still shows.
    std::vector<Finding> findings;
};

struct InvitationSummary {
    std::string case_id;
    std::string title;
    std::string from;  // fingerprint
    std::string from_name;
    bool verified = false;
    std::string role;
    std::uint64_t members = 0;
    std::string arrived;  // claimed time
};

// Which invitation is meant: by title or the front of the case's id, and by whom if several fit.
struct InvitationChoice {
    std::string name;         // empty: the only one
    std::string from;         // a contact; empty: whoever
    bool unverified = false;  // accept it also from a card that was never compared
};

struct RemoteSummary {
    std::string name;
    std::string address;  // a path or a URL
    bool is_url = false;
    std::string host_key;  // pinned: what it showed at first; empty if there is none
    std::string identity_file;
    std::string added;   // claimed times
    std::string synced;  // last sync that got through; empty: never
    std::string news;    // last time it brought something new
    std::string user;    // https: whom kua logs in as; empty: nobody
};

struct RemoteRequest {
    std::string name;
    std::string address;
    std::string identity_file;  // of ssh; empty: the agent
    std::string host_key;  // what the host must show; empty for paths, or vouched by authorities
};

// What a host shows before it is trusted.
struct RemoteProbe {
    bool is_url = false;
    bool has_key = false;  // the connection is protected by one
    std::string host_key;
    bool vouched = false;  // an authority that this system trusts vouches for it
};

// Something that was refused at a sync and kept aside.
struct QuarantinedSummary {
    std::uint64_t number = 0;
    std::string at;      // claimed time
    std::string remote;  // by which it came
    std::string code;    // as of a Finding
    std::string subject;
    std::string text;
    std::uint64_t evidence_bytes = 0;
};

struct SyncRequest {
    std::string remote;  // empty: all
    bool dry_run = false;
};

struct SendRequest {
    std::filesystem::path to;  // a new file; more beside it if one doesn't hold everything
    std::string case_name;
    std::uint64_t max_bytes = std::uint64_t{95} << 20;  // of one file
    bool everything = false;                            // also what all members are known to have
};

struct SendReport {
    std::vector<std::filesystem::path> files;  // none if there is nothing to send
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
    std::uint64_t grants = 0;
    std::string unshared;  // the case's title if nobody else belongs to it and can read the files
    bool sealed = false;   // here, or a depositor's: then what others have isn't known
    std::uint64_t bundles_carried = 0;  // of `bundles`: unread
    std::vector<Finding> findings;      // what is carried and couldn't be sent
};

struct PeerReport {
    std::string case_id;
    std::string fingerprint;
    std::string name;
    bool self = false;
    std::uint64_t entries = 0;    // here, after the sync
    std::uint64_t new_here = 0;   // entries that came
    std::uint64_t new_there = 0;  // entries that went
    std::uint64_t expected = 0;   // entries that others have seen of this author
    std::string last_heard;       // claimed time of the newest entry here
    bool stopped = false;         // signed two histories: nothing more of this author is taken
};

// Somebody who is known to have signed two histories and still belongs to the case, as far as that
// is known here. Nothing more of such an author is taken in the case; if it is this vault's own
// identity, nothing more is added to it.
struct StoppedAuthor {
    std::string case_id;
    std::string fingerprint;
    std::string name;  // empty in a sealed case
    bool self = false;
    std::string since;  // claimed time
};

struct RemoteReport {
    std::string remote;
    std::string failure;   // why it was not gone through with; empty: it was
    int error = 0;         // the ErrorCode of that
    std::string untidied;  // why its packs were not merged, which is no failure; empty: all is well
    std::vector<PeerReport> peers;
    std::uint64_t bundles_in = 0;
    std::uint64_t bundles_carried = 0;  // of `bundles_in`: of sealed cases, so they are unread
    std::uint64_t bundles_out = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t items_in = 0;
    std::uint64_t grants_in = 0;
    std::uint64_t grants_carried = 0;  // for other members, unread; kept for other remotes
    std::uint64_t grants_out = 0;      // the vault's own, and what is carried
    std::vector<Finding> findings;
    // Of the forks among them, and those that stopped an author before, that can be shown to
    // others: what export_finding() calls them.
    std::vector<std::uint64_t> fork_numbers;
};

// An open case whose new keys some members aren't known to have (MemberSummary).
struct AwaitingKeys {
    std::string title;
    std::vector<std::string> members;  // names
};

struct SyncReport {
    bool dry_run = false;
    std::vector<RemoteReport> remotes;
    std::vector<InvitationSummary> invitations;  // waiting for being accepted
    // Originals of cases with others that nobody else is known to have; whatever went out just now
    // counts only when a receipt has come back.
    std::uint64_t only_here = 0;
    // Titles of open cases with items to which nobody else belongs, so nobody else can read them.
    std::vector<std::string> unshared;
    std::vector<AwaitingKeys> awaiting_keys;
};

}  // namespace kua
