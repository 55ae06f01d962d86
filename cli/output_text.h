// Reports as text for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "cli/page.h"

namespace kua::cli {

// "DAMAGED", "FACT MISMATCH"
std::string in_capitals(FindingCode code);
// "DAMAGED i-7k2m9: what is wrong"
void show_finding(Page& page, const Finding& finding);

// nullptr if it isn't among them.
const FactValue* find_fact(const std::vector<FactValue>& facts, std::string_view name);

// "2 not understood, 1 took too long": an item comes in without it, so no names.
std::string why_not_inspected(const std::vector<NotInspected>& inputs);
// What is said behind an item that was stored for want of a whole copy; nothing of others.
std::string stored_anew(const std::vector<DamagedCopy>& copies);

// What links and tags say of a thing whose id is `id`, as lines of a page; nothing if there are
// none.
void show_links(Page& all, const std::vector<LinkSummary>& links, std::string_view id);
void show_labels(Page& all, const std::vector<LabelSummary>& labels);

class TextOutput final : public Output {
public:
    using Output::Output;

    void versions(const std::vector<ComponentVersion>& components) override;
    void vault_created(const StatusReport& vault) override;
    void item_added(const AddedItem& item) override;
    void item_known(const KnownItem& item) override;
    void input_failed(const FailedInput& input) override;
    void add_done(const AddReport& report) override;
    void export_done(const ExportReport& report) override;
    void items(const std::vector<ItemSummary>& items, bool all_cases) override;
    void item(const ItemDetails& details, const Relations& relations) override;
    void entries(const std::vector<LogEntry>& entries) override;
    void custody(const CustodyAccount& account) override;
    void hands_changed(const HandChangeReport& report) override;
    void shredded(const ShredReport& report) override;
    void verified(const VerificationReport& report, VerifyDepth depth) override;
    void header_repaired(const std::vector<std::string>& mended) override;
    void status(const StatusReport& report) override;
    void rebuilt(const RebuildReport& report) override;
    void cases(const std::vector<CaseSummary>& cases) override;
    void case_shown(const CaseDetails& details) override;
    void case_changed(CaseChange change, const CaseSummary& now) override;
    void case_sealed(const SealCaseReport& report) override;
    void case_key_written(const SealCaseReport& report) override;
    void case_unsealed(const UnsealCaseReport& report) override;
    void described(const DescribeReport& report) override;
    void source_added(const SourceSummary& added) override;
    void sources(const std::vector<SourceSummary>& sources) override;
    void source(const SourceSummary& source) override;
    void identity_key_made(const IdentityKeySummary& key) override;
    void identity_key(const IdentityKeySummary& key) override;
    void identity_added(const IdentityAdded& added) override;
    void identified(const IdentityReport& report) override;
    void consent(const ConsentOverview& overview) override;
    void consent_changed(ConsentChange change, const std::string& source,
                         const std::optional<ConsentOverview>& now) override;
    void thing_added(const ThingSummary& added) override;
    void things(const std::string& kind, const std::vector<ThingSummary>& things) override;
    void thing(const ThingDetails& details) override;
    void linked(const LinkSummary& link) override;
    void tagged(const TagRequest& request, const std::vector<LabelSummary>& changed) override;
    void found(const FindReport& report, const FindRequest& request) override;
    void todo(const TodoReport& report) override;
    void testimony_added(const TestimonyReport& report) override;
    void text_added(const TextReport& report) override;
    void testimony(const TestimonyView& view) override;

    void passphrases(const std::vector<PassphraseSlot>& slots) override;
    void passphrase_changed(PassphraseChange change, unsigned slot) override;
    void keys(const std::vector<RevealedKey>& keys) override;
    void identity(const IdentitySummary& own) override;
    void card_written(const IdentitySummary& own, const CardFiles& files) override;
    void contact_added(const AddedContact& added) override;
    void contacts(const std::vector<ContactSummary>& contacts) override;
    void contact(const ContactDetails& details) override;
    void contact_verified(const ContactSummary& now) override;
    void contact_removed(const RemovedContact& removed) override;
    void members(const std::vector<MemberSummary>& members) override;
    void member_added(const MemberSummary& added) override;
    void member_removed(const ExposureReport& report) override;
    void member_doubted(const MemberSummary& doubted) override;
    void case_accepted(const CaseSummary& accepted) override;
    void case_declined(const InvitationSummary& declined) override;
    void remotes(const std::vector<RemoteSummary>& remotes) override;
    void remote_changed(RemoteChange change, const RemoteSummary& now) override;
    void synced(const SyncReport& report) override;
    void sent(const SendReport& report) override;
    void quarantined(const std::vector<QuarantinedSummary>& all) override;
    void finding_exported(std::uint64_t number, const std::string& to) override;

private:
    void print(const Page& page);
    void warn_of_damage(const std::vector<AddedItem>& added);
    void note_taken_back(const std::vector<std::string>& purposes,
                         const std::vector<std::string>& items);

    Page page() const { return Page{terminal().is_capable(Stream::kOut)}; }
};

}  // namespace kua::cli
