// The part of JsonOutput that reports on sources, consent and descriptions.
#include <string>
#include <vector>

#include "cli/output_json.h"
#include "cli/output_json_values.h"

namespace kua::cli {
namespace {

Json value_of(const FactChange& change) {
    return {{"name", change.name},
            {"before", text_or_null(change.before)},
            {"after", text_or_null(change.after)}};
}

Json value_of(const SourceSummary& source) {
    return {{"pseudonym", source.pseudonym},
            {"added_claimed", text_or_null(source.added)},
            {"added_by", text_or_null(source.added_by)},
            {"added_by_name", text_or_null(source.added_by_name)},
            {"items", source.items},
            {"level", source.level ? Json(*source.level) : Json(nullptr)},
            {"statements", source.statements},
            {"withdrawn", source.withdrawn},
            {"contested", source.contested},
            {"identities", source.identities},
            {"facts", kua::cli::value_of(source.facts)}};
}

Json value_of(const PastExport& past) {
    return {{"item", past.item},
            {"time_claimed", past.time},
            {"to", text_or_null(past.to)},
            {"purpose", past.purpose},
            {"by_name", past.by_name},
            {"handed_over", past.handed_over},
            {"taken_back", past.taken_back}};
}

Json value_of(const ConsentOverview& overview) {
    Json allowed = Json::object();
    for (const auto& [purpose, attributes] : overview.allowed) {
        allowed[purpose] = attributes;
    }
    Json history = Json::array();
    for (const CustodyEvent& event : overview.history) {
        history.push_back(kua::cli::value_of(event));
    }
    Json exports = Json::array();
    for (const PastExport& past : overview.exports) {
        exports.push_back(value_of(past));
    }
    Json notices = Json::array();
    for (const WithdrawalNotice& notice : overview.notices) {
        notices.push_back({{"recipient", text_or_null(notice.recipient)},
                           {"file", notice.file.native()},
                           {"items", notice.items}});
    }
    return {{"source", value_of(overview.source)},
            {"notices", notices},
            {"allowed", allowed},
            {"terms", overview.terms},
            {"history", history},
            {"stays_taken_back", overview.stays_taken_back},
            {"exports", exports},
            {"told", overview.told},
            {"untold", overview.untold},
            {"readers", overview.readers}};
}

}  // namespace

void JsonOutput::described(const DescribeReport& report) {
    Json changes = Json::array();
    for (const FactChange& change : report.changes) {
        changes.push_back(value_of(change));
    }
    print(document({{"kind", report.kind},
                    {"id", report.id},
                    {"short_id", report.short_id},
                    {"changes", changes}}));
}

void JsonOutput::source_added(const SourceSummary& added) {
    print(document({{"change", "added"}, {"source", value_of(added)}}));
}

void JsonOutput::sources(const std::vector<SourceSummary>& sources) {
    Json array = Json::array();
    for (const SourceSummary& source : sources) {
        array.push_back(value_of(source));
    }
    print(document({{"sources", array}}));
}

void JsonOutput::source(const SourceSummary& source) {
    print(document({{"source", value_of(source)}}));
}

void JsonOutput::consent(const ConsentOverview& overview) {
    print(document({{"consent", value_of(overview)}}));
}

void JsonOutput::consent_changed(ConsentChange change, const std::string& source,
                                 const std::optional<ConsentOverview>& now) {
    print(document({{"change", change == ConsentChange::kGiven ? "given" : "withdrawn"},
                    {"source", source},
                    {"consent", now ? value_of(*now) : Json(nullptr)}}));
}

}  // namespace kua::cli
