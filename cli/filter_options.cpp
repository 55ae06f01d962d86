#include "cli/filter_options.h"

namespace kua::cli {

void add_filter_options(CLI::App& parser, ItemFilters& filters) {
    constexpr const char* kGroup = "only items that fit";
    const auto add = [&](const char* name, auto& value, const char* shown, const char* help) {
        parser.add_option(name, value, help)->option_text(shown)->group(kGroup);
    };
    add("--kind", filters.kind, "WORD", "photo, video, audio, document, text, testimony, ...");
    add("--source", filters.source, "NAME", "From this source, by any arrival");
    add("--place", filters.place, "PLACE", "Taken there or at a place within");
    add("--date", filters.date, "EDTF", "May have been taken then: 2017-11-23, 2017-11, .../...");
    parser
        .add_flag("--undated", filters.undated,
                  "Without a date that kua reads; with --date: these, too")
        ->group(kGroup);
    add("--consent", filters.consent, "0-5", "Whose source gave this level, as of now");
    add("--language", filters.language, "TAG", "Spoken or written in: kk, ru, en, ...");
    add("--tag", filters.tag, "TAG", "With this tag; TAG=verified or TAG=unverified, too");
}

}  // namespace kua::cli
