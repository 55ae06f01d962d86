#include "vault/exchange/contacts.h"

#include <algorithm>
#include <utility>

#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/format/checkpoint.h"
#include "vault/journal/ids.h"
#include "vault/journal/log.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMinPrefixDigits = 8;
constexpr std::string_view kCardStart = "kua-card-v1";
constexpr std::string_view kAround = " \t\r\n";

// What people type and print where a name isn't enough.
std::string front_of(const std::string& fingerprint) {
    return fingerprint.substr(0, kMinPrefixDigits);
}

// The card as it was signed. Nothing that is under the signature holds a CR, or a space at an end
// of the text; what else is wrong stays wrong, for parse_card() to find.
std::string without_traces_of_transport(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    text.remove_prefix(std::min(text.find_first_not_of(kAround), text.size()));
    text = text.substr(0, text.find_last_not_of(kAround) + 1);
    std::string card;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\r' || text[at + 1] != '\n') {  // the last character is no CR
            card += text[at];
        }
    }
    return card + "\n";
}

format::Card read_card(std::string_view text) {
    const std::string card = without_traces_of_transport(text);
    if (!card.starts_with(kCardStart)) {
        throw Error{ErrorCode::kFailed, "this is no card"};
    }
    try {
        return format::parse_card(card);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        throw Error{ErrorCode::kFileDamaged, error.what()};
    }
}

Contact contact_of(const store::Rows& rows) {
    Contact contact{format::read_stored_card(rows.text(1)), std::string{rows.text(2)},
                    std::string{rows.text(3)}};
    if (base::encode_hex(rows.blob(0)) != contact.card.fingerprint) {
        throw Error{ErrorCode::kDamaged, "a contact in the catalog has another one's card"};
    }
    return contact;
}

void note_event(store::Transaction& write, const std::string& fingerprint, std::string_view what,
                const std::string& at) {
    write.run("INSERT INTO contact_event (at, fingerprint, what) VALUES (?1, ?2, ?3)", at,
              journal::blob_of(fingerprint), what);
}

[[noreturn]] void throw_not_found(const std::string& fingerprint) {
    throw Error{ErrorCode::kNotFound, "no contact " + front_of(fingerprint)};
}

bool is_called(const format::Card& card, const std::string& lower_name) {
    return base::to_ascii_lower(card.name) == lower_name;
}

}  // namespace

AddedContact add_contact(store::Transaction& write, const format::Card& own, std::string_view text,
                         const base::Clock& clock) {
    AddedContact added{{read_card(text), journal::claimed_time(clock), {}}, false, {}};
    const format::Card& card = added.contact.card;
    if (card.fingerprint == own.fingerprint || card.signing_key == own.signing_key) {
        throw Error{ErrorCode::kRefused, "this is your own card; a contact is somebody else"};
    }
    const std::string name = base::to_ascii_lower(card.name);
    if (is_called(own, name)) {
        added.namesakes.push_back(own.fingerprint);
    }
    for (Contact& other : list_contacts(write.connection())) {
        if (other.card.fingerprint == card.fingerprint) {
            added.contact = std::move(other);
            added.known = true;
        } else if (is_called(other.card, name)) {
            added.namesakes.push_back(other.card.fingerprint);
        }
    }
    if (!added.known) {
        write.run(
            "INSERT INTO contact (fingerprint, card, added, verified) VALUES (?1, ?2, ?3, '')",
            journal::blob_of(card.fingerprint), card.text, added.contact.added);
        note_event(write, card.fingerprint, kContactAdded, added.contact.added);
    }
    return added;
}

std::vector<Contact> list_contacts(store::Connection& catalog) {
    std::vector<Contact> contacts;
    store::Rows rows = catalog.query(
        "SELECT fingerprint, card, added, verified FROM contact ORDER BY fingerprint");
    while (rows.next()) {
        contacts.push_back(contact_of(rows));
    }
    std::ranges::stable_sort(contacts, {}, [](const Contact& each) { return each.card.name; });
    return contacts;
}

Contact load_contact(store::Connection& catalog, const std::string& fingerprint) {
    store::Rows rows = catalog.query(
        "SELECT fingerprint, card, added, verified FROM contact WHERE fingerprint = ?1",
        journal::blob_of(fingerprint));
    if (!rows.next()) {
        throw_not_found(fingerprint);
    }
    return contact_of(rows);
}

Contact resolve_contact(store::Connection& catalog, std::string_view name) {
    const std::string lower = base::to_ascii_lower(name);
    std::vector<Contact> found;
    for (Contact& contact : list_contacts(catalog)) {
        const std::string& fingerprint = contact.card.fingerprint;
        // Somebody may call themselves like another's fingerprint; all of that is never theirs.
        if (lower.size() == format::kFingerprintDigits && fingerprint == lower) {
            return std::move(contact);
        }
        if (contact.card.name == name ||
            (lower.size() >= kMinPrefixDigits && fingerprint.starts_with(lower))) {
            found.push_back(std::move(contact));
        }
    }
    if (found.empty()) {
        throw Error{ErrorCode::kNotFound,
                    "no contact is called " + base::quoted(name) + "; kua contact list names them"};
    }
    if (found.size() == 1) {
        return std::move(found.front());
    }
    std::string all;
    for (const Contact& contact : found) {
        all += (all.empty() ? "" : ", ") + front_of(contact.card.fingerprint);
    }
    throw Error{ErrorCode::kNotFound, base::quoted(name) + " fits several contacts: " + all};
}

void mark_verified(store::Transaction& write, const std::string& fingerprint, Comparison how,
                   const base::Clock& clock) {
    const std::string now = journal::claimed_time(clock);
    if (write.run("UPDATE contact SET verified = ?2 WHERE fingerprint = ?1",
                  journal::blob_of(fingerprint), now) != 1) {
        throw_not_found(fingerprint);
    }
    note_event(write, fingerprint,
               how == Comparison::kWhole ? kContactVerifiedWhole : kContactVerifiedFewWords, now);
}

void remove_contact(store::Transaction& write, const std::string& fingerprint,
                    const base::Clock& clock) {
    if (write.run("DELETE FROM contact WHERE fingerprint = ?1", journal::blob_of(fingerprint)) !=
        1) {
        throw_not_found(fingerprint);
    }
    note_event(write, fingerprint, kContactRemoved, journal::claimed_time(clock));
}

std::vector<ContactEvent> contact_history(store::Connection& catalog,
                                          const std::string& fingerprint) {
    std::vector<ContactEvent> history;
    store::Rows rows =
        catalog.query("SELECT at, what FROM contact_event WHERE fingerprint = ?1 ORDER BY number",
                      journal::blob_of(fingerprint));
    while (rows.next()) {
        history.push_back({std::string{rows.text(0)}, std::string{rows.text(1)}});
    }
    return history;
}

}  // namespace kua::exchange
