// One case with its keys and its author's journal, in a catalog in memory, for the tests of this
// folder. What is on disk may be changed with write().
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/support/findings.h"
#include "tests/unit/store/test_store.h"
#include "vault/format/card.h"
#include "vault/journal/check.h"
#include "vault/journal/ids.h"

namespace kua::testing {

inline store::StoreOptions journal_store_options() {
    static const std::array<store::MigrationSet, 1> sets = {journal::journal_migrations()};
    store::StoreOptions options;
    options.migrations = sets;
    return options;
}

struct TestAuthor {
    TestAuthor(char digit, base::Random& random)
        : fingerprint(format::kFingerprintDigits, digit),
          signer(crypto::SigningSeed::generate(random)) {}

    journal::Author author() const { return {fingerprint, signer}; }
    journal::KnownAuthor known() const { return {fingerprint, signer.public_key()}; }

    std::string fingerprint;
    crypto::Ed25519Signer signer;
};

struct JournalWorld : StoreWorld {
    explicit JournalWorld(format::AgeKeyKind kind = format::AgeKeyKind::kX25519)
        : identity(format::AgeIdentity::generate(kind, random)) {}

    journal::CaseChannel channel() const { return {case_id, identity.recipient()}; }

    journal::Appended append(const TestAuthor& author,
                             const std::vector<journal::EntryDraft>& drafts,
                             const std::vector<journal::BundleObject>& objects = {}) {
        store::Transaction write{store.catalog()};
        journal::Appended appended =
            journal::append(write, author.author(), channel(), drafts, objects, environment);
        write.commit();
        return appended;
    }
    // `count` entries of one fact each.
    journal::Appended append(std::size_t count = 1) {
        return append(rosa, std::vector<journal::EntryDraft>(count, note("seen at the square")));
    }
    static journal::EntryDraft note(const std::string& text) {
        return {"item.described", {{"note", text}}};
    }

    journal::LogHead head() { return journal::list_logs(store.catalog(), case_id).at(0); }

    // Changes what is on disk, as nobody but the holder of the passphrase can.
    template <class... Arguments>
    void write(std::string_view sql, const Arguments&... arguments) {
        store::Transaction write{store.catalog()};
        write.run(sql, arguments...);
        write.commit();
    }

    journal::LogReport check(const std::vector<journal::KnownAuthor>& authors) {
        seen.clear();
        return journal::check_log(store.catalog(), head(), authors, {&identity, 1},
                                  [this](const journal::VerifiedBundle& bundle) {
                                      for (const journal::Entry& entry : bundle.entries) {
                                          seen.push_back(entry.header.seq);
                                      }
                                  });
    }
    journal::LogReport check() { return check({rosa.known(), mara.known()}); }
    journal::LogReport check_sealed() {
        return journal::check_log(store.catalog(), head(), {rosa.known()}, {}, {});
    }

    base::Bytes sealed_bundle(std::uint64_t first) {
        store::Rows rows =
            store.catalog().query("SELECT sealed FROM bundle WHERE first = ?1", first);
        return rows.next() ? base::copy_of(rows.blob(0)) : base::Bytes{};
    }
    // Puts other bytes in the place of a bundle, with their digests, so that only what is in them
    // can give them away.
    void replace_bundle(std::uint64_t first, const base::Bytes& sealed) {
        write(
            "UPDATE bundle SET sealed = ?2, sealed_digest = ?3, content_digest = ?4"
            " WHERE first = ?1",
            first, sealed, crypto::sha256(sealed), content_digest_of(sealed));
        write(
            "UPDATE log SET last_bundle = ?1"
            " WHERE size = (SELECT first + count - 1 FROM bundle WHERE first = ?2)",
            content_digest_of(sealed), first);
    }
    // Zeros if it can't be opened.
    std::array<std::byte, 32> content_digest_of(const base::Bytes& sealed) {
        try {
            return journal::content_digest_of(journal::open_bundle(sealed, identity)).bytes;
        } catch (const Error&) {
            return {};
        }
    }

    const std::string case_id = std::string(format::kCaseIdDigits, 'c');
    TestAuthor rosa{'a', random};
    TestAuthor mara{'b', random};
    TestAuthor stranger{'e', random};
    format::AgeIdentity identity;
    store::Store store = create(journal_store_options());
    std::vector<std::uint64_t> seen;  // entries that the last check() gave out
};

}  // namespace kua::testing
