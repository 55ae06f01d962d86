#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/filter_options.h"

namespace kua::cli {
namespace {

struct FindOptions {
    std::vector<std::string> words;
    ItemFilters filters;
    bool all_cases = false;
    std::uint64_t most = 50;
};

// What the shell took apart is put together again; what it took for one stays one: an exact phrase.
std::string join_words(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) {
        const bool is_phrase = word.find(' ') != std::string::npos && words.size() > 1 &&
                               word.find('"') == std::string::npos;
        all += all.empty() ? "" : " ";
        all += is_phrase ? '"' + word + '"' : word;
    }
    return all;
}

Outcome run(const FindOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    FindRequest request;
    request.words = join_words(options.words);
    request.case_name = context.case_name();
    request.all_cases = options.all_cases;
    request.filters = options.filters;
    request.most = options.most;
    context.output().found(vault.find(request), request);
    return {};
}

}  // namespace

Command find_command(CLI::App& app) {
    auto options = std::make_shared<FindOptions>();
    CLI::App* parser = app.add_subcommand("find", "Look for words in everything of a case");
    parser->group("everyday");
    parser->add_option("WORDS", options->words,
                       "Words, or the fronts of words; \"between quotation marks\" exactly so");
    add_filter_options(*parser, options->filters);
    parser->add_flag("--all", options->all_cases, "In all open cases")
        ->excludes(app.get_option("--case"));
    parser->add_option("--most", options->most, "So many items, best first (default: 50; 0: all)")
        ->option_text("N")
        ->check(whole_number(0, 1'000'000'000));
    parser->footer(
        "EXAMPLE\n  kua find площад --kind testimony\n"
        "  kua find '\"кто стрелял\"' --date 2017-11\n"
        "Looked through are names, notes, turns, transcripts, translations, places, tags and\n"
        "titles, not the files. All words must be in one text. Capitals, marks and the letters\n"
        "that Kazakh has beside Russian ones don't matter: алан finds алаң.");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

Command todo_command(CLI::App& app) {
    CLI::App* parser = app.add_subcommand("todo", "Show what a case still lacks");
    parser->group("casework");
    parser->footer("EXAMPLE\n  kua todo");
    return {parser, [](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                context.output().todo(vault.todo(context.case_name()));
                return Outcome{};
            }};
}

}  // namespace kua::cli
