#include "tests/support/sample_case.h"

#include <map>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/vectors.h"

namespace kua::testing {
namespace {

std::string read_sample(const std::string& name) {
    const auto path = repository_directory() / "tests" / "sample-case" / name;
    return std::string{base::text_of(read_vector(path))};
}

// The facts of an object that are among those names.
GivenFacts facts_in(const base::Json& object, std::initializer_list<std::string_view> names) {
    GivenFacts facts;
    for (const std::string_view name : names) {
        if (const base::Json* value = base::find_member(object, name)) {
            facts[std::string{name}] = texts_of(*value);
        }
    }
    return facts;
}

std::string text_in(const base::Json& object, const char* name) {
    return object.at(name).get<std::string>();
}

std::string place_name(const std::string& key) {
    for (const base::Json& place : sample().at("places")) {
        if (place.at("key") == key) {
            return text_in(place, "place_name");
        }
    }
    return key;
}

}  // namespace

const base::Json& sample() {
    static const base::Json json = [] {
        base::Json read;
        std::istringstream{read_sample("case.json")} >> read;
        return read;
    }();
    return json;
}

std::vector<std::string> texts_of(const base::Json& value) {
    if (!value.is_array()) {
        return {value.is_string() ? value.get<std::string>() : base::write_json(value)};
    }
    return value.get<std::vector<std::string>>();
}

SampleVault::SampleVault(SampleParts parts) {
    for (const base::Json& source : sample().at("sources")) {
        (*this)->add_source(
            {text_in(source, "pseudonym"), "",
             facts_in(source, {"source_kind", "connection", "reliability", "reliability_reason",
                               "age_group", "languages", "risk", "reached_through"})});
    }
    if (parts == SampleParts::kAll) {
        add_places();
    }
    for (const base::Json& item : sample().at("items")) {
        add_item(item, parts);
    }
    for (const base::Json& consent : sample().at("consents")) {
        if (!consent.contains("type")) {
            give(consent);
        }
    }
    if (parts == SampleParts::kAll) {
        add_what_is_told();
    }
}

void SampleVault::add_places() {
    for (const base::Json& place : sample().at("places")) {
        GivenFacts facts = facts_in(place, {"place_name", "place_kind", "geo_basis"});
        for (const auto& [language, name] : place.at("place_names").items()) {
            facts["place_names"].push_back(language + "=" + name.get<std::string>());
        }
        if (place.contains("within")) {
            facts["within"] = {place_name(text_in(place, "within"))};
        }
        things_[text_in(place, "key")] = (*this)->add_thing({"place", "", facts}).id;
    }
}

void SampleVault::add_item(const base::Json& item, SampleParts parts) {
    if (parts == SampleParts::kAll && item.at("kind") == "testimony") {
        add_account(item);
        return;
    }
    const std::string name = text_in(item, "name");
    const std::string content = read_sample(name);
    GivenFacts facts = facts_in(
        item, {"kind", "media_type", "source", "captured", "captured_basis", "acquired",
               "acquired_method", "device", "generation", "carries", "third_parties", "note"});
    if (parts == SampleParts::kAll) {
        facts.merge(facts_in(item, {"language", "place_area"}));
        facts["place"] = {place_name(text_in(item, "place"))};
    }
    TestVault::add(name, content, facts);
    if (const base::Json* second = base::find_member(item, "second_origin")) {
        TestVault::add("again " + name, content,
                       facts_in(*second, {"source", "acquired", "acquired_method"}));
    }
}

void SampleVault::add_account(const base::Json& item) {
    const std::string name = text_in(item, "name");
    files.add_file("/card/" + name, base::bytes_of(read_sample(name)));
    TestimonyRequest request;
    request.file = "/card/" + name;
    request.facts = facts_in(item, {"acquired", "acquired_method", "third_parties"});
    request.facts["place"] = {place_name(text_in(item, "place"))};
    (*this)->add_testimony(request, no_progress());
    for (const base::Json& text : sample().at("texts")) {
        const std::string file = text_in(text, "file");
        files.add_file("/card/" + file, base::bytes_of(read_sample(file)));
        TextRequest layer;
        layer.kind =
            text.at("type") == "transcript.added" ? TextKind::kTranscript : TextKind::kTranslation;
        layer.item = text_in(text, "of");
        layer.file = "/card/" + file;
        (*this)->add_text(layer);
    }
}

void SampleVault::add_what_is_told() {
    for (const base::Json& event : sample().at("events")) {
        GivenFacts facts = facts_in(event, {"event_title", "event_kind", "occurred",
                                            "occurred_tolerance", "occurred_basis"});
        facts["place"] = {place_name(text_in(event, "place"))};
        if (event.contains("part_of")) {
            facts["part_of"] = {things_.at(text_in(event, "part_of"))};
        }
        if (const base::Json* claims = base::find_member(event, "count_claims")) {
            for (const base::Json& claim : *claims) {
                facts["count_claims"].push_back(
                    text_in(claim, "unit") + ";" + text_in(claim, "claim") + ";" +
                    text_in(claim, "source") + ";" + text_in(claim, "as_of"));
            }
        }
        things_[text_in(event, "key")] = (*this)->add_thing({"event", "", facts}).id;
    }
    for (const base::Json& person : sample().at("persons")) {
        things_[text_in(person, "key")] =
            (*this)
                ->add_thing(
                    {"person", "", facts_in(person, {"person_kind", "label", "person_status"})})
                .id;
    }
    for (const base::Json& act : sample().at("acts")) {
        GivenFacts facts = facts_in(
            act, {"act_kind", "occurred", "occurred_basis", "cause_stated", "cause_reported"});
        facts["event"] = {things_.at(text_in(act, "event"))};
        things_[text_in(act, "key")] = (*this)->add_thing({"act", "", facts}).id;
    }
    for (const base::Json& link : sample().at("links")) {
        const std::string subject = text_in(link, "subject");
        const std::string target = text_in(link, "target");
        (*this)->link({things_.contains(subject) ? things_.at(subject) : subject,
                       text_in(link, "relation"),
                       things_.contains(target) ? things_.at(target) : target, "",
                       facts_in(link, {"certainty", "basis", "comment"})});
    }
    for (const base::Json& tag : sample().at("tags")) {
        (*this)->tag({{text_in(tag, "item")},
                      text_in(tag, "tag"),
                      "",
                      facts_in(tag, {"tag_state", "strength"})});
    }
}

void SampleVault::give(const base::Json& consent) {
    GivenFacts facts = facts_in(consent, {"level", "ticked", "given", "given_to", "how_informed",
                                          "given_by", "understood", "voluntary", "evidence"});
    (*this)->give_consent({text_in(consent, "source"), "", {}, std::move(facts), ""});
}

void SampleVault::withdraw() {
    for (const base::Json& consent : sample().at("consents")) {
        if (consent.contains("type")) {
            (*this)->withdraw_consent(
                {text_in(consent, "source"),
                 "",
                 {},
                 facts_in(consent, {"purposes", "attributes", "withdrawn", "how_told"}),
                 ""});
        }
    }
}

std::string SampleVault::ends(const std::string& item, const std::string& purpose,
                              const std::string& recipient, const std::string& met) {
    ExportRequest request;
    request.items = {item};
    request.to = "/out" + std::to_string(++exports_);
    request.purpose = purpose;
    if (purpose != "keep") {
        request.recipient = recipient;
    }
    request.condition_met = met;
    request.threads = 1;
    const ExportReport report = (*this)->export_items(request, no_progress());
    REQUIRE(report.exported.size() + report.failed.size() == 1);
    if (!report.exported.empty()) {
        return "allow";
    }
    CHECK(report.failed[0].code == ErrorCode::kRefused);
    CHECK(files.list(request.to).empty());
    return report.failed[0].reason;
}

std::string SampleVault::thing_of(const std::string& key) const {
    return things_.at(key);
}

}  // namespace kua::testing
