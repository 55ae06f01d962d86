// The part of JsonOutput that tells who has had an item.
#include <array>
#include <string>

#include "cli/output_json.h"
#include "cli/output_json_values.h"

namespace kua::cli {
namespace {

Json value_of(const CustodyStep& step) {
    return {{"type", step.type},
            {"author", step.author},
            {"by_name", step.by_name},
            {"seq", step.seq},
            {"time_claimed", step.time},
            {"at", text_or_null(step.at)},
            {"from", text_or_null(step.from)},
            {"to", text_or_null(step.to)},
            {"purpose", text_or_null(step.purpose)},
            {"place", text_or_null(step.place)},
            {"method", text_or_null(step.method)},
            {"source", text_or_null(step.source)},
            {"result", text_or_null(step.result)},
            {"depth", text_or_null(step.depth)},
            {"reason", text_or_null(step.reason)}};
}

Json steps_of(const std::vector<CustodyStep>& steps) {
    Json array = Json::array();
    for (const CustodyStep& step : steps) {
        array.push_back(value_of(step));
    }
    return array;
}

Json value_of(const CustodyDerivative& made) {
    return {{"item", text_or_null(made.item)},
            {"short_item", text_or_null(made.short_item)},
            {"by_name", made.step.by_name},
            {"seq", made.step.seq},
            {"time_claimed", made.step.time},
            {"recipe", text_or_null(made.recipe)},
            {"tool", text_or_null(made.tool)},
            {"attributes_removed", text_or_null(made.removed)},
            {"repeatable", text_or_null(made.repeatable)},
            {"digest", text_or_null(made.digest)}};
}

Json value_of(const CustodyAccount& account) {
    Json derivatives = Json::array();
    for (const CustodyDerivative& made : account.derivatives) {
        derivatives.push_back(value_of(made));
    }
    return {{"item", kua::cli::value_of(account.item)},
            {"made_from", text_or_null(account.made_from)},
            {"arrivals", steps_of(account.arrivals)},
            {"holders", account.holders},
            {"moves", steps_of(account.moves)},
            {"derivatives", derivatives},
            {"checks", steps_of(account.checks)},
            {"seq", account.seq},
            {"in_signed_checkpoint", account.in_signed_checkpoint}};
}

}  // namespace

void JsonOutput::custody(const CustodyAccount& account) {
    print(document({{"entries", array_of(account.entries)}, {"custody", value_of(account)}}));
}

void JsonOutput::hands_changed(const HandChangeReport& report) {
    constexpr std::array<const char*, 3> kChanges = {"handed_over", "received", "returned"};
    Json entered = Json::array();
    for (const HandChangeReport::Item& item : report.entered) {
        entered.push_back({{"id", item.id}, {"short_id", item.short_id}});
    }
    Json failed = Json::array();
    for (const FailedInput& item : report.failed) {
        failed.push_back(kua::cli::value_of(item));
    }
    print(document({{"change", kChanges.at(static_cast<std::size_t>(report.change))},
                    {"who", report.who},
                    {"missing", report.missing},
                    {"entered", entered},
                    {"failed", failed}}));
}

void JsonOutput::shredded(const ShredReport& report) {
    Json items = Json::array();
    for (const ItemToShred& item : report.items) {
        items.push_back({{"id", item.id},
                         {"short_id", item.short_id},
                         {"bytes", item.bytes},
                         {"holders", item.holders}});
    }
    Json failed = Json::array();
    for (const FailedInput& item : report.failed) {
        failed.push_back(kua::cli::value_of(item));
    }
    print(document({{"case", report.case_id},
                    {"shredded", items},
                    {"failed", failed},
                    {"pieces_left", report.pieces_left}}));
}

}  // namespace kua::cli
