// Contacts: the cards of others, and how they are compared with what their owners have. Implemented
// in vault/vault_contacts.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kua {

struct ContactSummary {
    std::string name;         // as its owner chose it; two contacts may have the same
    std::string fingerprint;  // SHA-256 of the card, hex
    // False: seen, not verified. Whoever carried the card can have put their own in its place.
    bool verified = false;
    std::string verified_at;  // claimed time of the last comparison
    std::string added;        // claimed time
    // As IdentitySummary has them. Don't show them to somebody who is about to compare: words that
    // are typed off the own screen prove nothing.
    std::vector<std::string> words;
    std::vector<std::string> digits;
};

struct ContactEvent {
    std::string at;    // claimed time
    std::string what;  // "added", "verified_three_words", "verified_whole", "removed"
};

struct ContactDetails {
    ContactSummary summary;
    std::string card;                   // public
    std::vector<ContactEvent> history;  // the oldest first; also from before it was removed
};

struct RemovedContact {
    ContactSummary contact;
    // Titles, or ids where they are sealed, of the cases here that this card owns: their new keys
    // are taken from it all the same.
    std::vector<std::string> owner_of;
};

struct AddedContact {
    ContactSummary contact;
    bool known = false;  // it was there already, and stays as it was
    // Fingerprints of other cards with this name, perhaps in other capitals; the own card's too.
    std::vector<std::string> namesakes;
};

enum class WordsToCompare : std::uint8_t {
    kThree,  // at places that chance decides
    kAll,    // where somebody may have spent years of computing on a card that nearly fits
};

// Which words somebody has to read aloud now. Only a Vault makes it, by chance and after the card
// has come in, so that nobody can prepare a card for it. Good for one answer.
class VerificationChallenge {
public:
    VerificationChallenge(VerificationChallenge&&) noexcept = default;
    VerificationChallenge& operator=(VerificationChallenge&&) noexcept = default;

    const ContactSummary& contact() const noexcept { return contact_; }
    // Places of the words asked for, counted from 1 as people do, ascending.
    const std::vector<std::size_t>& places() const noexcept { return places_; }

private:
    friend class Vault;
    VerificationChallenge(ContactSummary contact, std::vector<std::size_t> places)
        : contact_(std::move(contact)), places_(std::move(places)) {}

    ContactSummary contact_;
    std::vector<std::size_t> places_;
};

// Whether what was typed is a word that can be in a fingerprint at all, whole or by its first four
// letters: if not, it is misspelt, and can be asked for again.
bool is_fingerprint_word(std::string_view typed);

}  // namespace kua
