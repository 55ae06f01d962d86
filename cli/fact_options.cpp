#include "cli/fact_options.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kua::cli {
namespace {

struct FactOption {
    const char* name;
    const char* value;
    const char* help;
    bool is_list = false;
};

constexpr const char* kWhen = "when and where it was taken (all of it claimed)";
constexpr const char* kHow = "how it came to you";
constexpr const char* kWhat = "what it is";

struct FactGroup {
    const char* title;
    std::vector<FactOption> options;
};

const std::vector<FactGroup>& fact_groups() {
    static const std::vector<FactGroup> groups{
        {kWhen,
         {{"captured", "TIME",
           "2017-11-23T15:04:31+05:00, 2017-11-23, 2017-11-23? (uncertain), "
           "2017-05~ (about) or 2017-11-23/2017-11-26"},
          {"captured_basis", "WORD",
           "How that is known: embedded, device_clock, reference_clock, "
           "stated_by_source, stated_by_other, document, "
           "seen_in_content, inferred, ..."},
          {"captured_tolerance", "DURATION", "Give or take: PT1H is one hour either way"},
          {"captured_device", "TIME", "What the device's clock said"},
          {"place", "TEXT", "Where, as exactly as known"},
          {"place_area", "TEXT", "The town or area, for those who may not know more"},
          {"latitude", "DEGREES", "Decimal, WGS 84"},
          {"longitude", "DEGREES", "Decimal, WGS 84"},
          {"accuracy_m", "METRES", "How far off the position may be"},
          {"landmarks", "TEXT", "What can be recognised"},
          {"place_is_private", "WORD", "unknown, no or yes"},
          {"device", "TEXT", "Camera, phone or recorder"}}},
        {kHow,
         {{"source", "NAME", "A pseudonym (P-12), self, public or unknown"},
          {"acquired", "TIME", "When you got it"},
          {"acquired_place", "TEXT", "Where you got it"},
          {"acquired_by", "NAME", "Who took it over (default: you)"},
          {"acquired_method", "WORD", "card_copy, messenger, email, download, own_capture, ..."},
          {"witnesses", "TEXT", "Who was present"},
          {"tool", "TEXT", "Card reader, cable, program"},
          {"clock_offset", "DURATION", "Device minus true time: PT1H, -PT4H12M"},
          {"clock_reference", "TEXT", "What the clock was compared with"},
          {"original_kept_by", "TEXT", "Who has the original"}}},
        {kWhat,
         {{"kind", "WORD",
           "photo, video, audio, document, text, testimony, ... (default: by the "
           "file's ending)"},
          {"media_type", "TYPE", "image/jpeg, ... (default: by the file's ending)"},
          {"language", "TAG", "kk, ru, en, ...; main one first, several with commas", true},
          {"note", "TEXT", "Anything else worth keeping"},
          {"generation", "WORD", "unknown, original, copy or screen_copy"},
          {"edited", "WORD", "unknown, no or yes"},
          {"graphic", "WORD", "Hard to look at: unknown, no or yes"},
          {"carries", "WORD",
           "What it shows of the source: content, time, place, voice, face, "
           "name, third_party; several with commas",
           true},
          {"third_parties", "WORD",
           "Other people in it: none, not_identifiable, identifiable or "
           "unknown"},
          {"hold", "WORD", "Not to leave the team: source_safety or legal"}}},
    };
    return groups;
}

std::string option_name(std::string_view fact) {
    std::string name = "--" + std::string(fact);
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

bool is_list(const std::string& fact) {
    for (const FactGroup& group : fact_groups()) {
        for (const FactOption& option : group.options) {
            if (fact == option.name) {
                return option.is_list;
            }
        }
    }
    return false;
}

}  // namespace

void add_fact_options(CLI::App& parser, FactOptions& facts) {
    for (const FactGroup& group : fact_groups()) {
        for (const FactOption& fact : group.options) {
            // One value per use, so that a path may follow; given twice it is a mistake, except
            // for a list.
            CLI::Option* option =
                parser.add_option(option_name(fact.name), facts[fact.name], fact.help)
                    ->option_text(fact.value)
                    ->group(group.title);
            if (fact.is_list) {
                option->allow_extra_args(false);
            } else {
                option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
            }
        }
    }
}

GivenFacts given_facts(const FactOptions& facts) {
    GivenFacts given;
    for (const auto& [name, values] : facts) {
        if (values.empty()) {
            continue;
        }
        std::vector<std::string>& out = given[name];
        for (const std::string& value : values) {
            std::size_t from = 0;
            for (std::size_t comma = 0; is_list(name) && comma != std::string::npos;) {
                comma = value.find(',', from);
                out.push_back(value.substr(from, comma - from));
                from = comma + 1;
            }
            if (!is_list(name)) {
                out.push_back(value);
            }
        }
    }
    return given;
}

}  // namespace kua::cli
