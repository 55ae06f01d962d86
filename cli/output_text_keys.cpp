// The part of TextOutput that reports on passphrases and keys.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output_text.h"

namespace kua::cli {

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

}  // namespace kua::cli
