// The part of JsonOutput that reports on places, events and so on, links, tags and searches.
#include <string>
#include <vector>

#include "cli/output_json.h"
#include "cli/output_json_values.h"

namespace kua::cli {
namespace {

Json value_of(const ThingSummary& thing) {
    return {{"kind", thing.kind},
            {"id", thing.id},
            {"short_id", thing.short_id},
            {"name", thing.name},
            {"added_claimed", text_or_null(thing.added)},
            {"added_by", thing.added_by},
            {"added_by_name", text_or_null(thing.added_by_name)},
            {"facts", kua::cli::value_of(thing.facts)}};
}

Json value_of(const LinkEnd& end) {
    return {{"kind", text_or_null(end.kind)},
            {"id", end.id},
            {"short_id", end.short_id},
            {"name", text_or_null(end.name)}};
}

Json value_of(const SearchHit& hit) {
    Json found = Json::array();
    for (const TextRange& range : hit.found) {
        found.push_back({range.begin, range.end});
    }
    return {{"where", hit.place},
            {"start", text_or_null(hit.start)},
            {"text", hit.text},
            {"found", found}};
}

template <class Each>
Json all_of(const std::vector<Each>& values) {
    Json array = Json::array();
    for (const Each& value : values) {
        array.push_back(value_of(value));
    }
    return array;
}

}  // namespace

Json value_of(const LinkSummary& link) {
    return {{"subject", value_of(link.subject)},
            {"relation", link.relation},
            {"target", value_of(link.target)},
            {"facts", value_of(link.facts)},
            {"author", link.author},
            {"author_name", text_or_null(link.author_name)}};
}

Json value_of(const LabelSummary& label) {
    return {{"tag", label.tag},
            {"facts", value_of(label.facts)},
            {"author", text_or_null(label.author)},
            {"author_name", text_or_null(label.author_name)}};
}

void JsonOutput::thing_added(const ThingSummary& added) {
    print(document({{"change", "added"}, {added.kind, value_of(added)}}));
}

void JsonOutput::things(const std::string& kind, const std::vector<ThingSummary>& things) {
    print(document({{kind + "s", all_of(things)}}));
}

void JsonOutput::thing(const ThingDetails& details) {
    Json thing = value_of(details.thing);
    thing["parts"] = all_of(details.parts);
    thing["links"] = array_of(details.links);
    thing["items"] = array_of(details.items);
    thing["history"] = array_of(details.history);
    print(document({{details.thing.kind, thing}}));
}

void JsonOutput::linked(const LinkSummary& link) {
    print(document({{"link", value_of(link)}}));
}

void JsonOutput::tagged(const TagRequest& request, const std::vector<LabelSummary>& changed) {
    Json items = Json::array();
    for (const LabelSummary& label : changed) {
        items.push_back(label.item);
    }
    print(document({{"tag", request.tag}, {"changed", items}}));
}

void JsonOutput::found(const FindReport& report, const FindRequest& /*request*/) {
    Json items = Json::array();
    for (const FoundItem& found : report.items) {
        Json item = value_of(found.item);
        item["hits"] = all_of(found.hits);
        items.push_back(std::move(item));
    }
    Json things = Json::array();
    for (const FoundThing& found : report.things) {
        things.push_back({{"kind", found.kind},
                          {"id", found.id},
                          {"short_id", found.short_id},
                          {"name", found.name},
                          {"hits", all_of(found.hits)}});
    }
    print(document({{"items", items},
                    {"things", things},
                    {"total_items", report.total_items},
                    {"is_more", report.is_more},
                    {"sealed_cases", report.sealed_cases},
                    {"shorter_words", text_or_null(report.shorter_words)}}));
}

void JsonOutput::todo(const TodoReport& report) {
    Json open = Json::array();
    for (const OpenQuestion& one : report.open) {
        open.push_back({{"code", one.code}, {"count", one.count}, {"first", one.first}});
    }
    print(document({{"case", report.case_id}, {"items", report.items}, {"open", open}}));
}

}  // namespace kua::cli
