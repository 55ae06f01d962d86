// The part of Vault that concerns remotes and exchanging with them.
#include <algorithm>
#include <functional>
#include <utility>

#include "vault/base/folders.h"
#include "vault/base/new_file.h"
#include "vault/base/utf8.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/holdings.h"
#include "vault/exchange/bundle_file.h"
#include "vault/exchange/file_set.h"
#include "vault/exchange/peers.h"
#include "vault/exchange/quarantine.h"
#include "vault/exchange/remotes.h"
#include "vault/exchange/send_file.h"
#include "vault/exchange/sync.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

// What stops one remote and not the others.
bool concerns_remote(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kFailed:
        case ErrorCode::kRefused:
        case ErrorCode::kStorage:
        case ErrorCode::kNoFile:
        case ErrorCode::kExists:
        case ErrorCode::kDamaged:
            return true;
        case ErrorCode::kWrongKey:
        case ErrorCode::kBug:
        case ErrorCode::kUsage:
        case ErrorCode::kBusy:
        case ErrorCode::kNotFound:
        case ErrorCode::kInterrupted:
        case ErrorCode::kNotVault:
        case ErrorCode::kNewerFormat:
        case ErrorCode::kFileDamaged:
            return false;
    }
    return false;
}

// What a report says beside what the exchange itself found.
void complete(Vault::State& state, RemoteReport& report) {
    for (PeerReport& peer : report.peers) {
        peer.self = peer.fingerprint == state.identity.card.fingerprint;
    }
    const auto all = exchange::list_quarantined(state.catalog());
    for (const Finding& finding : report.findings) {
        const auto kept = std::ranges::find_if(all, [&finding](const exchange::Quarantined& one) {
            const bool is_fork =
                finding.code == FindingCode::kFork || finding.code == FindingCode::kStopped;
            return is_fork && one.code == name_of(FindingCode::kFork) &&
                   one.subject == finding.subject && one.evidence_bytes > 0;
        });
        if (kept != all.end()) {
            report.fork_numbers.push_back(kept->number);
        }
    }
}

}  // namespace

std::vector<RemoteSummary> Vault::remotes() {
    return exchange::list_remotes(state_->catalog());
}

RemoteProbe Vault::probe_remote(const RemoteRequest& request) {
    return exchange::probe_remote(state_->store, request);
}

RemoteSummary Vault::add_remote(const RemoteRequest& request) {
    const base::Environment& environment = state_->store.environment();
    exchange::check_remote(request);
    if (base::lies_in(environment.files, request.address, state_->store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "a remote can't lie in the vault itself; nothing was changed"};
    }
    {
        store::Transaction write{state_->catalog()};
        exchange::add_remote(write, request, environment.clock);
        if (!exchange::load_remote(write.connection(), request.name).is_url) {
            exchange::prepare_path(state_->store, request.address);
        }
        write.commit();
    }
    return exchange::load_remote(state_->catalog(), request.name);
}

void Vault::check_login(const std::string& remote, const std::string& user) {
    exchange::check_login(state_->catalog(), remote, user);
}

RemoteSummary Vault::set_login(const std::string& remote, const std::string& user,
                               const Passphrase& secret) {
    {
        store::Transaction write{state_->catalog()};
        exchange::set_login(write, remote, user, secret.expose());
        write.commit();
    }
    return exchange::load_remote(state_->catalog(), remote);
}

RemoteSummary Vault::forget_login(const std::string& remote) {
    {
        store::Transaction write{state_->catalog()};
        exchange::set_login(write, remote, "", {});
        write.commit();
    }
    return exchange::load_remote(state_->catalog(), remote);
}

RemoteSummary Vault::remove_remote(const std::string& name) {
    RemoteSummary removed = exchange::load_remote(state_->catalog(), name);
    store::Transaction write{state_->catalog()};
    exchange::remove_remote(write, name);
    write.commit();
    return removed;
}

namespace {

// Asks who has a case, or belongs to it. Of one of which too much is damaged nothing is known;
// verification names the damage.
void ask_unless_damaged(const std::function<void()>& ask) {
    try {
        ask();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
    }
}

// Whether nobody else can read the case. Of a sealed one nobody knows.
bool is_unshared(Vault::State& state, const evidence::CaseKeys& keys) {
    return !keys.sealed() &&
           !evidence::is_shared(state.catalog(), keys, state.identity.card.fingerprint);
}

void look_at_holders(Vault::State& state, const CaseSummary& of, SyncReport& report) {
    const evidence::CaseKeys keys = evidence::load_case_keys(state.catalog(), of.id);
    report.only_here +=
        evidence::count_only_here(state.catalog(), keys, state.identity.card.fingerprint);
}

void look_at_unshared(Vault::State& state, const CaseSummary& of, SyncReport& report) {
    if (of.items > 0 && is_unshared(state, evidence::load_case_keys(state.catalog(), of.id))) {
        report.unshared.push_back(of.title);
    }
    std::vector<std::string> awaiting =
        exchange::list_awaiting_keys(state.catalog(), of.id, state.identity.card.fingerprint);
    if (!awaiting.empty()) {
        report.awaiting_keys.push_back({of.title, std::move(awaiting)});
    }
}

}  // namespace

SyncReport Vault::sync(const SyncRequest& request, Progress& progress) {
    std::vector<RemoteSummary> remotes;
    if (request.remote.empty()) {
        remotes = exchange::list_remotes(state_->catalog());
    } else {
        remotes.push_back(exchange::load_remote(state_->catalog(), request.remote));
    }
    if (remotes.empty()) {
        throw Error{ErrorCode::kNotFound,
                    "there is no remote yet: kua remote add NAME PATH-OR-URL"};
    }
    SyncReport report;
    report.dry_run = request.dry_run;
    const auto depth = request.dry_run ? exchange::SyncDepth::kDryRun : exchange::SyncDepth::kWhole;
    for (const RemoteSummary& remote : remotes) {
        RemoteReport& one = report.remotes.emplace_back();
        one.remote = remote.name;
        try {
            const auto repository = exchange::open_remote(state_->store, remote, progress);
            exchange::sync_with(state_->store, state_->identity, *repository, remote.name, depth,
                                progress, one);
            one.untidied = repository->trouble_with_upkeep();
        } catch (const Error& error) {
            if (!concerns_remote(error.code())) {
                throw;
            }
            one.failure = error.what();
            one.error = static_cast<int>(error.code());
        }
        complete(*state_, one);
    }
    report.invitations = invitations();
    for (const CaseSummary& one : cases()) {
        ask_unless_damaged([&] {
            look_at_holders(*state_, one, report);
            look_at_unshared(*state_, one, report);
        });
    }
    return report;
}

SendReport Vault::send(const SendRequest& request, Progress& progress) {
    const std::string case_id = evidence::resolve_case(state_->catalog(), request.case_name);
    if (base::lies_in(state_->store.environment().files, request.to, state_->store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the file would lie in the vault itself; nothing was written"};
    }
    exchange::SentFiles sent = exchange::send_files(
        state_->store, state_->identity, case_id, request.to, request.max_bytes,
        request.everything ? exchange::WhatToSend::kEverything
                           : exchange::WhatToSend::kNotKnownThere,
        progress);
    SendReport report;
    report.files = std::move(sent.files);
    report.bundles = sent.bundles;
    report.bytes = sent.bytes;
    report.grants = sent.grants;
    report.sealed = evidence::load_case_keys(state_->catalog(), case_id).sealed();
    report.bundles_carried = sent.carried;
    report.findings = std::move(sent.findings);
    ask_unless_damaged([&] {
        if (is_unshared(*state_, evidence::load_case_keys(state_->catalog(), case_id))) {
            report.unshared = find_case(case_id).title;
        }
    });
    return report;
}

SyncReport Vault::take(const std::vector<std::filesystem::path>& files, Progress& progress) {
    SyncReport report;
    std::vector<std::unique_ptr<exchange::Repository>> opened;
    std::string name;
    for (const base::fs::path& file : files) {
        const std::string shown = base::escape_for_display(file.filename().native());
        try {
            auto one = exchange::open_bundle_file(state_->store.environment().files, file);
            one->fetch({}, {});  // one that is damaged keeps the others from nothing
            opened.push_back(std::move(one));
            name = opened.size() == 1 ? shown : std::to_string(opened.size()) + " files";
        } catch (const Error& error) {
            if (!concerns_remote(error.code())) {
                throw;
            }
            RemoteReport& failed = report.remotes.emplace_back();
            failed.remote = shown;
            failed.failure = error.what();
            failed.error = static_cast<int>(error.code());
        }
    }
    if (!opened.empty()) {
        RemoteReport& taken = report.remotes.emplace_back();
        taken.remote = name;
        try {
            const auto all = exchange::make_file_set(std::move(opened));
            exchange::take_file(state_->store, state_->identity, *all, name, progress, taken);
        } catch (const Error& error) {
            if (!concerns_remote(error.code())) {
                throw;
            }
            taken.failure = error.what();
            taken.error = static_cast<int>(error.code());
        }
        complete(*state_, taken);
    }
    report.invitations = invitations();
    for (const CaseSummary& one : cases()) {
        ask_unless_damaged([&] { look_at_holders(*state_, one, report); });
    }
    return report;
}

std::vector<QuarantinedSummary> Vault::quarantined() {
    std::vector<QuarantinedSummary> all;
    for (exchange::Quarantined& one : exchange::list_quarantined(state_->catalog())) {
        all.push_back({one.number, std::move(one.at), std::move(one.remote), std::move(one.code),
                       std::move(one.subject), std::move(one.text), one.evidence_bytes});
    }
    return all;
}

void Vault::export_finding(std::uint64_t number, const std::filesystem::path& to) {
    base::FileSystem& system = state_->store.environment().files;
    if (base::lies_in(system, to, state_->store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the files would lie open in the vault itself; name a folder outside it"};
    }
    const base::Bytes evidence = exchange::load_evidence(state_->catalog(), number);
    std::vector<exchange::EvidenceFile> files;
    try {
        files = exchange::unpack_fork_evidence(evidence);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        throw Error{ErrorCode::kUsage,
                    "this finding has no texts to show to others; only two"
                    " histories of one author (fork) have"};
    }
    base::create_folder(system, to);
    for (const exchange::EvidenceFile& file : files) {
        base::write_read_back(system, to / file.name, base::bytes_of(file.content))->keep();
    }
}

}  // namespace kua
