#include "cli/output_text.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

std::string file_name(const std::string& path) {
    return std::filesystem::path{path}.filename().native();
}

// As shown to people: names of files keep stray bytes in a form of their own.
std::string value_of(const FactValue& fact) {
    return fact.name == "name" || fact.name == "origin_path" ? file_name_of(fact.text) : fact.text;
}

// Whether a fact as it stands is what the device wrote into the file, and nobody has said
// otherwise.
bool is_device_claim(const ItemDetails& details, std::string_view name) {
    const FactValue* claimed = find_fact(details.facts, "device_claimed");
    if (claimed == nullptr ||
        claimed->json.find("\"" + std::string{name} + "\"") == std::string::npos) {
        return false;
    }
    return std::none_of(
        details.history.begin(), details.history.end(), [&](const CustodyEvent& event) {
            return event.type == "item.described" && find_fact(event.facts, name) != nullptr;
        });
}

std::string taken(const ItemDetails& details) {
    const ItemSummary& item = details.summary;
    if (item.captured.empty()) {
        return "not recorded";
    }
    std::string text = readable_time(item.captured) + " (claimed" +
                       (is_device_claim(details, "captured") ? " by the device" : "");
    if (!item.captured_basis.empty() && item.captured_basis != "unknown") {
        text += "; " + basis_in_words(item.captured_basis);
    }
    if (const FactValue* tolerance = find_fact(details.facts, "captured_tolerance")) {
        text += "; give or take " + tolerance->text;
    }
    const FactValue* device = find_fact(details.facts, "captured_device");
    if (device != nullptr && device->text != item.captured) {
        // On the same day the time of day is enough.
        const bool same_day = device->text.substr(0, 11) == item.captured.substr(0, 11);
        text += "; device said " + (same_day && device->text.size() >= 19
                                        ? device->text.substr(11, 8)
                                        : readable_time(device->text));
    }
    return text + ")";
}

// Facts that the top of the page shows already, word for word, or that others are marked with.
bool stands_above(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 8> kAbove{
        "item", "kind", "name", "bytes", "digest", "object", "media_type", "device_claimed"};
    return std::find(kAbove.begin(), kAbove.end(), name) != kAbove.end();
}

std::string author_of(const std::string& name, const std::string& fingerprint) {
    return name.empty() ? short_hex(fingerprint) : name;
}

// What a log line says besides its type: purposes and people, not digests and ids.
std::string gist_of(const std::vector<FactValue>& facts) {
    std::string gist;
    for (const std::string_view name :
         {"title", "name", "place_name", "event_title", "kind", "level", "purposes", "purpose",
          "to", "from", "result", "depth", "reason", "comment", "acquired_method"}) {
        if (const FactValue* fact = find_fact(facts, name)) {
            gist += (gist.empty() ? "" : ", ") + std::string(name) + " " + value_of(*fact);
        }
    }
    return gist;
}

void show_history(Page& page, const std::vector<CustodyEvent>& history) {
    page.blank();
    page.heading("history (times are claimed)");
    for (const CustodyEvent& event : history) {
        page.line("  " + readable_time(event.time) + "  " + event.type + "  " +
                  author_of(event.author_name, event.author) + ", entry " +
                  std::to_string(event.seq));
        if (event.type == "item.added") {
            continue;  // its facts stand above
        }
        Table facts{2};
        bool has_words = false;
        for (const FactValue& fact : event.facts) {
            const bool is_words =
                fact.name.starts_with("turn_") || fact.name.starts_with("segment_");
            has_words = has_words || is_words;
            if (fact.name != "item" && fact.name != "of" && !is_words) {
                facts.add({fact.name, value_of(fact)});
            }
        }
        if (has_words) {
            facts.add({"words", "kua testimony show"});
        }
        if (!facts.empty()) {
            page.table(facts, /*headed=*/false, /*indent=*/4);
        }
    }
}

}  // namespace

std::string why_not_inspected(const std::vector<NotInspected>& inputs) {
    constexpr std::array<std::pair<InspectionEnd, const char*>, 5> kWhy{{
        {InspectionEnd::kNotUnderstood, "not understood"},
        {InspectionEnd::kCrashed, "crashed its reader"},
        {InspectionEnd::kTooSlow, "took too long"},
        {InspectionEnd::kNoSandbox, "can't be read safely on this system"},
        {InspectionEnd::kNoProgram, "no kua-inspect beside kua"},
    }};
    std::string all;
    for (const auto& [end, words] : kWhy) {
        const InspectionEnd wanted = end;
        const auto count =
            std::count_if(inputs.begin(), inputs.end(),
                          [wanted](const NotInspected& input) { return input.why == wanted; });
        if (count > 0) {
            all += (all.empty() ? "" : ", ") + grouped(static_cast<std::uint64_t>(count)) + " " +
                   words;
        }
    }
    return all;
}

const FactValue* find_fact(const std::vector<FactValue>& facts, std::string_view name) {
    const auto found = std::find_if(facts.begin(), facts.end(),
                                    [&](const FactValue& fact) { return fact.name == name; });
    return found == facts.end() ? nullptr : &*found;
}

std::string stored_anew(const std::vector<DamagedCopy>& copies) {
    if (copies.empty()) {
        return {};
    }
    if (copies.size() > 1) {
        std::vector<std::string> items;
        items.reserve(copies.size());
        for (const DamagedCopy& copy : copies) {
            items.push_back(copy.short_id);
        }
        return "; the copies that were here (" + some_in_a_row(items) +
               ") are damaged, so its bytes were stored anew";
    }
    const FindingCode code = copies.front().code;
    return "; the copy that was here (" + copies.front().short_id + ") " +
           (code == FindingCode::kMissing   ? "is missing"
            : code == FindingCode::kChanged ? "holds other bytes"
                                            : "is damaged") +
           ", so its bytes were stored anew";
}

void TextOutput::print(const Page& page) {
    terminal().write(Stream::kOut, page.text());
}

void TextOutput::item_added(const AddedItem& item) {
    if (quiet()) {
        return;
    }
    Page line;
    line.line("added " + item.short_id + " " + item.kind + " " + file_name(item.path) + " " +
              human_bytes(item.bytes) + stored_anew(item.damaged_copies));
    print(line);
}

void TextOutput::item_known(const KnownItem& item) {
    if (quiet()) {
        return;
    }
    Page line;
    line.line("known " + item.short_id + " " + file_name(item.path) +
              (item.arrival_recorded ? ": same bytes, second arrival noted"
                                     : ": same bytes, this arrival was noted before"));
    print(line);
}

void TextOutput::input_failed(const FailedInput& input) {
    Page line;
    line.message("failed ", escape_for_display(input.path) + ": " + input.reason);
    terminal().write(Stream::kErr, line.text());
}

void TextOutput::add_done(const AddReport& report) {
    for (const FailedInput& input : report.skipped) {
        Page line;
        line.message("skipped ", escape_for_display(input.path) + ": " + input.reason);
        terminal().write(Stream::kErr, line.text());
    }
    warn_of_damage(report.added);
    if (quiet()) {
        return;
    }
    const auto arrivals =
        std::count_if(report.known.begin(), report.known.end(),
                      [](const KnownItem& item) { return item.arrival_recorded; });
    std::string summary = grouped(report.added.size()) + " added · " +
                          grouped(report.known.size()) + " known" +
                          (arrivals > 0 ? ", second arrival noted" : "") + " · " +
                          grouped(report.failed.size()) + " failed";
    if (!report.skipped.empty()) {
        summary += " · " + grouped(report.skipped.size()) + " skipped";
    }
    if (!report.added.empty()) {
        summary += " · " + human_bytes(report.bytes);
    }
    Page end;
    end.line(summary);
    print(end);
    if (!report.not_inspected.empty()) {
        note("in, but not inspected: " + why_not_inspected(report.not_inspected));
    }
    if (!report.not_asked.empty()) {
        note(report.not_asked + ": nobody asked yet, kept but not shown outside");
    }
    note_taken_back(report.taken_back, report.taken_back_of);
    if (report.sealed_case) {
        note("case " + short_hex(report.case_id) + " is sealed: what was added can't be read here");
    }
}

// Also when quiet: what lies beside it on this device may be damaged, too.
void TextOutput::warn_of_damage(const std::vector<AddedItem>& added) {
    std::set<std::string> damaged;
    for (const AddedItem& item : added) {
        for (const DamagedCopy& copy : item.damaged_copies) {
            damaged.insert(copy.short_id);
        }
    }
    if (!damaged.empty()) {
        warning("damaged here: " + some_in_a_row({damaged.begin(), damaged.end()}) +
                "; the same bytes are stored anew. Is anything else? kua verify tells");
    }
}

void TextOutput::export_done(const ExportReport& report) {
    Page page;
    for (const ExportedItem& item : report.exported) {
        if (!quiet()) {
            page.line("exported " + item.short_id + " to " + item.path.native() + " " +
                      human_bytes(item.bytes));
        }
    }
    for (const FailedInput& item : report.failed) {
        input_failed(item);
    }
    if (!quiet()) {
        page.line(grouped(report.exported.size()) + " exported · " + grouped(report.failed.size()) +
                  " failed" +
                  (report.shredded > 0
                       ? " · " + grouped(report.shredded) + " left out: shredded here"
                       : ""));
    }
    print(page);
    for (const Finding& finding : report.findings) {
        warning(finding.subject + ": " + finding.text);
    }
}

void TextOutput::items(const std::vector<ItemSummary>& items, bool all_cases) {
    if (items.empty()) {
        return;
    }
    Table table{7, {2}};
    table.add({"id", "kind", "size", "taken (claimed)", "source", all_cases ? "case" : "", "name"});
    std::uint64_t bytes = 0;
    std::size_t shredded = 0;
    for (const ItemSummary& item : items) {
        bytes += item.shredded ? 0 : item.bytes;
        shredded += item.shredded ? 1U : 0U;
        table.add({item.short_id, item.kind, item.shredded ? "shredded" : human_bytes(item.bytes),
                   readable_minute(item.captured), item.source,
                   all_cases ? short_hex(item.case_id) : "", file_name_of(item.name)});
    }
    Page all = page();
    all.table(table, /*headed=*/true);
    print(all);
    note(counted(items.size() - shredded, "item", "items") + ", " + human_bytes(bytes) +
         (shredded > 0 ? ", and " + grouped(shredded) + " shredded here" : ""));
}

void TextOutput::item(const ItemDetails& details, const Relations& relations) {
    const ItemSummary& item = details.summary;
    Page all = page();
    all.heading(item.short_id + " " + item.kind + " " + file_name_of(item.name));
    all.field("id", item.id);
    all.field("size", human_bytes(item.bytes) + " (" + counted(item.bytes, "byte", "bytes") +
                          "), " + item.media_type);
    all.field("taken", taken(details));
    all.field("source", item.source);
    all.field("case", short_hex(item.case_id));
    all.field("arrivals", grouped(item.arrivals));
    all.field("digest", item.digest + " (SHA-256)");
    all.blank();
    all.heading("seal");
    all.field("object", item.sealed_digest + " (SHA-256)");
    all.field("sealed", item.shredded ? "shredded: its bytes are gone from this vault"
                                      : "age file to " + details.recipient_type + ", " +
                                            human_bytes(details.sealed_bytes));
    std::string files;
    for (const std::uint32_t segment : details.segments) {
        const std::string number = std::to_string(segment);
        files += (files.empty() ? "objects/" : ", objects/") +
                 std::string(number.size() < 6 ? 6 - number.size() : 0, '0') + number + ".db";
    }
    all.field("stored", files);
    all.field("known with", details.holders.empty() ? "nobody else" : in_a_row(details.holders));
    all.field("journal", details.in_signed_checkpoint ? "covered by a signed checkpoint"
                                                      : "NOT covered by a signed checkpoint");
    all.blank();
    all.heading("facts");
    Table facts{2};
    for (const FactValue& fact : details.facts) {
        if (!stands_above(fact.name)) {
            facts.add({fact.name, value_of(fact) + (is_device_claim(details, fact.name)
                                                        ? " (claimed by the device)"
                                                        : "")});
        }
    }
    all.table(facts, /*headed=*/false, /*indent=*/2);
    show_labels(all, relations.labels);
    show_links(all, relations.links, item.id);
    show_history(all, details.history);
    print(all);
}

void TextOutput::entries(const std::vector<LogEntry>& entries) {
    if (entries.empty()) {
        note("no entries");
        return;
    }
    Table table{6, {0}};
    table.add({"entry", "author", "time (claimed)", "type", "item", "facts"});
    for (const LogEntry& entry : entries) {
        table.add(
            {std::to_string(entry.seq), author_of(entry.author_name, entry.author),
             readable_time(entry.time), entry.type, entry.short_item,
             entry.type == "source.identity" ? "kept in the compartment" : gist_of(entry.facts)});
    }
    Page all = page();
    all.table(table, /*headed=*/true);
    print(all);
}

}  // namespace kua::cli
