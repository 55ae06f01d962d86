#include "cli/help.h"

#include <algorithm>
#include <vector>

#include "cli/case_option.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::size_t kLineWidth = 80;
constexpr std::size_t kLabelWidth = 26;

// "  label     text", the text wrapped into its own column.
std::string entry(const std::string& label, const std::string& text) {
    std::string out = "  " + label;
    std::size_t column = 2 + display_width(label);
    if (column + 2 > kLabelWidth && !text.empty()) {
        out += '\n';
        column = 0;
    }
    std::size_t start = 0;
    bool first_word = true;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find(' ', start), text.size());
        const std::string word = text.substr(start, end - start);
        const std::size_t width = display_width(word);
        if (!first_word && column + 1 + width > kLineWidth) {
            out += '\n';
            column = 0;
            first_word = true;
        }
        const std::size_t gap = first_word ? kLabelWidth - column : 1;
        out.append(gap, ' ');
        out += word;
        column += gap + width;
        first_word = false;
        start = end + 1;
    }
    return out + '\n';
}

std::string label_of(const CLI::Option& option) {
    if (option.get_positional()) {
        return option.get_name(true, false);
    }
    std::string name = option.get_name(false, true);
    if (const std::size_t comma = name.find(','); comma != std::string::npos) {
        name.insert(comma + 1, 1, ' ');
    }
    const std::string& value = option.get_option_text();
    return value.empty() ? name : name + " " + value;
}

std::string usage_of(const CLI::App& app) {
    std::string usage = "usage: " + full_name(app);
    if (!app.get_subcommands(nullptr).empty()) {
        return usage + " COMMAND ...\n";
    }
    usage += " [OPTIONS]";
    for (const CLI::Option* option : app.get_options(nullptr)) {
        if (option->get_positional()) {
            const bool many = option->get_expected_max() > 1;
            const std::string name = option->get_name(true, false) + (many ? "..." : "");
            usage += option->get_required() ? " " + name : " [" + name + "]";
        }
    }
    return usage + "\n";
}

std::string options_of(const CLI::App& app, const std::string& ungrouped_title) {
    std::string out;
    std::string positionals;
    for (const CLI::Option* option : app.get_options(nullptr)) {
        if (option->get_positional()) {
            positionals += entry(label_of(*option), option->get_description());
        }
    }
    out += positionals.empty() ? "" : "\n" + positionals;
    for (const std::string& group : app.get_groups()) {
        std::string entries;
        for (const CLI::Option* option : app.get_options(nullptr)) {
            if (!option->get_positional() && option->get_group() == group && !group.empty()) {
                entries += entry(label_of(*option), option->get_description());
            }
        }
        if (!entries.empty()) {
            out += "\n" + (group == "Options" ? ungrouped_title : group) + ":\n" + entries;
        }
    }
    return out;
}

std::string commands_of(const CLI::App& app) {
    std::vector<std::string> groups;
    const std::vector<const CLI::App*> commands = app.get_subcommands(nullptr);
    for (const CLI::App* command : commands) {
        if (std::find(groups.begin(), groups.end(), command->get_group()) == groups.end()) {
            groups.push_back(command->get_group());
        }
    }
    std::string out;
    for (const std::string& group : groups) {
        out += "\n" + (app.get_parent() == nullptr ? group : "commands") + ":\n";
        for (const CLI::App* command : commands) {
            if (command->get_group() == group) {
                out += entry(command->get_name(), command->get_description());
            }
        }
    }
    return out;
}

}  // namespace

std::string HelpText::make_help(const CLI::App* app, std::string /*name*/,
                                CLI::AppFormatMode /*mode*/) const {
    std::string out = app->get_description() + "\n\n" + usage_of(*app);
    out += commands_of(*app);
    const CLI::App* top = app;
    while (top->get_parent() != nullptr) {
        top = top->get_parent();
    }
    out += options_of(*app, app == top ? "for every command" : "options");
    if (app != top) {
        const bool has_vault = !top->get_option("--vault")->get_group().empty();
        const std::string of_case = takes_case(*app) ? "--case NAME, " : "";
        out += has_vault
                   ? "\nfor every command: --vault DIR, " + of_case +
                         "--passphrase-file FILE,\n"
                         "  --passphrase-fd N, --json, --quiet; kua --help explains them\n"
                   : "\nfor every command: " + of_case + "--json, --quiet; help explains them\n";
    }
    return out + "\n" + app->get_footer() + "\n";
}

std::string full_name(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

}  // namespace kua::cli
