#include "vault/evidence/casework/compartment.h"

#include <utility>
#include <vector>

#include "vault/base/base64.h"
#include "vault/base/memory_stream.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/crypto/wiped.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/casework/identity_text.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/key_file.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_writer.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kRecipientFact = "identity_recipient";
constexpr std::string_view kIdentityType = "source.identity";
constexpr std::string_view kSealedFact = "sealed";
constexpr std::size_t kMaxPlainBytes = std::size_t{32} << 10;  // twice what is written
constexpr std::size_t kMaxRecipientFileBytes = std::size_t{64} << 10;

constexpr std::string_view kNoKey =
    "this case has no identity key yet, so nothing about who a source is can be kept; its owner"
    " makes one: kua source identity-key create --to FILE";

void require_is_owner(store::Connection& catalog, const Identity& identity, const CaseKeys& keys) {
    if (keys.sealed()) {
        refuse_sealed(keys.case_id);
    }
    if (owner_of(catalog, keys.case_id) != identity.card.fingerprint) {
        throw Error{ErrorCode::kRefused,
                    "only the owner of the case makes its identity key; nothing was changed"};
    }
}

format::AgeRecipient recipient_in_file(base::FileSystem& files, const base::fs::path& path) {
    const auto file = files.open(path, base::OpenMode::kRead);
    base::Bytes content(kMaxRecipientFileBytes);
    content.resize(file->read_at(0, content));
    const auto lines = base::split_lines(base::text_of(content), kMaxRecipientFileBytes);
    for (const std::string_view line : lines.value_or(std::vector<std::string_view>{})) {
        if (line.starts_with("age1")) {
            return format::AgeRecipient::parse(line);
        }
    }
    throw Error{ErrorCode::kFailed,
                base::quoted(path.native()) + ": there is no line age1... in it"};
}

// Whom it is for; a case that is sealed here can't say it.
format::AgeRecipient recipient_for(store::Store& store, const CaseKeys& keys,
                                   const IdentityRequest& request) {
    if (!keys.sealed()) {
        if (request.recipient_file) {
            throw Error{ErrorCode::kUsage,
                        "--recipient-file is for a case that is sealed here; this one knows its"
                        " identity key itself"};
        }
        auto recipient = find_identity_recipient(store.catalog(), keys.case_id);
        if (!recipient) {
            throw Error{ErrorCode::kRefused, std::string{kNoKey}};
        }
        return *std::move(recipient);
    }
    if (!request.recipient_file) {
        throw Error{ErrorCode::kRefused,
                    "case " + keys.case_id.substr(0, 8) +
                        " is sealed here, so its identity key isn't known here; bring its public"
                        " half along: kua source identity-key show --to FILE where the case is"
                        " open, and --recipient-file FILE here"};
    }
    format::AgeRecipient recipient =
        recipient_in_file(store.environment().files, *request.recipient_file);
    if (recipient.kind() != keys.recipient.kind()) {
        throw Error{ErrorCode::kRefused,
                    base::quoted(request.recipient_file->native()) +
                        ": the key in it is of another kind than those of this case"};
    }
    return recipient;
}

std::string seal_identity(const crypto::SecretBytes& plain, const format::AgeRecipient& to,
                          base::Random& random) {
    base::MemorySink sealed;
    format::AgeWriter age{sealed, to, random};
    age.write(plain.expose());
    age.finish();
    return base::encode_base64(sealed.bytes(), base::Base64::kPadded);
}

// Nothing if it is sealed to another key. kDamaged.
std::optional<std::vector<IdentityFact>> open_identity(
    const journal::Entry& entry, const std::vector<format::AgeIdentity>& identities,
    const std::string& pseudonym) {
    const auto sealed =
        base::decode_base64(journal::fact_text(entry, kSealedFact), base::Base64::kPadded);
    if (!sealed) {
        throw Error{ErrorCode::kDamaged, "there is no sealed text in it"};
    }
    crypto::SecretBytes plain{kMaxPlainBytes};
    std::size_t size = 0;
    try {
        base::MemorySource source{*sealed};
        format::AgeReader age{source, {identities, {}}, format::AgeStanzas::kAny};
        while (const std::size_t got = age.read(plain.expose_for_writing().subspan(size))) {
            size += got;
        }
        if (size == plain.size()) {
            throw Error{ErrorCode::kDamaged, "it is larger than what kua writes"};
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::kWrongKey) {
            return std::nullopt;
        }
        throw;
    }
    std::vector<IdentityFact> facts;
    const auto lines = read_identity(plain.expose().first(size), entry.header.case_id, pseudonym);
    facts.reserve(lines.size());
    for (const IdentityLine& line : lines) {
        facts.push_back({std::string{line.name}, SecretText{line.value}});
    }
    return facts;
}

// Any other file is a wrong key, not a failure.
bool is_like_identity_key(base::FileSystem& files, const base::fs::path& path) {
    try {
        return wants_passphrase(files, path);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kFailed) {
            throw;
        }
        return false;
    }
}

std::vector<format::AgeIdentity> read_identity_key(base::FileSystem& files,
                                                   const base::fs::path& path,
                                                   const crypto::SecretBytes& passphrase) {
    if (!is_like_identity_key(files, path)) {
        throw Error{ErrorCode::kWrongKey,
                    base::quoted(path.native()) + " is no identity key that kua wrote"};
    }
    return open_secret(files, path, {{}, &passphrase});
}

std::vector<journal::Entry> identities_of(store::Connection& catalog, const std::string& case_id,
                                          const std::string& pseudonym) {
    std::vector<journal::Entry> entries = entries_of_item(catalog, case_id, pseudonym);
    std::erase_if(entries,
                  [](const journal::Entry& entry) { return entry.header.type != kIdentityType; });
    return entries;
}

}  // namespace

std::optional<format::AgeRecipient> find_identity_recipient(store::Connection& catalog,
                                                            const std::string& case_id) {
    store::Rows rows =
        catalog.query("SELECT facts FROM case_info WHERE case_id = ?1", journal::blob_of(case_id));
    if (!rows.next()) {
        return std::nullopt;
    }
    const std::string text = text_among(parse_facts(rows.text(0)), kRecipientFact);
    if (text.empty()) {
        return std::nullopt;
    }
    try {
        return format::AgeRecipient::parse(text);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUsage) {
            throw;
        }
        throw Error{ErrorCode::kDamaged, "the identity key that the case names is none"};
    }
}

IdentityKeySummary create_identity_key(store::Store& store, const Identity& identity,
                                       const CaseKeys& keys, const base::fs::path& to,
                                       const crypto::SecretBytes& passphrase, bool replace) {
    require_is_owner(store.catalog(), identity, keys);
    const bool has_one = find_identity_recipient(store.catalog(), keys.case_id).has_value();
    if (has_one && !replace) {
        throw Error{ErrorCode::kExists,
                    "this case has an identity key already; nothing was changed. --replace makes"
                    " another one for what comes from now on; what is there opens with the old"
                    " file only"};
    }
    std::vector<format::AgeIdentity> made;
    made.push_back(
        format::AgeIdentity::generate(keys.recipient.kind(), store.environment().random));
    const std::string recipient = made.front().recipient().text();
    const auto file = write_key_file(store, {"identity key", keys.case_id, recipient, made},
                                     {to, {std::nullopt, &passphrase}});
    const std::vector<journal::EntryDraft> drafts = {
        {"case.described",
         {{std::string{kRecipientFact}, recipient},
          {"comment", has_one ? "another identity key" : "identity key"}}}};
    bool is_kept = false;
    try {
        record(store, identity, keys, drafts, [&](store::Transaction&, const journal::Appended&) {
            file->keep();  // from here on the journal may name what only this file opens
            is_kept = true;
        });
    } catch (const Error& error) {
        if (!is_kept) {
            throw;
        }
        throw error.during(base::quoted(to.native()) +
                           " stays, as the case may name its key already (kua source identity-key"
                           " show tells)");
    }
    return {keys.case_id, recipient, to, has_one};
}

void add_identity(store::Store& store, const Identity& identity, const CaseKeys& keys,
                  const IdentityRequest& request) {
    if (!is_pseudonym(request.pseudonym)) {
        throw Error{ErrorCode::kUsage,
                    "that is no pseudonym; write P-07, never a name or what could be read as one"};
    }
    require_source(store.catalog(), keys, request.pseudonym);
    require_may_write(store.catalog(), identity, keys, {{std::string{kIdentityType}, {}}});
    const format::AgeRecipient recipient = recipient_for(store, keys, request);
    const crypto::SecretBytes plain =
        compose_identity(keys.case_id, request.pseudonym, base::bytes_of(request.text.expose()));
    record(store, identity, keys,
           {{std::string{kIdentityType},
             {{"pseudonym", request.pseudonym},
              {std::string{kSealedFact},
               seal_identity(plain, recipient, store.environment().random)}}}});
}

std::uint64_t count_identities(store::Connection& catalog, const std::string& case_id,
                               const std::string& pseudonym) {
    return static_cast<std::uint64_t>(
        catalog
            .query_integer("SELECT COUNT(*) FROM entry INDEXED BY entry_of_item"
                           " WHERE case_id = ?1 AND item = ?2 AND type = 'source.identity'",
                           journal::blob_of(case_id), pseudonym)
            .value_or(0));
}

IdentityReport open_identities(store::Store& store, const std::string& case_id,
                               const std::string& pseudonym, const base::fs::path& file,
                               const crypto::SecretBytes& passphrase) {
    const std::vector<journal::Entry> entries =
        is_pseudonym(pseudonym) ? identities_of(store.catalog(), case_id, pseudonym)
                                : std::vector<journal::Entry>{};
    if (entries.empty()) {
        throw Error{ErrorCode::kNotFound,
                    "nothing was kept about who that is, in case " + case_id.substr(0, 8)};
    }
    const auto identities = read_identity_key(store.environment().files, file, passphrase);
    IdentityReport report;
    report.pseudonym = pseudonym;
    for (const journal::Entry& entry : entries) {
        try {
            auto facts = open_identity(entry, identities, pseudonym);
            if (!facts) {
                ++report.others;
                continue;
            }
            report.records.push_back(
                {entry.header.author, "", entry.header.seq, entry.header.time, *std::move(facts)});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged) {
                throw;
            }
            report.findings.push_back(
                {FindingCode::kDamaged, "entry " + std::to_string(entry.header.seq), error.what()});
        }
    }
    if (report.others == entries.size()) {
        throw Error{ErrorCode::kWrongKey, base::quoted(file.native()) +
                                              " opens, but nothing about " + pseudonym +
                                              " was sealed to the key in it"};
    }
    return report;
}

}  // namespace kua::evidence
