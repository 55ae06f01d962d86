// Contacts: the cards of others that this vault holds, each either seen or verified. A card that
// was only seen may be anybody's: whoever carried it can have put another in its place. Nothing
// makes a contact verified but mark_verified(), after a comparison (comparison.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/clock.h"
#include "vault/exchange/comparison.h"
#include "vault/format/card.h"
#include "vault/store/sqlite/transaction.h"

namespace kua::exchange {

struct Contact {
    format::Card card;
    std::string added;     // claimed time
    std::string verified;  // claimed time of the last comparison; empty: seen, not verified
    bool is_verified() const noexcept { return !verified.empty(); }
};

// What happened to a contact; reaches disk as these words.
inline constexpr std::string_view kContactAdded = "added";
inline constexpr std::string_view kContactVerifiedFewWords = "verified_three_words";
inline constexpr std::string_view kContactVerifiedWhole = "verified_whole";
inline constexpr std::string_view kContactRemoved = "removed";

struct ContactEvent {
    std::string at;  // claimed time
    std::string what;
};

struct AddedContact {
    Contact contact;
    bool known = false;  // it was there already, and is as it was
    // Fingerprints of other cards, the own included, with this name in capitals or not: two people,
    // or one who poses as another.
    std::vector<std::string> namesakes;
};

// Adds the card in `text`, not verified. Spaces, line ends as Windows writes them and empty lines
// around a card, as messengers and scanners leave them, don't count. kFailed if it is something
// else than a card, kFileDamaged if the card is malformed or its signature wrong, kRefused for a
// card of the own key.
AddedContact add_contact(store::Transaction& write, const format::Card& own, std::string_view text,
                         const base::Clock& clock);

// By name, then by fingerprint. kDamaged if a card in the catalog isn't what it was.
std::vector<Contact> list_contacts(store::Connection& catalog);

// By the whole fingerprint. kNotFound.
Contact load_contact(store::Connection& catalog, const std::string& fingerprint);

// By the name, where only one has it, or by at least 8 digits from the front of the fingerprint.
// kNotFound if none fits or several do.
Contact resolve_contact(store::Connection& catalog, std::string_view name);

// Also when it was verified before. kNotFound.
void mark_verified(store::Transaction& write, const std::string& fingerprint, Comparison how,
                   const base::Clock& clock);

// Its history stays. kNotFound.
void remove_contact(store::Transaction& write, const std::string& fingerprint,
                    const base::Clock& clock);

// The oldest first; also of a contact that was removed.
std::vector<ContactEvent> contact_history(store::Connection& catalog,
                                          const std::string& fingerprint);

}  // namespace kua::exchange
