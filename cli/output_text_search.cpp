// The part of TextOutput that reports on what was found, and what is missing.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "cli/output_text.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::size_t kMostLines = 3;  // of one item; --json has all

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kOpen = {{
    {"keep_withdrawn", "sources that no longer allow to keep: kua shred --withdrawn SOURCE"},
    {"consent_of_nobody",
     "pseudonyms in a consent or withdrawal that no source has; who was meant?"},
    {"consent_not_asked", "sources that nobody asked yet"},
    {"source_unknown", "items of unknown source"},
    {"not_looked_at", "items nobody said of what they show (carries)"},
    {"no_date", "items without a date"},
    {"date_only_of_the_file", "items with no date but their file's"},
    {"no_place", "items without a place"},
    {"not_transcribed", "recordings without a transcript"},
    {"tag_not_verified", "items with a tag that nobody verified"},
}};

void show_hits(Page& all, const std::vector<SearchHit>& hits) {
    std::size_t width = 0;
    const std::size_t shown = std::min(hits.size(), kMostLines);
    const auto label_of = [](const SearchHit& hit) {
        return hit.start.empty() ? hit.place : hit.place + " " + hit.start;
    };
    for (std::size_t i = 0; i < shown; ++i) {
        width = std::max(width, label_of(hits[i]).size() + 2);
    }
    for (std::size_t i = 0; i < shown; ++i) {
        all.excerpt(label_of(hits[i]), hits[i].text, hits[i].found, width);
    }
    if (hits.size() > shown) {
        all.line("  and " + counted(hits.size() - shown, "more place", "more places"));
    }
}

}  // namespace

void TextOutput::found(const FindReport& report, const FindRequest& request) {
    Page all = page();
    for (const FoundItem& found : report.items) {
        all.heading(found.item.short_id + " " + found.item.kind + " " +
                    file_name_of(found.item.name));
        show_hits(all, found.hits);
    }
    for (const FoundThing& found : report.things) {
        all.heading(found.short_id + " " + found.kind +
                    (found.name == found.id ? "" : " " + found.name));
        show_hits(all, found.hits);
    }
    print(all);
    if (report.items.empty() && report.things.empty() && !report.is_more) {
        note(report.shorter_words.empty()
                 ? "nothing found"
                 : "nothing found; try shorter words: " + report.shorter_words);
    } else {
        std::string sum =
            (report.is_more ? "more than " : "") + counted(report.total_items, "item", "items");
        if (report.total_items > report.items.size()) {
            sum += ", the best " + grouped(report.items.size()) + " shown (--most)";
        }
        note(sum);
    }
    if (report.sealed_cases > 0 && (request.all_cases || report.items.empty())) {
        note(counted(report.sealed_cases, "case is", "cases are") +
             " sealed here and can't be searched");
    }
}

void TextOutput::todo(const TodoReport& report) {
    Page all = page();
    Table table{3, {0}};
    for (const OpenQuestion& open : report.open) {
        const auto* const text = std::ranges::find(
            kOpen, open.code, &std::pair<std::string_view, std::string_view>::first);
        const bool is_more = open.count > open.first.size();
        table.add({grouped(open.count), text == kOpen.end() ? open.code : text->second,
                   in_a_row(open.first) + (is_more ? ", ..." : "")});
    }
    all.table(table, /*headed=*/false);
    print(all);
    note(report.open.empty() ? "nothing is open" : "of " + counted(report.items, "item", "items"));
}

}  // namespace kua::cli
