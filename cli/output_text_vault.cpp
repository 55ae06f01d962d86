// The part of TextOutput that reports on the vault itself and its cases.
#include <algorithm>

#include "cli/output_text.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

// Then items may be affected that aren't named.
bool is_about_catalog(const Finding& finding) {
    return finding.subject == "catalog";
}

std::string advice_on(const std::vector<Finding>& findings) {
    if (std::ranges::find(findings, "objects", &Finding::subject) != findings.end()) {
        return "without its folder objects/ nothing can be exported from this vault; keep it as it"
               " is, and look for that folder or for a copy of the vault";
    }
    return std::ranges::any_of(findings, is_about_catalog)
               ? "the catalog is damaged: take out first what can be had, with kua export --all"
                 " --to DIR; don't repair anything by hand"
               : "what isn't named is undamaged and can be exported; don't repair anything by hand";
}

std::string state_of(const CaseSummary& shown) {
    return shown.sealed ? "sealed" : "open";
}

std::string key_file_line(const SealCaseReport& report) {
    return "the key is in " + report.secret_to.native() +
           (report.tried_by_opening ? ", opened once to try it"
                                    : "; it was read back, but only its recipient can try it");
}

// "1234 5678 ...": groups that can be read aloud.
std::string in_groups(const std::string& hex) {
    std::string grouped_hex;
    for (std::size_t at = 0; at < hex.size(); at += 4) {
        grouped_hex += (at == 0 ? "" : " ") + hex.substr(at, 4);
    }
    return grouped_hex;
}

// As it can be pasted into a shell.
std::string shell_word(const std::string& path) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%";
    if (path.find_first_not_of(kPlain) == std::string::npos && !path.starts_with('-')) {
        return path;
    }
    std::string quoted = "'";
    for (const char c : path) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

std::string title_of(const CaseSummary& shown) {
    return shown.sealed ? "(sealed here: add and carry, not read)" : shown.title;
}

// A post-quantum recipient fills a screen, and nobody reads it aloud.
std::string shorten_recipient(const std::string& recipient) {
    constexpr std::size_t kLongest = 100;
    return recipient.size() <= kLongest
               ? recipient
               : recipient.substr(0, kLongest / 2) + "... (all of it with --json)";
}

Table case_table(const std::vector<CaseSummary>& cases) {
    Table table{7, {3, 4, 5}};
    table.add({"case", "", "state", "items", "size", "entries", "title"});
    for (const CaseSummary& each : cases) {
        table.add({short_hex(each.id), each.current ? "*" : "", state_of(each),
                   each.sealed ? "" : grouped(each.items),
                   each.sealed ? "" : human_bytes(each.bytes), grouped(each.entries),
                   title_of(each)});
    }
    return table;
}

}  // namespace

std::string in_capitals(FindingCode code) {
    std::string name = name_of(code);
    for (char& c : name) {
        c = c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return name;
}

void show_finding(Page& page, const Finding& finding) {
    page.message(in_capitals(finding.code) + " ", finding.subject + ": " + finding.text);
}

void TextOutput::versions(const std::vector<ComponentVersion>& components) {
    Page all;
    for (const ComponentVersion& component : components) {
        all.line(component.name + " " + component.version);
    }
    print(all);
}

void TextOutput::vault_created(const StatusReport& vault) {
    if (quiet()) {
        return;
    }
    Page all = page();
    all.heading("vault ready");
    all.field("vault", vault.directory.native());
    all.field("identity", vault.identity.name);
    for (const CaseSummary& each : vault.cases) {
        all.field("case", each.title + " (" + short_hex(each.id) + ")");
    }
    all.blank();
    all.line("next:");
    all.line("  cd " + shell_word(vault.directory.native()));
    all.line("  kua add PATH...   put photos, clips and texts in");
    all.line("  kua list          see what is there");
    all.line("  kua verify        check that nothing was altered");
    all.blank();
    all.line("without the passphrase nobody can open this vault, and nobody can reset it:");
    all.line("keep it in a safe place that isn't this computer");
    print(all);
}

void TextOutput::verified(const VerificationReport& report, VerifyDepth depth) {
    Page all;
    for (const Finding& finding : report.findings) {
        show_finding(all, finding);
    }
    if (!report.findings.empty()) {
        all.line(counted(report.findings.size(), "finding", "findings") + " in " +
                 counted(report.objects_checked, "object", "objects") + " and " +
                 counted(report.entries_checked, "entry", "entries"));
        print(all);
        if (report.only_not_readable()) {
            note(
                "what is named may not be read, so it wasn't checked; run it as whoever owns this"
                " vault");
            return;
        }
        note(advice_on(report.findings));
        return;
    }
    if (quiet()) {
        return;
    }
    all.line("nothing was altered: " + counted(report.objects_checked, "object", "objects") + ", " +
             human_bytes(report.bytes_checked) + " · " +
             counted(report.entries_checked, "entry", "entries") + " in " +
             counted(report.bundles_checked, "bundle", "bundles"));
    if (report.items_shredded > 0) {
        all.line(counted(report.items_shredded, "original was", "originals were") +
                 " destroyed on purpose, as the journal says: kua log ITEM tells by whom and why");
    }
    print(all);
    if (depth == VerifyDepth::kSealed) {
        note("sealed bytes only; kua verify also opens each item and compares its digest");
    } else if (report.sealed_cases > 0) {
        note(counted(report.sealed_cases, "sealed case was", "sealed cases were") +
             " checked by the sealed bytes only");
    }
}

void TextOutput::header_repaired(const std::vector<std::string>& mended) {
    Page all;
    for (const std::string& what : mended) {
        all.message("mended: ", what);
    }
    if (mended.empty()) {
        all.line("both copies of the header are good; nothing to mend");
    }
    if (!quiet()) {
        print(all);
    }
}

namespace {

// What came and what waits, by the remotes and beside them.
void show_exchange(Page& all, const StatusReport& report) {
    if (!report.remotes.empty()) {
        all.blank();
        Table table{3};
        table.add({"remote", "last sync", "last news (claimed)"});
        for (const RemoteSummary& remote : report.remotes) {
            table.add({remote.name,
                       remote.synced.empty() ? "never" : readable_minute(remote.synced),
                       remote.news.empty() ? "never" : readable_minute(remote.news)});
        }
        all.table(table, /*headed=*/true);
    }
    for (const InvitationSummary& invitation : report.invitations) {
        all.line("invitation to \"" + invitation.title + "\" by " + invitation.from_name +
                 (invitation.verified ? "" : " (seen, not verified)") + ": kua case accept " +
                 short_hex(invitation.case_id));
    }
    if (!report.kept_aside.empty()) {
        all.line(counted(report.kept_aside.size(), "thing was", "things were") +
                 " refused at a sync and kept aside: kua finding list");
    }
    for (const StoppedAuthor& one : report.stopped) {
        const std::string id = short_hex(one.fingerprint);
        all.line("FORK journal of " + (one.name.empty() ? id : one.name + " (" + id + ")") +
                 " in case " + short_hex(one.case_id) + ": " +
                 (one.self ? "this vault's own journal has two histories; nothing is"
                             " added to it any more. Go on in a new vault"
                           : "signed two histories; nothing new of theirs is taken. Talk to them,"
                             " not over the remote"));
    }
    if (report.carried_bundles > 0) {
        all.line(counted(report.carried_bundles, "bundle", "bundles") + " of sealed cases, " +
                 human_bytes(report.carried_bytes) + ", carried unread");
    }
}

// What decides whether to drive on.
void show_holdings(Page& all, const StatusReport& report) {
    const bool is_shared = std::ranges::any_of(
        report.holdings, [](const CaseHolding& one) { return one.sealed || !one.members.empty(); });
    if (!is_shared) {
        return;
    }
    all.blank();
    all.heading("who has it");
    for (const CaseHolding& one : report.holdings) {
        if (one.originals == 0) {
            continue;
        }
        std::string line = "  " + short_hex(one.case_id) + ": " +
                           counted(one.originals, "original", "originals") + " here";
        line += one.sealed ? ", none readable" : "";
        all.line(line + (one.only_here > 0 ? " · " + grouped(one.only_here) +
                                                 " known to exist ONLY here: keep this vault"
                                           : " · all are known to be with others, too"));
        for (const CaseHolding::Member& member : one.members) {
            all.line("    " + member.name + " is known to have " + grouped(member.originals) +
                     ", and " + grouped(member.own_entries) + " of your " +
                     counted(one.own_entries, "entry", "entries"));
        }
    }
}

}  // namespace

void TextOutput::status(const StatusReport& report) {
    Page all = page();
    all.heading("vault " + report.directory.native());
    all.field("identity", report.identity.name);
    all.field("card", in_groups(report.identity.fingerprint));
    all.field("stored", counted(report.objects, "object", "objects") + ", " +
                            human_bytes(report.object_bytes) + " sealed · " +
                            human_bytes(report.free_bytes) + " free on this device");
    all.blank();
    all.table(case_table(report.cases), /*headed=*/true);
    if (report.without_date + report.without_source + report.not_asked > 0) {
        all.blank();
        all.heading("still open");
        if (report.without_date > 0) {
            all.line("  " + counted(report.without_date, "item has", "items have") +
                     " no date but the file's own (claimed)");
        }
        if (report.not_asked > 0) {
            all.line("  " + counted(report.not_asked, "source was", "sources were") +
                     " never asked: kept, not shown outside");
        }
        if (report.without_source > 0) {
            all.line("  " + counted(report.without_source, "item has", "items have") +
                     " no source");
        }
    }
    show_holdings(all, report);
    show_exchange(all, report);
    all.blank();
    for (const Finding& finding : report.findings) {
        show_finding(all, finding);
    }
    if (report.findings.empty()) {
        all.line("no damage seen at a glance; kua verify looks at every byte");
    }
    print(all);
}

void TextOutput::rebuilt(const RebuildReport& report) {
    Page all;
    for (const Finding& finding : report.findings) {
        show_finding(all, finding);
    }
    if (!quiet() || !report.findings.empty()) {
        all.line("catalog rebuilt from the journals: " + counted(report.cases, "case", "cases") +
                 ", " + counted(report.entries, "entry", "entries") + ", " +
                 counted(report.rows, "row", "rows") + "; " +
                 (report.same ? "the same as before, row for row" : "it differed from before"));
    }
    print(all);
    if (report.sealed_cases > 0) {
        note("not rebuilt, since nothing of it can be read here: " +
             counted(report.sealed_cases, "sealed case", "sealed cases"));
    }
}

void TextOutput::cases(const std::vector<CaseSummary>& cases) {
    Page all = page();
    all.table(case_table(cases), /*headed=*/true);
    print(all);
    if (std::any_of(cases.begin(), cases.end(), [](const CaseSummary& c) { return c.current; })) {
        note("* is used where --case isn't given");
    } else if (cases.size() > 1) {
        note("no case is chosen; choose one: kua case use CASE");
    }
}

namespace {

// Those that have no field of their own.
void show_case_facts(Page& all, const CaseDetails& details) {
    for (const FactValue& fact : details.facts) {
        const bool is_shown = fact.name == "title" || fact.name == "description" ||
                              fact.name == "reference_code" || fact.name == "questions";
        if (!is_shown) {
            all.field(fact.name, fact.text, 12);
        }
    }
    for (const QuestionStanding& one : details.questions) {
        all.field("question",
                  one.tag + ": " + counted(one.verified, "item verified", "items verified") + ", " +
                      grouped(one.unverified) + " unverified",
                  12);
    }
}

}  // namespace

void TextOutput::case_shown(const CaseDetails& details) {
    const CaseSummary& shown = details.summary;
    Page all = page();
    all.heading("case " + short_hex(shown.id) + " " + title_of(shown));
    all.field("id", shown.id, 12);
    all.field("state", state_of(shown) + (shown.current ? ", used where --case isn't given" : ""),
              12);
    if (!shown.sealed) {
        all.field("created", readable_time(shown.created) + " (claimed)", 12);
        if (!shown.reference_code.empty()) {
            all.field("reference", shown.reference_code, 12);
        }
        if (!shown.description.empty()) {
            all.field("description", shown.description, 12);
        }
        show_case_facts(all, details);
        all.field("items", grouped(shown.items) + ", " + human_bytes(shown.bytes), 12);
    }
    all.field("entries", grouped(shown.entries), 12);
    all.field("recipient", shorten_recipient(shown.recipient), 12);
    print(all);
}

void TextOutput::case_changed(CaseChange change, const CaseSummary& now) {
    if (quiet()) {
        return;
    }
    const std::string id = "case " + short_hex(now.id) + " ";
    Page all;
    switch (change) {
        case CaseChange::kCreated:
            all.line(id + now.title + " created");
            all.line("next: kua case use " + short_hex(now.id) + ", or --case with each command");
            break;
        case CaseChange::kUsed:
            all.line(id + title_of(now) + " is used from now on where --case isn't given");
            break;
    }
    print(all);
}

void TextOutput::case_sealed(const SealCaseReport& report) {
    if (quiet()) {
        return;
    }
    Page all;
    all.line("case " + short_hex(report.case_id) + " sealed: you can add and carry, not read · " +
             counted(report.items, "item", "items") + " no longer readable here");
    if (!report.holders.empty()) {
        all.line("who had the key and all of the case when last heard of: " +
                 in_a_row(report.holders));
    }
    if (report.secret_to.empty()) {
        all.line(
            "the way back: one of them, if theirs isn't sealed, writes the key (kua case key --to"
            " FILE --secret-for NAME), and here: kua case unseal FILE");
    } else {
        all.line(key_file_line(report));
        all.line("take that file away from this computer; the way back is: kua case unseal FILE");
    }
    print(all);
}

void TextOutput::case_key_written(const SealCaseReport& report) {
    if (quiet()) {
        return;
    }
    Page all;
    all.line(key_file_line(report));
    all.line("whoever opens that file reads all of case " + short_hex(report.case_id) +
             " up to now, where its bundles are: kua case unseal FILE");
    print(all);
}

void TextOutput::case_unsealed(const UnsealCaseReport& report) {
    Page all;
    for (const Finding& finding : report.findings) {
        show_finding(all, finding);
    }
    if (!quiet() || !report.findings.empty()) {
        all.line("case " + short_hex(report.now.id) + " " + report.now.title +
                 " is open again: " + counted(report.now.items, "item", "items") +
                 (report.findings.empty() ? "" : "; what isn't there can't be read"));
    }
    print(all);
}

}  // namespace kua::cli
