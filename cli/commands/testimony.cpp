#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/testimony_new.h"
#include "cli/context.h"
#include "cli/fact_options.h"
#include "cli/inspector.h"
#include "cli/terminal_input.h"

namespace kua::cli {
namespace {

struct TestimonyOptions {
    std::optional<std::string> file;
    std::optional<std::string> recording;
    bool no_inspect = false;
    FactOptions facts;
};

void add_recording_options(CLI::App& parser, TestimonyOptions& options) {
    parser.add_option("--recording", options.recording, "The recording it was taken down from")
        ->option_text("FILE");
    parser.add_flag("--no-inspect", options.no_inspect,
                    "Don't ask the recording what it says about itself: time, device, length");
}

// From a file, or typed.
Outcome run_add(const TestimonyOptions& options, CommandContext& context) {
    if (!options.file && !can_ask()) {
        throw Error{ErrorCode::kUsage,
                    "there is no terminal to ask on; name a file: kua testimony add FILE"};
    }
    Vault vault = context.open_vault(Access::kWrite);
    TestimonyRequest request;
    request.case_name = context.case_name();
    request.facts = given_facts(options.facts);
    ProcessInspector inspector;
    request.inspector = options.no_inspect ? nullptr : &inspector;
    if (options.recording) {
        request.recording = *options.recording;
    }
    if (options.file) {
        request.file = *options.file;
    }
    context.output().testimony_added(options.file ? vault.add_testimony(request, context.progress())
                                                  : add_typed_testimony(request, vault, context));
    return {};
}

Command add_testimony_command(CLI::App& group) {
    auto options = std::make_shared<TestimonyOptions>();
    CLI::App* parser = group.add_subcommand("add", "Put a testimony into the vault, turn by turn");
    parser->add_option(
        "FILE", options->file,
        "Markdown with facts at the front; see below (default: ask on the terminal)");
    add_recording_options(*parser, *options);
    add_fact_options(*parser, options->facts, FactsOf::kItem);
    parser->footer(
        "EXAMPLE\n  kua testimony add account.md --recording account.ogg --place \"the town\"\n"
        "The file begins with facts and has one heading for each turn:\n"
        "  ---\n"
        "  format: kua-testimony/1\n"
        "  source: P-07\n"
        "  testimony_kind: first_account\n"
        "  consent_level: 2\n"
        "  how_informed: explained_orally\n"
        "  ---\n"
        "  ### 0001 question Rosa 00:00:00.000-00:00:11.200 kk\n"
        "  what was asked\n"
        "  ### 0002 answer P-07 00:00:12.000-00:00:20.500 kk [place]\n"
        "  what was said; [place] says that this turn gives away where\n"
        "Times and languages may be left out. What may have to be withheld must be a turn of its\n"
        "own. All facts: docs/glossary.md");
    return {parser, [options](CommandContext& context) { return run_add(*options, context); }};
}

Command new_testimony_command(CLI::App& group) {
    auto options = std::make_shared<TestimonyOptions>();
    CLI::App* parser = group.add_subcommand(
        "new", "Type a testimony on the terminal: six lines and what was told");
    add_recording_options(*parser, *options);
    add_fact_options(*parser, options->facts, FactsOf::kItem);
    parser->footer(
        "EXAMPLE\n  kua testimony new\n"
        "It asks who, where, when, whether it is the first account, what is allowed, one line "
        "about\n"
        "it, and then what was told. Enter leaves a line out. Nothing of it is on any disk but\n"
        "sealed, and nothing stays on the screen. Works in a sealed case, too.");
    return {parser, [options](CommandContext& context) { return run_add(*options, context); }};
}

Command show_testimony_command(CLI::App& group) {
    auto item = std::make_shared<std::string>();
    CLI::App* parser = group.add_subcommand(
        "show", "Show a testimony turn by turn, each with its transcripts and translations");
    parser->add_option("ITEM", *item, "The testimony, or a recording that has a transcript")
        ->required();
    parser->footer("EXAMPLE\n  kua testimony show i-7k2m9");
    return {parser, [item](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                context.output().testimony(vault.testimony(*item, context.case_name()));
                return Outcome{};
            }};
}

struct TextOptions {
    std::string item;
    std::string file;
    FactOptions facts;
};

Command add_text_command(CLI::App& group, TextKind kind) {
    const bool is_translation = kind == TextKind::kTranslation;
    auto options = std::make_shared<TextOptions>();
    CLI::App* parser = group.add_subcommand(
        "add", is_translation ? "Lay a translation over a testimony or a recording"
                              : "Lay a transcript over a testimony or a recording");
    parser->add_option("ITEM", options->item, "The testimony or the recording")->required();
    parser->add_option("FILE", options->file, "WebVTT (.vtt) or SubRip (.srt)")->required();
    add_fact_options(*parser, options->facts, FactsOf::kText);
    parser->footer(is_translation
                       ? "EXAMPLE\n  kua translation add i-7k2m9 account.en.vtt --language en \\\n"
                         "      --by Dana --credit none\n"
                         "The original stays as it is; several translations may lie side by side."
                       : "EXAMPLE\n  kua transcript add i-7k2m9 account.vtt --language kk,ru --by "
                         "Dana\nThe original stays as it is; several transcripts may lie side by "
                         "side.");
    return {parser, [options, kind](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().text_added(
                    vault.add_text({kind, options->item, options->file, context.case_name(),
                                    given_facts(options->facts)}));
                return Outcome{};
            }};
}

CLI::App* casework_group(CLI::App& app, const char* name, const char* what, const char* example) {
    CLI::App* group = app.add_subcommand(name, what);
    group->group("casework");
    group->require_subcommand(0, 1);
    group->footer(std::string{"EXAMPLE\n  "} + example);
    return group;
}

}  // namespace

std::vector<Command> testimony_commands(CLI::App& app) {
    CLI::App* testimony = casework_group(app, "testimony", "What people tell, turn by turn",
                                         "kua testimony add account.md");
    CLI::App* transcript =
        casework_group(app, "transcript", "What is said in a recording, word for word",
                       "kua transcript add i-7k2m9 account.vtt --language kk");
    CLI::App* translation =
        casework_group(app, "translation", "The same in another language",
                       "kua translation add i-7k2m9 account.en.vtt --language en");
    return {add_testimony_command(*testimony), new_testimony_command(*testimony),
            show_testimony_command(*testimony),
            add_text_command(*transcript, TextKind::kTranscript),
            add_text_command(*translation, TextKind::kTranslation)};
}

}  // namespace kua::cli
