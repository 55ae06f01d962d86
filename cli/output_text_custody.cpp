// The part of TextOutput that tells who has had an item, in plain words.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "cli/output_text.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

// A claimed word as people say it.
std::string plain(std::string word) {
    std::replace(word.begin(), word.end(), '_', ' ');
    return word;
}

bool is_said(const std::string& text) {
    return !text.empty() && text != "unknown";
}

// `before` and the text, if there is one.
std::string clause(std::string_view before, const std::string& text) {
    return is_said(text) ? std::string{before} + text : std::string{};
}

std::string said_of(const CustodyAccount& account, std::string_view name) {
    const FactValue* fact = find_fact(account.facts, name);
    return fact == nullptr ? std::string{} : fact->text;
}

// When it happened if that was said, else when it was entered.
std::string when_of(const CustodyStep& step) {
    return step.at.empty()
               ? readable_time(step.time) + " (claimed)"
               : readable_time(step.at) + " (claimed; entered " + readable_minute(step.time) + ")";
}

std::string entry_of(const CustodyStep& step) {
    return " [entry " + std::to_string(step.seq) + " of " + step.by_name + "]";
}

std::string purpose_in_words(const std::string& purpose) {
    return purpose == "keep" ? "a copy of one's own" : "for " + purpose;
}

std::string details_of(const CustodyStep& step) {
    return clause(", at ", step.place) + clause(", ", step.method) +
           clause(", because: ", step.reason) +
           (step.result.empty() ? "" : "; found " + plain(step.result));
}

std::string move_in_words(const CustodyStep& step) {
    const std::string when = when_of(step) + ": ";
    const std::string end = details_of(step) + entry_of(step);
    if (step.type == "custody.exported") {
        return when + "exported by " + step.by_name + ", " + purpose_in_words(step.purpose) +
               clause(", to ", step.to) + end;
    }
    if (step.type == "custody.handed_over") {
        return when + "handed over by " + step.by_name + clause(" to ", step.to) + ", " +
               purpose_in_words(step.purpose) + end;
    }
    if (step.type == "custody.lost") {
        return when + "did NOT come" + clause(" from ", step.from) +
               clause(", because: ", step.reason) + entry_of(step);
    }
    if (step.type == "custody.shredded") {
        return when + "destroyed by " + step.by_name + clause(", because: ", step.reason) +
               entry_of(step);
    }
    if (step.type == "custody.viewed") {
        return when + "looked at by " + step.by_name + end;
    }
    return when + (step.type == "custody.returned" ? "came back" : "came by hand") +
           clause(" from ", step.from) + clause(" to ", step.to) + end;
}

void answer_origin(Page& all, const CustodyAccount& account) {
    const CustodyStep first = account.arrivals.empty() ? CustodyStep{} : account.arrivals.front();
    const std::string& source = account.item.source;
    all.heading("who made it or gave it, and when?");
    if (!account.made_from.empty()) {
        all.line("  it was made from " + account.made_from +
                 clause(": ", said_of(account, "recipe")));
    }
    if (source == "self") {
        all.line("  made by " + first.by_name + ", who added it");
    } else if (source == "public") {
        all.line("  it is openly available; who made it isn't recorded");
    } else {
        all.line(is_said(source) ? "  given by " + source : "  who gave it isn't recorded");
    }
    const std::string device = clause(", with ", said_of(account, "device"));
    all.line(account.item.captured.empty()
                 ? "  when it was made isn't recorded" + device
                 : "  made " + readable_time(account.item.captured) + " (claimed" +
                       clause("; ", basis_in_words(account.item.captured_basis)) + ")" +
                       clause(", in ", said_of(account, "place")) + device);
}

void answer_arrival(Page& all, const CustodyAccount& account) {
    all.heading("how did it come here, and who took it in?");
    for (const CustodyStep& step : account.arrivals) {
        all.line("  " + when_of(step) + ": " +
                 (step.type == "item.added" ? "taken in" : "the same bytes again, taken in") +
                 clause(" by ", step.to.empty() ? step.by_name : step.to) +
                 clause(" from ", step.source) + clause(", ", plain(step.method)) +
                 clause(", at ", step.place) + entry_of(step));
    }
}

void answer_keeping(Page& all, const CustodyAccount& account) {
    all.heading("where is it kept, and who has it?");
    all.line(account.item.shredded ? "  not in this vault: its bytes were destroyed"
                                   : "  sealed in this vault");
    all.line(account.holders.empty()
                 ? "  nobody else is known to have it"
                 : "  " + in_a_row(account.holders) +
                       (account.holders.size() == 1 ? " is" : " are") + " known to have it, too");
    const std::string keeper = said_of(account, "original_kept_by");
    if (is_said(keeper)) {
        all.line("  " + keeper + " keeps what it was taken from");
    }
}

void answer_access(Page& all, const CustodyAccount& account) {
    all.heading("who else got to it, and what for?");
    for (const CustodyStep& step : account.moves) {
        all.line("  " + move_in_words(step));
    }
    if (account.moves.empty()) {
        all.line("  nobody, as far as the journals here say");
    }
}

void answer_changes(Page& all, const CustodyAccount& account) {
    all.heading("was it changed?");
    all.line("  the original never changes here; its digest is that of the day it came in");
    for (const CustodyDerivative& made : account.derivatives) {
        all.line("  " + when_of(made.step) + ": " + made.step.by_name + " made " + made.short_item +
                 " from it" + clause(": ", made.recipe) + clause("; without ", made.removed) +
                 clause("; with ", made.tool) + clause("; can be done again: ", made.repeatable) +
                 entry_of(made.step));
        all.line("    its digest then " + made.digest);
    }
    if (account.derivatives.empty()) {
        all.line("  nothing was made from it");
    }
    const auto described =
        std::count_if(account.entries.begin(), account.entries.end(),
                      [](const LogEntry& entry) { return entry.type == "item.described"; });
    if (described > 0) {
        all.line("  what is said of it was changed, " +
                 counted(static_cast<std::uint64_t>(described), "time", "times") +
                 "; the entries below keep what was said before");
    }
}

void answer_checking(Page& all, const CustodyAccount& account) {
    all.heading("how can that be checked?");
    all.line("  SHA-256 of the original  " + account.item.digest);
    all.line("  SHA-256 as sealed        " + account.item.sealed_digest);
    if (!account.arrivals.empty()) {
        const CustodyStep& first = account.arrivals.front();
        all.line(
            "  entry " + std::to_string(account.seq) + " in the journal of " + first.by_name +
            " (" + short_hex(first.author) + ")" +
            (account.in_signed_checkpoint ? ", under a checkpoint that its author signed" : ""));
    }
    for (const CustodyStep& step : account.checks) {
        all.line("  " + when_of(step) + ": checked by " + step.by_name +
                 clause(", ", plain(step.depth)) + details_of(step) + entry_of(step));
    }
    all.line("  kua verify " + account.item.short_id + " checks it now");
}

}  // namespace

void TextOutput::custody(const CustodyAccount& account) {
    Page all = page();
    all.heading(account.item.short_id + " " + account.item.kind + " " +
                file_name_of(account.item.name));
    for (const auto answer : {answer_origin, answer_arrival, answer_keeping, answer_access,
                              answer_changes, answer_checking}) {
        all.blank();
        answer(all, account);
    }
    all.blank();
    print(all);
    entries(account.entries);
}

void TextOutput::hands_changed(const HandChangeReport& report) {
    constexpr std::array<std::string_view, 3> kWords = {"handed over to ", "received from ",
                                                        "returned from "};
    const std::string words{kWords.at(static_cast<std::size_t>(report.change))};
    for (const FailedInput& item : report.failed) {
        input_failed(item);
    }
    if (!quiet()) {
        Page all;
        for (const HandChangeReport::Item& item : report.entered) {
            all.line("entered: " + item.short_id + " " +
                     (report.missing ? "didn't come from " : words) + report.who);
        }
        if (!report.failed.empty()) {
            all.line(grouped(report.entered.size()) + " entered · " +
                     grouped(report.failed.size()) + " refused");
        }
        print(all);
    }
}

void TextOutput::shredded(const ShredReport& report) {
    for (const FailedInput& item : report.failed) {
        input_failed(item);
    }
    if (!quiet() && !report.items.empty()) {
        Page all;
        for (const ItemToShred& item : report.items) {
            all.line("shredded: " + item.short_id + ", " + human_bytes(item.bytes));
        }
        if (!report.failed.empty()) {
            all.line(grouped(report.items.size()) + " shredded · " + grouped(report.failed.size()) +
                     " not");
        }
        print(all);
    }
    if (report.pieces_left > 0) {
        warning(counted(report.pieces_left, "piece lies", "pieces lie") +
                " here still and could not be removed: a file is damaged, or the disk is full; kua "
                "tries again whenever it opens this vault to write");
    }
}

}  // namespace kua::cli
