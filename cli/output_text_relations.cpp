// The part of TextOutput that reports on places, events and so on, links and tags.
#include <string>
#include <string_view>

#include "cli/output_text.h"
#include "cli/words.h"

namespace kua::cli {
namespace {

std::string text_among(const std::vector<FactValue>& facts, std::string_view name) {
    const FactValue* fact = find_fact(facts, name);
    return fact == nullptr ? std::string{} : fact->text;
}

std::string end_of(const LinkEnd& end) {
    return end.name.empty() || end.name == end.id ? end.short_id : end.short_id + " " + end.name;
}

// "probable; heard, saw from a window"
std::string said_of(const LinkSummary& link) {
    const std::string certainty = text_among(link.facts, "certainty");
    std::string said = certainty == "unknown" ? std::string{} : certainty;
    for (const char* name : {"degree", "basis", "comment"}) {
        const std::string text = text_among(link.facts, name);
        said += said.empty() || text.empty() ? text : "; " + text;
    }
    return said;
}

std::string times_of(const ThingSummary& thing) {
    const std::string occurred = readable_time(text_among(thing.facts, "occurred"));
    const std::string tolerance = text_among(thing.facts, "occurred_tolerance");
    return tolerance.empty() ? occurred : occurred + " ± " + tolerance;
}

void show_history_of(Page& all, const std::vector<CustodyEvent>& history) {
    all.heading("history");
    Table table{4};
    for (const CustodyEvent& event : history) {
        table.add({readable_minute(event.time), event.author_name, event.type,
                   text_among(event.facts, "comment")});
    }
    all.table(table, /*headed=*/false, /*indent=*/2);
}

}  // namespace

void show_links(Page& all, const std::vector<LinkSummary>& links, std::string_view id) {
    if (links.empty()) {
        return;
    }
    all.blank();
    all.heading("links");
    Table table{4};
    std::size_t contradictions = 0;
    for (const LinkSummary& link : links) {
        contradictions += link.relation == "contradicts" ? 1U : 0U;
        const bool is_from_here = link.subject.id == id;
        table.add({is_from_here ? "this" : end_of(link.subject), link.relation,
                   is_from_here ? end_of(link.target) : "this", said_of(link)});
    }
    all.table(table, /*headed=*/false, /*indent=*/2);
    if (contradictions > 0) {
        all.line("  " + counted(contradictions, "contradiction stands", "contradictions stand") +
                 " side by side; nothing is corrected");
    }
}

void show_labels(Page& all, const std::vector<LabelSummary>& labels) {
    if (labels.empty()) {
        return;
    }
    all.blank();
    all.heading("tags");
    Table table{4};
    for (const LabelSummary& label : labels) {
        table.add({label.tag, text_among(label.facts, "tag_state"),
                   text_among(label.facts, "strength"), text_among(label.facts, "comment")});
    }
    all.table(table, /*headed=*/false, /*indent=*/2);
}

void TextOutput::thing_added(const ThingSummary& added) {
    if (!quiet()) {
        Page all;
        all.line("added " + added.short_id + ": " + added.kind + " " + added.name);
        print(all);
    }
}

void TextOutput::things(const std::string& kind, const std::vector<ThingSummary>& things) {
    Table table{4};
    table.add({"id", "name", "when (claimed)", "where"});
    for (const ThingSummary& thing : things) {
        const std::string within = text_among(thing.facts, "within");
        table.add({thing.short_id, thing.name, times_of(thing),
                   within.empty() ? text_among(thing.facts, "place") : within});
    }
    Page all = page();
    if (!things.empty()) {
        all.table(table, /*headed=*/true);
    }
    print(all);
    if (things.empty()) {
        note("none yet; kua " + kind + " add enters one");
    }
}

void TextOutput::thing(const ThingDetails& details) {
    constexpr std::size_t kWidth = 24;  // "psychological_consequences" is longer; it still fits
    Page all = page();
    all.heading(details.thing.short_id + " " + details.thing.kind + " " + details.thing.name);
    all.field("id", details.thing.id, kWidth);
    all.field("added",
              readable_time(details.thing.added) + " (claimed) by " + details.thing.added_by_name,
              kWidth);
    for (const FactValue& fact : details.thing.facts) {
        all.field(fact.name, fact.text, kWidth);
        if (fact.name == "count_claims") {
            all.line("  numbers of victims are claims; they are not added up");
        }
    }
    if (!details.parts.empty()) {
        all.blank();
        all.heading("part of it");
        Table table{4};
        for (const ThingSummary& part : details.parts) {
            table.add({part.short_id, part.kind, part.name, times_of(part)});
        }
        all.table(table, /*headed=*/false, /*indent=*/2);
    }
    show_links(all, details.links, details.thing.id);
    if (!details.items.empty()) {
        all.blank();
        all.heading("taken there");
        Table table{4};
        for (const ItemSummary& item : details.items) {
            table.add({item.short_id, item.kind, readable_minute(item.captured), item.name});
        }
        all.table(table, /*headed=*/false, /*indent=*/2);
    }
    all.blank();
    show_history_of(all, details.history);
    print(all);
}

void TextOutput::linked(const LinkSummary& link) {
    if (quiet()) {
        return;
    }
    Page all;
    all.line(end_of(link.subject) + " " + link.relation + " " + end_of(link.target));
    print(all);
}

void TextOutput::tagged(const TagRequest& request, const std::vector<LabelSummary>& changed) {
    if (changed.empty()) {
        const auto state = request.facts.find("tag_state");
        const bool is_removal =
            state != request.facts.end() && state->second == std::vector<std::string>{"removed"};
        note(is_removal ? "they don't have that tag; nothing was entered"
                        : "that is what they say already; nothing was entered");
    } else if (!quiet()) {
        Page all;
        all.line(counted(changed.size(), "item", "items") + " changed: " + request.tag);
        print(all);
    }
}

}  // namespace kua::cli
