// What commands report. Text for people and JSON for programs are two renderings of the same
// reports; docs/json.md describes the second. Reports go to standard output, notes, warnings and
// errors to standard error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/qr.h"
#include "cli/terminal.h"
#include "kua/vault.h"
#include "kua/version.h"

namespace kua::cli {

enum class Rendering : std::uint8_t { kText, kJson };

// What was done to a case, a key slot or a contact.
enum class CaseChange : std::uint8_t { kCreated, kUsed };
enum class PassphraseChange : std::uint8_t { kAdded, kChanged, kRemoved };
enum class ConsentChange : std::uint8_t { kGiven, kWithdrawn };
enum class RemoteChange : std::uint8_t { kAdded, kRemoved, kLogin };

// Where the own card went; "" is nowhere.
struct CardFiles {
    std::string card;
    std::string png;
};

class Output {
public:
    // `quiet`: reports of success and notes are left out; what was asked for, findings, failures
    // and warnings are not.
    Output(Terminal& terminal, bool quiet) noexcept : terminal_(terminal), quiet_(quiet) {}
    virtual ~Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void note(std::string_view text);     // something worth knowing
    void warning(std::string_view text);  // something to act on; also when quiet
    // To be scanned off the screen. For people: never together with JSON. kFailed on a terminal
    // that is too narrow for it.
    void qr_code(const QrCode& code);
    // Why the command failed, and what the person can do.
    virtual void failure(const Error& error);

    virtual void versions(const std::vector<ComponentVersion>& components) = 0;
    virtual void vault_created(const StatusReport& vault) = 0;

    // While items are added or exported, from the calling thread, and at the end.
    virtual void item_added(const AddedItem& item) = 0;
    virtual void item_known(const KnownItem& item) = 0;
    virtual void input_failed(const FailedInput& input) = 0;
    virtual void add_done(const AddReport& report) = 0;
    virtual void export_done(const ExportReport& report) = 0;

    virtual void items(const std::vector<ItemSummary>& items, bool all_cases) = 0;
    virtual void item(const ItemDetails& details, const Relations& relations) = 0;
    virtual void entries(const std::vector<LogEntry>& entries) = 0;
    virtual void custody(const CustodyAccount& account) = 0;
    virtual void hands_changed(const HandChangeReport& report) = 0;
    virtual void shredded(const ShredReport& report) = 0;
    virtual void verified(const VerificationReport& report, VerifyDepth depth) = 0;
    virtual void header_repaired(const std::vector<std::string>& mended) = 0;

    virtual void status(const StatusReport& report) = 0;
    virtual void rebuilt(const RebuildReport& report) = 0;

    virtual void cases(const std::vector<CaseSummary>& cases) = 0;
    virtual void case_shown(const CaseDetails& details) = 0;
    virtual void case_changed(CaseChange change, const CaseSummary& now) = 0;
    virtual void case_sealed(const SealCaseReport& report) = 0;
    virtual void case_key_written(const SealCaseReport& report) = 0;
    virtual void case_unsealed(const UnsealCaseReport& report) = 0;

    virtual void described(const DescribeReport& report) = 0;
    virtual void source_added(const SourceSummary& added) = 0;
    virtual void sources(const std::vector<SourceSummary>& sources) = 0;
    virtual void source(const SourceSummary& source) = 0;
    virtual void identity_key_made(const IdentityKeySummary& key) = 0;
    virtual void identity_key(const IdentityKeySummary& key) = 0;
    virtual void identity_added(const IdentityAdded& added) = 0;
    virtual void identified(const IdentityReport& report) = 0;
    virtual void consent(const ConsentOverview& overview) = 0;
    // Without an overview: the case is sealed.
    virtual void consent_changed(ConsentChange change, const std::string& source,
                                 const std::optional<ConsentOverview>& now) = 0;

    virtual void thing_added(const ThingSummary& added) = 0;
    virtual void things(const std::string& kind, const std::vector<ThingSummary>& things) = 0;
    virtual void thing(const ThingDetails& details) = 0;
    virtual void linked(const LinkSummary& link) = 0;
    virtual void tagged(const TagRequest& request, const std::vector<LabelSummary>& changed) = 0;
    virtual void found(const FindReport& report, const FindRequest& request) = 0;
    virtual void todo(const TodoReport& report) = 0;

    virtual void testimony_added(const TestimonyReport& report) = 0;
    virtual void text_added(const TextReport& report) = 0;
    virtual void testimony(const TestimonyView& view) = 0;

    virtual void passphrases(const std::vector<PassphraseSlot>& slots) = 0;
    virtual void passphrase_changed(PassphraseChange change, unsigned slot) = 0;
    virtual void keys(const std::vector<RevealedKey>& keys) = 0;

    virtual void identity(const IdentitySummary& own) = 0;
    virtual void card_written(const IdentitySummary& own, const CardFiles& files) = 0;
    virtual void contact_added(const AddedContact& added) = 0;
    virtual void contacts(const std::vector<ContactSummary>& contacts) = 0;
    virtual void contact(const ContactDetails& details) = 0;
    virtual void contact_verified(const ContactSummary& now) = 0;
    virtual void contact_removed(const RemovedContact& removed) = 0;

    virtual void members(const std::vector<MemberSummary>& members) = 0;
    virtual void member_added(const MemberSummary& added) = 0;
    virtual void member_removed(const ExposureReport& report) = 0;
    virtual void member_doubted(const MemberSummary& doubted) = 0;
    virtual void case_accepted(const CaseSummary& accepted) = 0;
    virtual void case_declined(const InvitationSummary& declined) = 0;
    virtual void remotes(const std::vector<RemoteSummary>& remotes) = 0;
    virtual void remote_changed(RemoteChange change, const RemoteSummary& now) = 0;
    virtual void synced(const SyncReport& report) = 0;
    virtual void sent(const SendReport& report) = 0;
    virtual void quarantined(const std::vector<QuarantinedSummary>& all) = 0;
    virtual void finding_exported(std::uint64_t number, const std::string& to) = 0;

protected:
    Terminal& terminal() const noexcept { return terminal_; }
    bool quiet() const noexcept { return quiet_; }

private:
    Terminal& terminal_;
    bool quiet_;
};

std::unique_ptr<Output> make_output(Rendering rendering, Terminal& terminal, bool quiet);

// "wrong_key" for kWrongKey.
const char* error_name(ErrorCode code) noexcept;
// What happened, in one line; of a disk that is full, first what that means.
std::string text_of(const Error& error);
// What the person can do, or "".
std::string_view advice_for(const Error& error) noexcept;
std::string_view advice_for(ErrorCode code) noexcept;

}  // namespace kua::cli
