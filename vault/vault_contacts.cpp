// The part of Vault that concerns the cards of others.
#include <algorithm>
#include <utility>

#include "vault/base/utf8.h"
#include "vault/evidence/members.h"
#include "vault/exchange/comparison.h"
#include "vault/exchange/contacts.h"
#include "vault/format/fingerprint.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

constexpr std::size_t kMaxFingerprintFileBytes = 1024;

ContactSummary summarize(const exchange::Contact& contact) {
    const format::SpokenFingerprint spoken = format::spoken_fingerprint(contact.card.fingerprint);
    return {contact.card.name,
            contact.card.fingerprint,
            contact.is_verified(),
            contact.verified,
            contact.added,
            {spoken.words.begin(), spoken.words.end()},
            {spoken.groups.begin(), spoken.groups.end()}};
}

// A small file of somebody else's, whole.
std::string read_small_file(base::FileSystem& files, const base::fs::path& path,
                            std::size_t max_bytes, const char* too_large_for) {
    base::Bytes bytes(max_bytes + 1);
    bytes.resize(files.open(path, base::OpenMode::kRead)->read_at(0, bytes));
    if (bytes.size() > max_bytes) {
        throw Error{ErrorCode::kFailed,
                    base::quoted(path.native()) + " is too large for " + too_large_for};
    }
    return std::string{base::text_of(bytes)};
}

ContactSummary set_verified(Vault::State& state, const std::string& fingerprint,
                            exchange::Comparison how) {
    store::Transaction write{state.catalog()};
    exchange::mark_verified(write, fingerprint, how, state.store.environment().clock);
    write.commit();
    return summarize(exchange::load_contact(state.catalog(), fingerprint));
}

[[noreturn]] void throw_differs(const std::string& fingerprint, exchange::Comparison how) {
    const std::string contact = fingerprint.substr(0, 8);
    throw Error{ErrorCode::kRefused,
                "these are not the words of the card here: one was misheard, or somebody exchanged "
                "the card on its way. nothing changed; " +
                    (how == exchange::Comparison::kWhole
                         ? "if they differ again, don't use this card: tell its owner by another"
                           " way, and kua contact remove " +
                               contact
                         : "compare all twelve words next: kua contact verify " + contact +
                               " --all-words")};
}

}  // namespace

bool is_fingerprint_word(std::string_view typed) {
    return format::is_listed_word(typed);
}

AddedContact Vault::add_contact(const std::filesystem::path& card_file) try {
    const base::Environment& environment = state_->store.environment();
    const std::string text =
        read_small_file(environment.files, card_file, format::kMaxCardBytes, "a card");
    store::Transaction write{state_->catalog()};
    exchange::AddedContact added =
        exchange::add_contact(write, state_->identity.card, text, environment.clock);
    write.commit();
    return {summarize(added.contact), added.known, std::move(added.namesakes)};
} catch (const Error& error) {
    if (error.code() == ErrorCode::kFailed || error.code() == ErrorCode::kFileDamaged) {
        throw error.during("add " + base::quoted(card_file.native()));
    }
    throw;
}

std::vector<ContactSummary> Vault::contacts() {
    std::vector<ContactSummary> all;
    for (const exchange::Contact& contact : exchange::list_contacts(state_->catalog())) {
        all.push_back(summarize(contact));
    }
    return all;
}

ContactDetails Vault::contact(const std::string& name) {
    const exchange::Contact found = exchange::resolve_contact(state_->catalog(), name);
    ContactDetails details{summarize(found), found.card.text, {}};
    for (exchange::ContactEvent& event :
         exchange::contact_history(state_->catalog(), found.card.fingerprint)) {
        details.history.push_back({std::move(event.at), std::move(event.what)});
    }
    return details;
}

VerificationChallenge Vault::start_verification(const std::string& name, WordsToCompare how) {
    const exchange::Contact found = exchange::resolve_contact(state_->catalog(), name);
    std::vector<std::size_t> places =
        exchange::draw_places(how == WordsToCompare::kAll ? exchange::Comparison::kWhole
                                                          : exchange::Comparison::kFewWords,
                              state_->store.environment().random);
    for (std::size_t& place : places) {
        ++place;
    }
    return {summarize(found), std::move(places)};
}

ContactSummary Vault::finish_verification(VerificationChallenge challenge,
                                          const std::vector<std::string>& words) {
    std::vector<std::size_t> places = std::move(challenge.places_);
    if (places.empty() || words.size() != places.size()) {
        throw Error{ErrorCode::kUsage, "every word that was asked for is needed, once"};
    }
    for (const std::string& word : words) {
        if (!is_fingerprint_word(word)) {
            throw Error{ErrorCode::kUsage,
                        base::quoted(word) + " is not a word of the list; spelled wrong?"};
        }
    }
    for (std::size_t& place : places) {
        --place;
    }
    const std::string& fingerprint = challenge.contact_.fingerprint;
    const exchange::Comparison how = places.size() == format::kFingerprintWords
                                         ? exchange::Comparison::kWhole
                                         : exchange::Comparison::kFewWords;
    if (!exchange::are_words_at(fingerprint, places, words)) {
        throw_differs(fingerprint, how);
    }
    return set_verified(*state_, fingerprint, how);
}

ContactSummary Vault::verify_contact(const std::string& name,
                                     const std::filesystem::path& fingerprint_file) {
    const std::string text = read_small_file(state_->store.environment().files, fingerprint_file,
                                             kMaxFingerprintFileBytes, "twelve words");
    const std::string fingerprint =
        exchange::resolve_contact(state_->catalog(), name).card.fingerprint;
    if (!exchange::is_whole_fingerprint(fingerprint, text)) {
        throw_differs(fingerprint, exchange::Comparison::kWhole);
    }
    return set_verified(*state_, fingerprint, exchange::Comparison::kWhole);
}

RemovedContact Vault::remove_contact(const std::string& name) {
    const exchange::Contact found = exchange::resolve_contact(state_->catalog(), name);
    store::Transaction write{state_->catalog()};
    exchange::remove_contact(write, found.card.fingerprint, state_->store.environment().clock);
    write.commit();
    RemovedContact removed{summarize(found), {}};
    for (const CaseSummary& one : cases()) {
        if (evidence::owner_of(state_->catalog(), one.id) == found.card.fingerprint) {
            removed.owner_of.push_back(one.title.empty() ? one.id.substr(0, 8) : one.title);
        }
    }
    return removed;
}

}  // namespace kua
