// What is said of a case beyond its files: testimonies and texts laid over them, events,
// hand-overs, contradictions, and items that are destroyed. Each in one bundle at most.
#include <algorithm>

#include "tests/simulator/checks.h"
#include "tests/simulator/steps.h"
#include "tests/support/test_vault.h"
#include "vault/base/hex.h"

namespace kua::simulator {
namespace {

constexpr std::string_view kFront =
    "---\nformat: kua-testimony/1\nsource: P-01\n---\n### 0001 answer P-01 kk\n";

std::string write(Simulation& simulation, const std::string& name, const std::string& text) {
    std::string path = "/written/";
    path += name;
    simulation.world.files.add_file(path, base::bytes_of(text));
    return path;
}

// Nothing if there is none of that kind, or only what was destroyed.
std::optional<ItemSummary> pick_item(Simulation& simulation, Person& who, const std::string& kind) {
    std::vector<ItemSummary> items = who->list({simulation.world.case_id, false, {}});
    std::erase_if(items, [&](const ItemSummary& item) {
        return item.shredded || (!kind.empty() && item.kind != kind);
    });
    if (items.empty()) {
        return std::nullopt;
    }
    return simulation.pick(items);
}

// True if something was entered.
bool tell(Simulation& simulation, Person& who, const std::string& text) {
    const std::string& case_id = simulation.world.case_id;
    const std::vector<SourceSummary> sources = who->sources(case_id);
    if (std::ranges::none_of(
            sources, [](const SourceSummary& source) { return source.pseudonym == "P-01"; })) {
        who->add_source({"P-01", case_id, {}});
        return true;
    }
    TestimonyRequest request;
    request.file = write(simulation, text + ".md", std::string{kFront} + text + "\n");
    request.case_name = case_id;
    const TestimonyReport report = who->add_testimony(request, no_progress());
    VaultModel& model = simulation.model(who);
    model.added[report.item.digest] = model.heads[who.fingerprint].size + 1;
    ++simulation.counts["testimonies"];
    return report.recorded;
}

bool lay_over(Simulation& simulation, Person& who, TextKind kind, const std::string& text) {
    const std::optional<ItemSummary> item = pick_item(simulation, who, "testimony");
    if (!item) {
        return tell(simulation, who, text);
    }
    const std::string captions = "WEBVTT\n\n0001.1\n00:00:01.000 --> 00:00:02.000\n" + text + "\n";
    GivenFacts facts = {{"language", {kind == TextKind::kTranscript ? "kk" : "en"}}};
    if (kind == TextKind::kTranslation) {
        facts["credit"] = {"anonymous"};
    }
    const TextReport report =
        who->add_text({kind, item->id, write(simulation, text + ".vtt", captions),
                       simulation.world.case_id, std::move(facts)});
    ++simulation.counts["texts laid over testimonies"];
    return report.recorded;
}

bool hand_over(Simulation& simulation, Person& who, const std::string& text) {
    const std::optional<ItemSummary> item = pick_item(simulation, who, "");
    if (!item) {
        return false;
    }
    const HandChangeReport report = who->enter_hand_change({HandChange::kReceived,
                                                            {item->id},
                                                            simulation.world.case_id,
                                                            "the clerk",
                                                            "",
                                                            "",
                                                            {},
                                                            text});
    ++simulation.counts["changes of hands"];
    return !report.entered.empty();
}

bool destroy(Simulation& simulation, Person& who, const std::string& text) {
    const std::optional<ItemSummary> item = pick_item(simulation, who, "");
    if (!item) {
        return false;
    }
    try {
        static_cast<void>(who->shred({{item->id}, "", simulation.world.case_id, text}));
    } catch (const Error& error) {
        require(error.code() == ErrorCode::kRefused, error.what());
        return false;
    }
    simulation.destroyed.insert(item->digest);
    require(who->show(item->id, simulation.world.case_id).summary.shredded,
            who.name + " destroyed an item that is still here");
    ++simulation.counts["items destroyed"];
    return true;
}

}  // namespace

bool work_on_case(Simulation& simulation, Person& who, std::uint64_t number) {
    const std::string text = who.name + " " + std::to_string(number);
    const std::string& case_id = simulation.world.case_id;
    switch (simulation.choice.below(8)) {
        case 0:
        case 1:
        case 2:
            return tell(simulation, who, text);
        case 3:
            return lay_over(simulation, who, TextKind::kTranscript, text);
        case 4:
            return lay_over(simulation, who, TextKind::kTranslation, text);
        case 5:
            static_cast<void>(who->add_thing(
                {"event", case_id, {{"event_title", {text}}, {"occurred", {"2017-11-23"}}}}));
            return true;
        case 6:
            return hand_over(simulation, who, text);
        default:
            return destroy(simulation, who, text);
    }
}

}  // namespace kua::simulator
