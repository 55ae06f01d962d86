// The part of TextOutput that reports on sources, consent and descriptions.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "cli/output_text.h"
#include "cli/words.h"

namespace kua::cli {
namespace {

constexpr std::array<std::string_view, 6> kLevels = {
    "nobody asked yet",
    "team only",
    "commission and court, under a pseudonym",
    "commission and court, with identity",
    "commission and court, and public, under a pseudonym",
    "commission, court and public, with what is ticked",
};

std::string level_in_words(const SourceSummary& source) {
    if (source.contested) {
        return "two people share this pseudonym: nothing goes out";
    }
    if (!source.level) {
        return source.statements == 0 ? "nobody asked yet" : "by single purposes";
    }
    const std::string words =
        *source.level < kLevels.size() ? ": " + std::string{kLevels.at(*source.level)} : "";
    return "level " + std::to_string(*source.level) + words +
           (source.withdrawn ? "; some of it taken back" : "");
}

std::string text_of(const std::vector<FactValue>& facts, std::string_view name) {
    const FactValue* fact = find_fact(facts, name);
    return fact == nullptr ? std::string{} : fact->text;
}

// "level 2, explained_orally" or "publish: content, time taken back"
std::string statement_in_words(const CustodyEvent& event) {
    const bool is_withdrawal = event.type == "consent.withdrawn";
    std::string words;
    if (const FactValue* level = find_fact(event.facts, "level")) {
        words = "level " + level->text;
        const std::string ticked = text_of(event.facts, "ticked");
        words += ticked.empty() ? "" : " with " + ticked;
    } else {
        words = text_of(event.facts, "purposes") + ": " + text_of(event.facts, "attributes");
        words += is_withdrawal                                 ? " taken back"
                 : text_of(event.facts, "decision") == "allow" ? " allowed"
                                                               : " refused";
    }
    for (const auto& [name, before] : {std::pair{"items", " for "},
                                       {"recipients", " to "},
                                       {"conditions", "; asks: "},
                                       {"not_before", "; not before "},
                                       {"expires", "; until "},
                                       {"how_informed", "; "},
                                       {"given_by", "; given by "},
                                       {"understood", "; understood: "},
                                       {"voluntary", "; of free will: "},
                                       {"capacity_concern", "; doubts that they could decide: "},
                                       {"how_told", "; "},
                                       {"given", "; said on "},
                                       {"withdrawn", "; said on "},
                                       {"reason", "; "},
                                       {"comment", "; "}}) {
        const std::string text = text_of(event.facts, name);
        words += text.empty() ? "" : before + text;
    }
    return words;
}

void show_source(Page& all, const SourceSummary& source) {
    constexpr std::size_t kWidth = 18;  // "reliability_reason"
    all.heading(source.pseudonym);
    if (!source.added.empty()) {
        all.field("added", readable_time(source.added) + " (claimed) by " + source.added_by_name,
                  kWidth);
    }
    all.field("items", grouped(source.items), kWidth);
    all.field("consent", level_in_words(source), kWidth);
    for (const FactValue& fact : source.facts) {
        all.field(fact.name, fact.text, kWidth);
    }
    if (source.identities > 0) {
        all.field("identity", "kept in the compartment", kWidth);
    }
}

void show_exports(Page& all, const ConsentOverview& overview) {
    if (!overview.exports.empty()) {
        all.line("went out before that, and is out of reach now:");
        Table table{4};
        for (const PastExport& past : overview.exports) {
            table.add({past.short_item, readable_minute(past.time), past.purpose,
                       "to " + past.to + " by " + past.by_name +
                           (past.handed_over ? ", handed over" : "")});
        }
        all.table(table, /*headed=*/false, /*indent=*/2);
    }
    for (const WithdrawalNotice& notice : overview.notices) {
        all.line("a notice to " + notice.recipient + " is in " + notice.file.native() +
                 ": carry it there");
    }
    if (!overview.told.empty()) {
        all.line("know of it: " + in_a_row(overview.told));
    }
    if (!overview.untold.empty()) {
        all.line("not yet: " + in_a_row(overview.untold));
    }
    if (!overview.readers.empty()) {
        all.line("can read it all the same, and keep the key of the case: " +
                 in_a_row(overview.readers));
    }
}

void show_consent(Page& all, const ConsentOverview& overview) {
    all.heading(overview.source.pseudonym + " allows");
    Table table{2};
    for (const std::string purpose :
         {"keep", "team", "commission", "court", "partner", "publish"}) {
        const auto found = overview.allowed.find(purpose);
        const auto terms = overview.terms.find(purpose);
        std::string bound = terms == overview.terms.end() ? "" : "; " + in_a_row(terms->second);
        table.add({purpose,
                   found == overview.allowed.end() ? "nothing" : in_a_row(found->second) + bound});
    }
    all.table(table, /*headed=*/false, /*indent=*/2);
    for (const CustodyEvent& event : overview.history) {
        all.line(readable_minute(event.time) + " (claimed)  " + event.author_name + ": " +
                 statement_in_words(event));
    }
    show_exports(all, overview);
}

// By the newest thing that was said.
bool takes_back_keeping(const ConsentOverview& overview) {
    return !overview.history.empty() &&
           text_of(overview.history.back().facts, "purposes").find("keep") != std::string::npos;
}

}  // namespace

void TextOutput::described(const DescribeReport& report) {
    if (report.changes.empty()) {
        note("that is what it says already; nothing was entered");
        return;
    }
    if (quiet()) {
        return;
    }
    Page all;
    all.line("entered for " + report.short_id + ":");
    Table table{2};
    for (const FactChange& change : report.changes) {
        table.add({change.name,
                   change.before.empty() ? change.after : change.before + " → " + change.after});
    }
    all.table(table, /*headed=*/false, /*indent=*/2);
    print(all);
}

void TextOutput::source_added(const SourceSummary& added) {
    if (!quiet()) {
        Page all;
        all.line("added " + added.pseudonym + ": nobody asked yet, kept but not shown outside");
        print(all);
    }
    note("who " + added.pseudonym + " is has no place in notes; kua source identity add " +
         added.pseudonym + " keeps it apart");
}

void TextOutput::sources(const std::vector<SourceSummary>& sources) {
    Table table{4, {1}};
    table.add({"source", "items", "consent", "connection"});
    for (const SourceSummary& source : sources) {
        table.add({source.pseudonym, grouped(source.items), level_in_words(source),
                   text_of(source.facts, "connection")});
    }
    Page all = page();
    if (!sources.empty()) {
        all.table(table, /*headed=*/true);
    }
    print(all);
    if (sources.empty()) {
        note("no sources yet; kua source add makes one");
    }
}

void TextOutput::source(const SourceSummary& source) {
    Page all = page();
    show_source(all, source);
    print(all);
}

void TextOutput::note_taken_back(const std::vector<std::string>& purposes,
                                 const std::vector<std::string>& items) {
    if (!purposes.empty()) {
        note("its source took consent back, and that counts for this, too: " + in_a_row(purposes));
    }
    if (!items.empty()) {
        note("its source took consent back for " + some_in_a_row(items) +
             "; if this is the same in another form, that isn't taken back yet: kua consent"
             " withdraw SOURCE --item ITEM --purpose WORD");
    }
}

void TextOutput::consent(const ConsentOverview& overview) {
    Page all = page();
    show_consent(all, overview);
    print(all);
}

void TextOutput::consent_changed(ConsentChange change, const std::string& source,
                                 const std::optional<ConsentOverview>& now) {
    const bool is_withdrawal = change == ConsentChange::kWithdrawn;
    if (!quiet()) {
        Page all = page();
        all.line(std::string{is_withdrawal ? "taken back" : "entered"} + " for " + source);
        if (now) {
            show_consent(all, *now);
        }
        print(all);
    }
    if (is_withdrawal) {
        note(
            "it counts here from now on, elsewhere once it gets there: sync. Paper and memory are"
            " out of reach");
        if (now && takes_back_keeping(*now)) {
            note("what " + source +
                 " gave is still in this vault and in those of others, until it is destroyed"
                 " there: kua shred --withdrawn " +
                 source);
        }
    }
    if (now && !now->stays_taken_back.empty()) {
        note("said before it was taken back, so that stays taken back: " +
             in_a_row(now->stays_taken_back) + ". If " + source +
             " allowed it again since, enter when: --given DATE");
    }
    // Less may be allowed by a new answer, too.
    const bool is_past_refused =
        now && std::any_of(now->exports.begin(), now->exports.end(),
                           [](const PastExport& past) { return !past.taken_back.empty(); });
    if (is_past_refused || (is_withdrawal && now && !now->exports.empty())) {
        note("kua consent show " + source +
             " --notices FOLDER writes what to carry to those it went to");
    }
}

}  // namespace kua::cli
