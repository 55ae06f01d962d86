// The part of TextOutput that reports on passphrases, keys and cards.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output_text.h"

namespace kua::cli {
namespace {

// The words with their numbers, four in a row, then the digits: to be read aloud.
void show_fingerprint(Page& all, const IdentitySummary& own) {
    constexpr std::size_t kInRow = 4;
    Table words{kInRow};
    for (std::size_t at = 0; at + kInRow <= own.words.size(); at += kInRow) {
        std::vector<std::string> cells;
        for (std::size_t i = at; i < at + kInRow; ++i) {
            cells.push_back(std::to_string(i + 1) + " " + own.words[i]);
        }
        words.add({cells[0], cells[1], cells[2], cells[3]});
    }
    all.table(words, /*headed=*/false, /*indent=*/2);
    std::string digits;
    for (const std::string& group : own.digits) {
        digits += (digits.empty() ? "" : " ") + group;
    }
    all.line("  the same in digits: " + digits);
}

}  // namespace

void TextOutput::passphrases(const std::vector<PassphraseSlot>& slots) {
    Table table{3, {0}};
    table.add({"slot", "kind", "label"});
    for (const PassphraseSlot& slot : slots) {
        table.add({std::to_string(slot.number), slot.kind,
                   slot.label + (slot.current ? " (opened with this one)" : "")});
    }
    Page all = page();
    all.table(table, /*headed=*/true);
    print(all);
}

void TextOutput::passphrase_changed(PassphraseChange change, unsigned slot) {
    if (quiet()) {
        return;
    }
    Page all;
    switch (change) {
        case PassphraseChange::kAdded:
            all.line("passphrase added in slot " + std::to_string(slot));
            break;
        case PassphraseChange::kChanged:
            all.line("passphrase changed; the old one no longer opens this vault");
            break;
        case PassphraseChange::kRemoved:
            all.line("passphrase in slot " + std::to_string(slot) + " removed");
            break;
    }
    print(all);
    if (change != PassphraseChange::kAdded) {
        note("copies of this vault made earlier still open with the old passphrase");
    }
}

void TextOutput::keys(const std::vector<RevealedKey>& keys) {
    for (const RevealedKey& key : keys) {
        Page before = page();
        before.heading(key.purpose);
        if (!key.file.empty()) {
            before.line("  file " + key.file);
        }
        std::string_view settings = key.settings;
        while (!settings.empty()) {
            const std::size_t end = std::min(settings.find('\n'), settings.size());
            before.line("  " + std::string(settings.substr(0, end)));
            settings.remove_prefix(std::min(end + 1, settings.size()));
        }
        // The key goes straight from its locked memory to the descriptor.
        terminal().write(Stream::kOut, before.text() + "  ");
        terminal().write(Stream::kOut, key.secret.expose());
        terminal().write(Stream::kOut, "\n");
    }
}

void TextOutput::identity(const IdentitySummary& own) {
    Page all = page();
    all.heading(own.name);
    show_fingerprint(all, own);
    print(all);
    note("these words are public: they open nothing and bring nothing back");
}

void TextOutput::card_written(const IdentitySummary& own, const std::string& path) {
    if (quiet()) {
        return;
    }
    Page all = page();
    all.heading("card of " + own.name + " written to " + path);
    show_fingerprint(all, own);
    print(all);
    note(
        "whoever gets the card compares these words with you, in person or in a call in which they"
        " know your voice");
}

}  // namespace kua::cli
