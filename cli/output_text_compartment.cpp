// The part of TextOutput that reports on the identity compartment.
#include <algorithm>
#include <string>

#include "cli/output_text.h"
#include "cli/terminal_secret.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

// A post-quantum one fills a screen.
std::string front_of(const std::string& recipient) {
    constexpr std::size_t kLongest = 100;
    return recipient.size() <= kLongest ? recipient : recipient.substr(0, kLongest / 2) + "...";
}

}  // namespace

void TextOutput::identity_key_made(const IdentityKeySummary& key) {
    if (!quiet()) {
        Page all;
        all.line("identity key made; it is in " + key.to.native() + ", opened once to try it");
        print(all);
    }
    note(
        "it isn't in this vault, so keep that file away from this computer, and its passphrase away"
        " from the file; without both nobody learns who a source is, you neither");
    if (key.replaced) {
        note("what was kept before opens with the old file only; keep that, too");
    }
}

void TextOutput::identity_key(const IdentityKeySummary& key) {
    if (key.recipient.empty()) {
        note("case " + short_hex(key.case_id) +
             " has no identity key yet; its owner makes one: kua source identity-key create --to"
             " FILE");
        return;
    }
    Page all = page();
    all.line("case " + short_hex(key.case_id) +
             " has an identity key; who its sources are is"
             " sealed to");
    all.line("  " + front_of(key.recipient));
    if (!key.to.empty()) {
        all.line("all of it is in " + key.to.native());
    }
    print(all);
}

void TextOutput::identity_added(const IdentityAdded& added) {
    if (!quiet()) {
        Page all;
        all.line("kept who " + added.pseudonym + " is; only the identity key opens it");
        print(all);
    }
}

void TextOutput::identified(const IdentityReport& report) {
    constexpr std::size_t kWidth = 20;
    for (const IdentityRecord& record : report.records) {
        Page before = page();
        before.heading(report.pseudonym + ", as " + record.author_name + " kept it " +
                       readable_time(record.time) + " (claimed), entry " +
                       std::to_string(record.seq));
        terminal().write(Stream::kOut, before.text());
        for (const IdentityFact& fact : record.facts) {
            Page label;
            label.field(fact.name, "", kWidth);
            std::string line = label.text();
            line.resize(line.find_last_not_of(" \n") + 1);
            line.resize(std::max(line.size() + 1, kWidth + 3), ' ');
            // What it says goes straight from its locked memory to the descriptor.
            terminal().write(Stream::kOut, line);
            write_secret(terminal(), fact.value.expose(), escape_for_display);
            terminal().write(Stream::kOut, "\n");
        }
    }
    if (report.others > 0) {
        note(counted(report.others, "more entry is", "more entries are") +
             " sealed to another identity key; open them with that file");
    }
    for (const Finding& finding : report.findings) {
        warning(finding.subject + ": " + finding.text);
    }
}

}  // namespace kua::cli
