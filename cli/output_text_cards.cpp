// The part of TextOutput that reports on cards: the own, and those of contacts.
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output_text.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : " ") + part;
    }
    return text;
}

// The words with their numbers, four in a row, then the digits: to be read aloud.
void show_fingerprint(Page& all, const std::vector<std::string>& words,
                      const std::vector<std::string>& digits) {
    constexpr std::size_t kInRow = 4;
    Table table{kInRow};
    for (std::size_t at = 0; at + kInRow <= words.size(); at += kInRow) {
        std::vector<std::string> cells;
        for (std::size_t i = at; i < at + kInRow; ++i) {
            cells.push_back(std::to_string(i + 1) + " " + words[i]);
        }
        table.add({cells[0], cells[1], cells[2], cells[3]});
    }
    all.table(table, /*headed=*/false, /*indent=*/2);
    all.line("  the same in digits: " + joined(digits));
}

std::string state_of(const ContactSummary& contact) {
    return contact.verified ? "verified" : "seen, not verified";
}

// What to type for it: the name where it needs no quoting, else the front of its fingerprint.
std::string shell_name(const ContactSummary& contact) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return contact.name.find_first_not_of(kPlain) == std::string::npos
               ? contact.name
               : short_hex(contact.fingerprint);
}

std::string in_words(const std::string& what) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kWords{{
        {"verified_three_words", "verified by three words"},
        {"verified_whole", "verified by its whole fingerprint"},
    }};
    for (const auto& [name, words] : kWords) {
        if (what == name) {
            return std::string{words};
        }
    }
    return what;
}

}  // namespace

void TextOutput::identity(const IdentitySummary& own) {
    Page all = page();
    all.heading(own.name);
    show_fingerprint(all, own.words, own.digits);
    print(all);
    note("these words are public: they open nothing and bring nothing back");
}

void TextOutput::card_written(const IdentitySummary& own, const CardFiles& files) {
    if (quiet()) {
        return;
    }
    Page all = page();
    all.heading("card of " + own.name + " written to " + files.card +
                (files.card.empty() || files.png.empty() ? "" : " and ") + files.png);
    show_fingerprint(all, own.words, own.digits);
    print(all);
    note(
        "whoever gets the card compares these words with you, in person or in a call in which they"
        " know your voice");
}

void TextOutput::contact_added(const AddedContact& added) {
    const ContactSummary& contact = added.contact;
    if (!quiet()) {
        Page all;
        all.line((added.known ? "known " : "added ") + short_hex(contact.fingerprint) + " " +
                 contact.name + ": " + state_of(contact));
        print(all);
    }
    if (!contact.verified) {
        note("next: " + escape_for_display(contact.name) +
             " runs kua identity show and reads the words aloud, in person or in a call in which "
             "you know the voice; you run: kua contact verify " +
             (added.namesakes.empty() ? shell_name(contact) : short_hex(contact.fingerprint)));
    }
}

void TextOutput::contacts(const std::vector<ContactSummary>& contacts) {
    if (contacts.empty()) {
        note("no contacts; add a card that somebody gave you: kua contact add FILE");
        return;
    }
    Table table{4};
    table.add({"contact", "name", "state", "added (claimed)"});
    for (const ContactSummary& contact : contacts) {
        table.add({short_hex(contact.fingerprint), contact.name, state_of(contact),
                   readable_minute(contact.added)});
    }
    Page all = page();
    all.table(table, /*headed=*/true);
    print(all);
}

void TextOutput::contact(const ContactDetails& details) {
    constexpr std::size_t kLabel = 13;
    const ContactSummary& contact = details.summary;
    Page all = page();
    all.heading(contact.name);
    all.field("state",
              state_of(contact) +
                  (contact.verified ? " " + readable_time(contact.verified_at) + " (claimed)" : ""),
              kLabel);
    all.field("fingerprint", contact.fingerprint, kLabel);
    if (contact.verified) {
        show_fingerprint(all, contact.words, contact.digits);
    } else {
        // Whoever could read the words here might type them off this screen.
        all.field(
            "words",
            "shown once they are compared: kua contact verify " + short_hex(contact.fingerprint),
            kLabel);
        all.field("digits", joined(contact.digits), kLabel);
    }
    all.blank();
    all.heading("history (times are claimed)");
    for (const ContactEvent& event : details.history) {
        all.line("  " + readable_time(event.at) + "  " + in_words(event.what));
    }
    print(all);
}

void TextOutput::contact_verified(const ContactSummary& now) {
    if (quiet()) {
        return;
    }
    Page all;
    all.line("verified " + short_hex(now.fingerprint) + " " + now.name +
             ": this card is the one on their screen");
    print(all);
}

void TextOutput::contact_removed(const RemovedContact& removed) {
    const std::string& name = removed.contact.name;
    if (!quiet()) {
        Page all;
        all.line("removed " + short_hex(removed.contact.fingerprint) + " " + name);
        print(all);
    }
    if (!removed.owner_of.empty()) {
        warning(escape_for_display(name) + " owns " +
                (removed.owner_of.size() == 1 ? "a case that is here: " : "cases that are here: ") +
                escape_for_display(in_a_row(removed.owner_of)) +
                ". Nothing changes there: new keys, and who belongs to it, still come from this"
                " card. New invitations from it aren't shown any more");
    }
}

}  // namespace kua::cli
