// The vault on this device: the one door for programs that embed kua. Implemented in
// vault/vault.cpp and the files beside it named vault_*.cpp.
//
// Threads: one call at a time per Vault; calls use threads of their own. A process may hold several
// vaults. Errors: every call throws kua::Error; nothing is half-kept when it does. Reading needs no
// lock; a Vault opened with Access::kWrite holds DIR/lock until it is destroyed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kua/access.h"
#include "kua/case.h"
#include "kua/casework.h"
#include "kua/compartment.h"
#include "kua/contact.h"
#include "kua/custody.h"
#include "kua/error.h"
#include "kua/exchange.h"
#include "kua/finding.h"
#include "kua/item.h"
#include "kua/passphrase.h"
#include "kua/progress.h"
#include "kua/relations.h"
#include "kua/search.h"
#include "kua/secret_text.h"
#include "kua/shredding.h"
#include "kua/testimony.h"
#include "kua/unlock_key.h"

namespace kua {

struct CreateOptions {
    std::string name;  // of the identity; may be a pseudonym; 1 to 100 bytes of UTF-8
    CaseDraft first_case;
    bool low_memory = false;  // Argon2id with 64 MiB instead of at least 256 MiB
    // For tests and slow machines that know what they do: Argon2id cost instead of calibration.
    std::optional<std::uint64_t> kdf_memory_bytes;
    std::optional<std::uint32_t> kdf_passes;
};

enum class VerifyDepth : std::uint8_t { kSealed, kFull };

struct VerifyRequest {
    std::vector<std::string> items;  // empty: the whole vault, journal and every page included
    std::string case_name;           // empty: all cases (for items: the current case)
    VerifyDepth depth = VerifyDepth::kFull;
    unsigned threads = 0;
};

struct VerificationReport {
    std::vector<Finding> findings;
    std::uint64_t items_checked = 0;
    std::uint64_t objects_checked = 0;
    std::uint64_t bytes_checked = 0;    // sealed bytes
    std::uint64_t entries_checked = 0;  // journal lines
    std::uint64_t bundles_checked = 0;
    std::uint64_t sealed_cases = 0;    // checked by their sealed bytes only
    std::uint64_t items_shredded = 0;  // whose bytes aren't here, as the journal says
    bool ok() const noexcept { return findings.empty(); }
    // Nothing else was found but what may not be read.
    bool only_not_readable() const noexcept;
};

struct PassphraseSlot {
    unsigned number = 0;  // 1 to 8
    std::string kind;     // "passphrase", "recovery"
    std::string label;
    bool current = false;  // the one this vault was opened with
};

struct IdentitySummary {
    std::string name;
    std::string fingerprint;  // SHA-256 of the card, hex
    std::string card;         // public
    // The first half of the fingerprint, for comparing it with somebody: 12 words of BIP-39's
    // English list, and the same as 8 groups of 5 digits.
    std::vector<std::string> words;
    std::vector<std::string> digits;
};

// Who has what of a case, as far as receipts tell.
struct CaseHolding {
    struct Member {
        std::string name;
        std::uint64_t originals = 0;    // that are known to be there
        std::uint64_t own_entries = 0;  // of this vault's entries that are known to be there
    };
    std::string case_id;
    bool sealed = false;
    std::uint64_t originals = 0;    // here
    std::uint64_t only_here = 0;    // of those, not known elsewhere; 0 in an open case of one
    std::uint64_t own_entries = 0;  // written here
    std::vector<Member> members;    // others; none of a sealed case
};

struct StatusReport {
    std::filesystem::path directory;
    std::string vault_id;
    IdentitySummary identity;
    std::vector<CaseSummary> cases;
    std::vector<CaseHolding> holdings;  // one for each case
    std::vector<Finding> findings;  // header copies, missing files: what shows without reading all
    std::uint64_t objects = 0;
    std::uint64_t object_bytes = 0;    // sealed, as stored
    std::uint64_t free_bytes = 0;      // on the device
    std::uint64_t without_date = 0;    // items whose `captured` is only the file's own time
    std::uint64_t without_source = 0;  // items whose source is unknown
    std::uint64_t not_asked = 0;       // sources of whose consent nothing is known
    std::vector<RemoteSummary> remotes;
    std::vector<InvitationSummary> invitations;  // waiting for being accepted
    std::vector<QuarantinedSummary> kept_aside;  // what syncs refused
    std::vector<StoppedAuthor> stopped;          // forks that stand
    std::uint64_t carried_bundles = 0;           // others', of cases that are sealed here, unread
    std::uint64_t carried_bytes = 0;             // sealed
};

struct RebuildReport {
    std::uint64_t cases = 0;
    std::uint64_t entries = 0;
    std::uint64_t rows = 0;
    std::uint64_t sealed_cases = 0;  // left as they are: nothing of them can be read
    bool same = true;                // equal to what was there before, row for row
    std::vector<Finding> findings;   // rows that differed; bundles that could not be read
};

struct RevealedKey {
    std::string purpose;   // "catalog", "objects/000001", "case <id>"
    std::string file;      // what it opens, relative to the vault; empty for a case identity
    SecretText secret;     // x'..' for sqlcipher, AGE-SECRET-KEY-... for age
    std::string settings;  // PRAGMA lines that sqlcipher needs first; empty for a case identity
};

class Vault {
public:
    // Makes a vault in `dir`, which must be missing or empty, with an identity and a first case.
    // kExists if a vault is there already. Takes as long as calibrating and one key derivation.
    static Vault create(const std::filesystem::path& dir, const Passphrase& passphrase,
                        const CreateOptions& options);
    // kWrongKey, kNotVault, kNewerFormat, kDamaged, kBusy. One key derivation, whichever slot fits.
    static Vault open(const std::filesystem::path& dir, const Passphrase& passphrase,
                      Access access);
    // The key derivation alone, for whoever opens the vault again and again. Throws as open() for
    // reading does.
    static UnlockKey unlock(const std::filesystem::path& dir, const Passphrase& passphrase);
    // Without key derivation. kWrongKey also if the passphrase was changed or removed since.
    static Vault open(const std::filesystem::path& dir, const UnlockKey& key, Access access);

    Vault(Vault&&) noexcept;
    Vault& operator=(Vault&&) noexcept;
    ~Vault();

    // Something to tell the person at once, such as a header copy that had to be passed over.
    const std::vector<Finding>& opening_findings() const noexcept;

    CaseSummary create_case(const CaseDraft& draft);
    std::vector<CaseSummary> cases();
    // Ids of the cases that are sealed here: what takes all cases leaves them out.
    std::vector<std::string> sealed_cases();
    // By id, a unique prefix of it of at least 4 digits, title or reference code. Empty: the
    // current case. kNotFound.
    CaseSummary find_case(const std::string& name);
    CaseDetails case_details(const std::string& name);
    void use_case(const std::string& name);
    // kRefused without a file if nobody else is known to hold the key and all of the case.
    // Whatever fails before the key is removed says that the case isn't sealed. check_sealing()
    // refuses the same before anybody is asked, and tries whether the file can be made, if any.
    SealingOutlook check_sealing(const std::string& name,
                                 const std::optional<std::filesystem::path>& secret_to);
    // kInterrupted, as long as nothing was removed; then the file is gone again.
    SealCaseReport seal_case(const std::string& name, const SealCaseOptions& options,
                             Progress& progress = no_progress());
    // Writes the key of an open case to a file, as seal_case() does, and changes nothing.
    SealCaseReport write_case_key(const std::string& name, const SealCaseOptions& options);
    // Whether a new file for a key can be made there: makes one of nothing and removes it. Throws
    // what making it throws, and kRefused in the vault itself.
    void check_key_file(const std::filesystem::path& file);
    // Whether that file opens with a passphrase. kNoFile, kFailed if it is no age file.
    bool wants_passphrase(const std::filesystem::path& key_file);
    // Opens what can be read, also if part of the journal is damaged, and takes in what was carried
    // of the case meanwhile.
    UnsealCaseReport unseal_case(const UnsealOptions& options);

    AddReport add(const AddRequest& request, Progress& progress);
    // kRefused if the case, or with `all_cases` every case, is sealed.
    std::vector<ItemSummary> list(const ListRequest& request);
    ItemDetails show(const std::string& item, const std::string& case_name);
    ExportReport export_items(const ExportRequest& request, Progress& progress);
    VerificationReport verify(const VerifyRequest& request, Progress& progress);
    std::vector<LogEntry> log(const LogRequest& request);

    // What the journals answer about request.item.
    CustodyAccount custody(const LogRequest& request);
    // What changed hands outside of kua. kRefused in a sealed case.
    HandChangeReport enter_hand_change(const HandChangeRequest& request);
    // What shred() would destroy. kRefused in a sealed case and for whoever may not; kNotFound.
    ShredReport plan_shredding(const ShredRequest& request);
    // Destroys originals for good, as far as this vault's files go. What stands in its journal of
    // them stays. Durable when it returns.
    ShredReport shred(const ShredRequest& request);

    // kRefused in a sealed case, but for add_source() with a pseudonym and the two about consent.
    DescribeReport describe(const DescribeRequest& request);
    // The same for a case; `thing` is its name, or empty.
    DescribeReport describe_case(const DescribeRequest& request);
    SourceSummary add_source(const SourceRequest& request);
    std::vector<SourceSummary> sources(const std::string& case_name);
    // kNotFound.
    SourceSummary source(const std::string& pseudonym, const std::string& case_name);
    void give_consent(const ConsentRequest& request);
    void withdraw_consent(const ConsentRequest& request);
    ConsentOverview consent(const std::string& source, const std::string& case_name);
    // The same, and for each whom something went to before it was taken back a new file in the
    // folder `to`, which is made if need be: what they have and may no longer do with it, nothing
    // about the source. kExists for a file that is there already; then none is left.
    ConsentOverview write_notices(const std::string& source, const std::string& case_name,
                                  const std::filesystem::path& to);

    // The identity compartment. Its key is made by the owner, once; kExists if there is one. Who a
    // source is can be kept in a sealed case, too, with the public half of that key.
    IdentityKeySummary create_identity_key(const IdentityKeyRequest& request);
    IdentityKeySummary identity_key(const std::string& case_name);
    IdentityAdded add_identity(const IdentityRequest& request);
    // With the file that create_identity_key() wrote. kWrongKey, kNotFound if nothing was kept.
    IdentityReport identify(const std::string& pseudonym, const std::string& case_name,
                            const std::filesystem::path& key_file, const Passphrase& passphrase);

    // The text becomes an item, what it says entries beside it, in one step. kFailed, naming the
    // line, if it isn't written as docs/formats.md says; then nothing was added. Also in a sealed
    // case, as the next one.
    TestimonyReport add_testimony(const TestimonyRequest& request, Progress& progress);
    // Throws what is wrong with the answers so far, in words for who typed them: kNotFound if the
    // case has no such source, else kUsage; and what would keep add_testimony() from taking any:
    // kUsage for facts, kRefused.
    void check_typed(const TestimonyRequest& request);
    TextReport add_text(const TextRequest& request);
    // kNotFound also for an item that has neither turns nor texts.
    TestimonyView testimony(const std::string& item, const std::string& case_name);

    // Places, events, acts and persons, links between things, and tags. kRefused in a sealed case;
    // kNotFound, kUsage for what doesn't fit together.
    ThingSummary add_thing(const ThingRequest& request);
    std::vector<ThingSummary> things(const std::string& kind, const std::string& case_name);
    // By id, the front of one, or one of its names.
    ThingDetails thing(const std::string& kind, const std::string& name,
                       const std::string& case_name);
    // The item, source or other thing called `name`, as link() takes it. kNotFound if none or
    // several are.
    LinkEnd find_end(const std::string& name, const std::string& case_name);
    LinkSummary link(const LinkRequest& request);
    // The items whose tag is another now; one that isn't there can't be taken off.
    std::vector<LabelSummary> tag(const TagRequest& request);
    Relations relations(const std::string& item, const std::string& case_name);

    // Open cases only. kUsage if there is nothing to look for.
    FindReport find(const FindRequest& request);
    TodoReport todo(const std::string& case_name);

    // Of one case, if one is named, as far as it is about cases; empty: of all. kNotFound.
    StatusReport status(const std::string& case_name = {});
    // One for each case but those of which too much is damaged.
    std::vector<CaseHolding> holdings();
    IdentitySummary identity() const;
    // Writes the card to a new file and reads it back. kExists if the file is there, kRefused if it
    // would lie in this vault.
    void write_card(const std::filesystem::path& to);
    // The same for other bytes that are no secret, such as a picture of the card.
    void write_new_file(const std::filesystem::path& to, std::string_view content);

    // Reads a card and adds it, not verified. kNoFile, kFailed if it is no card, kFileDamaged if
    // it is malformed or its signature wrong, kRefused for the own card.
    AddedContact add_contact(const std::filesystem::path& card_file);
    std::vector<ContactSummary> contacts();
    // By name, where only one has it, or by at least 8 digits from the front of the fingerprint.
    // kNotFound, here and below.
    ContactDetails contact(const std::string& name);
    // What the owner of the card has to read aloud from their own screen, and whether it was that.
    // If so, the contact is verified from now on. kRefused if any word is another: nothing changes
    // then. kUsage for a word that is_fingerprint_word() refuses, or if some are missing.
    VerificationChallenge start_verification(const std::string& name, WordsToCompare how);
    ContactSummary finish_verification(VerificationChallenge challenge,
                                       const std::vector<std::string>& words);
    // The same with a file that has all twelve words, all eight groups of digits or the 64 digits
    // of the fingerprint, as they came from the owner by another way than the card. kUsage if it
    // has fewer.
    ContactSummary verify_contact(const std::string& name,
                                  const std::filesystem::path& fingerprint_file);
    RemovedContact remove_contact(const std::string& name);

    // Members of a case, the owner first, those who were removed too. kRefused in a sealed case.
    std::vector<MemberSummary> members(const std::string& case_name);
    // The one of that name or with these first digits of a fingerprint; one who is a member goes
    // before one who was removed. kRefused in a sealed case, kNotFound.
    MemberSummary member(const std::string& case_name, const std::string& name);
    // The next sync leaves the invitation at the remote. kRefused if this isn't the owner's vault,
    // if the contact was never compared (unless `unverified`), or was a member already.
    MemberSummary add_member(const MemberRequest& request);
    // New keys for all others, who get them by the next sync. kRefused, kNotFound, kUsage, and
    // check_removal() refuses the same before anybody is asked, and says what to ask about.
    RemovalPlan check_removal(const RemovalRequest& request);
    ExposureReport remove_member(const RemovalRequest& request);
    // What this member says of having seen this vault's own entries counts no more: to go on adding
    // if it isn't true. kNotFound.
    MemberSummary doubt_member(const DoubtRequest& request);
    // Those that were neither accepted nor declined.
    std::vector<InvitationSummary> invitations();
    // kNotFound if none or several fit; kRefused if whoever invites was never compared (unless
    // `unverified`). One that was declined before can be accepted all the same.
    CaseSummary accept_case(const InvitationChoice& choice);
    InvitationSummary decline_case(const InvitationChoice& choice);

    std::vector<RemoteSummary> remotes();
    // Connects to a host as far as it takes to learn its key; a path is only looked at.
    RemoteProbe probe_remote(const RemoteRequest& request);
    // A path that isn't there, or is empty, becomes a repository.
    RemoteSummary add_remote(const RemoteRequest& request);
    // Whom to log in as at an https host, with a password or token, which stays in the vault.
    // kUsage for a remote that takes no such login, and for what can't be a
    // user or a secret; kNotFound. check_login() refuses the same before anybody is asked.
    void check_login(const std::string& remote, const std::string& user);
    RemoteSummary set_login(const std::string& remote, const std::string& user,
                            const Passphrase& secret);
    RemoteSummary forget_login(const std::string& remote);
    // Also forgets what it showed, so that a later one of that name begins anew. kNotFound.
    RemoteSummary remove_remote(const std::string& name);
    // One remote that can't be reached doesn't keep the others from being tried; its report says
    // why. kNotFound for a name that is no remote's.
    SyncReport sync(const SyncRequest& request, Progress& progress);
    // Writes what others aren't known to have into new files. kExists, kUsage.
    SendReport send(const SendRequest& request, Progress& progress);
    // Takes files that somebody sent, in whatever order they are named.
    SyncReport take(const std::vector<std::filesystem::path>& files, Progress& progress);
    // What was refused and kept aside.
    std::vector<QuarantinedSummary> quarantined();
    // Writes what shows a fork to anybody into a new folder. kNotFound, kExists, kUsage if this
    // finding has no such texts.
    void export_finding(std::uint64_t number, const std::filesystem::path& to);

    RebuildReport rebuild(Progress& progress);
    // Writes a damaged or outdated header copy anew from the good one; says what was mended.
    std::vector<std::string> repair_header();

    std::vector<PassphraseSlot> passphrases();
    unsigned add_passphrase(const Passphrase& fresh, const std::string& label);
    // Replaces the passphrase this vault was opened with.
    void change_passphrase(const Passphrase& fresh);
    void remove_passphrase(unsigned number);

    // Keys for stock tools: the catalog's and the segments', and the identities of open cases;
    // `case_name` narrows it down to one case's identity.
    std::vector<RevealedKey> reveal_keys(const std::string& case_name);

    struct State;  // internal; see vault/vault_state.h
    explicit Vault(std::unique_ptr<State> state);

private:
    std::unique_ptr<State> state_;
};

}  // namespace kua
