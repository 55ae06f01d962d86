#include "cli/completion.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "cli/case_option.h"
#include "cli/shell_words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

using Words = std::vector<std::string>;

struct NamedKind {
    std::string_view name;
    Nameable kind;
};

// Which things a command group is about, for those of its arguments that are called NAME or ID.
constexpr std::array<NamedKind, 8> kByGroup{{{"case", Nameable::kCase},
                                             {"contact", Nameable::kContact},
                                             {"member", Nameable::kMember},
                                             {"remote", Nameable::kRemote},
                                             {"place", Nameable::kPlace},
                                             {"event", Nameable::kEvent},
                                             {"act", Nameable::kAct},
                                             {"person", Nameable::kPerson}}};
constexpr std::array<NamedKind, 13> kByLabel{{{"ITEM", Nameable::kItem},
                                              {"ITEM... TAG", Nameable::kItem},
                                              {"CASE", Nameable::kCase},
                                              {"SOURCE", Nameable::kSource},
                                              {"P-NN", Nameable::kSource},
                                              {"CONTACT", Nameable::kContact},
                                              {"MEMBER", Nameable::kMember},
                                              {"REMOTE", Nameable::kRemote},
                                              {"A", Nameable::kAnything},
                                              {"B", Nameable::kAnything},
                                              {"FILE", Nameable::kFile},
                                              {"PATH", Nameable::kFile},
                                              {"DIR", Nameable::kFile}}};

template <std::size_t kSize>
Nameable kind_named(const std::array<NamedKind, kSize>& kinds, std::string_view name) {
    const auto* const found = std::find_if(kinds.begin(), kinds.end(),
                                           [&](const NamedKind& one) { return one.name == name; });
    return found == kinds.end() ? Nameable::kNothing : found->kind;
}

bool takes_value(const CLI::Option& option) {
    return !option.get_positional() && option.get_expected_max() > 0;
}

// The option that is written so, of the command or of all commands.
const CLI::Option* find_option(const CLI::App& command, const std::string& written) {
    for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
        for (const CLI::Option* option : app->get_options(nullptr)) {
            if (!option->get_positional() && option->check_name(written)) {
                return option;
            }
        }
    }
    return nullptr;
}

// What was typed so far, as the parser would understand it.
struct Position {
    const CLI::App* command = nullptr;
    const CLI::Option* waiting = nullptr;  // an option whose value comes next
    std::size_t positionals = 0;
    bool only_positionals = false;  // after --
};

Position position_after(const Words& words, const CLI::App& app) {
    Position at{&app, nullptr, 0, false};
    for (const std::string& word : words) {
        if (at.waiting != nullptr) {
            at.waiting = nullptr;
        } else if (word == "--") {
            at.only_positionals = true;
        } else if (word.starts_with("-") && !at.only_positionals) {
            const CLI::Option* option = find_option(*at.command, word);
            at.waiting = option != nullptr && takes_value(*option) ? option : nullptr;
        } else if (!at.command->get_subcommands(nullptr).empty()) {
            const auto named = [&word](const CLI::App* one) { return one->check_name(word); };
            const std::vector<const CLI::App*> found = at.command->get_subcommands(named);
            at.command = found.empty() ? nullptr : found.front();
            if (at.command == nullptr) {
                return at;
            }
        } else {
            ++at.positionals;
        }
    }
    return at;
}

Nameable kind_of_option(const CLI::Option& option) {
    if (option.check_name("--case")) {
        return Nameable::kCase;
    }
    if (option.check_name("--source")) {
        return Nameable::kSource;
    }
    if (option.check_name("--remote")) {
        return Nameable::kRemote;
    }
    return kind_named(kByLabel, option.get_option_text());
}

Nameable kind_of_positional(const Position& at) {
    const CLI::Option* found = nullptr;
    std::size_t index = 0;
    for (const CLI::Option* option : at.command->get_options(nullptr)) {
        if (option->get_positional()) {
            found = option;  // the last one takes the rest
            if (index++ == at.positionals) {
                break;
            }
        }
    }
    if (found == nullptr) {
        return Nameable::kNothing;
    }
    const std::string label = found->get_name(true, false);
    if (const Nameable kind = kind_named(kByLabel, label); kind != Nameable::kNothing) {
        return kind;
    }
    const CLI::App* group = at.command->get_parent();
    const bool is_new = at.command->get_name() == "add" || at.command->get_name() == "create";
    return (label == "NAME" || label == "ID") && group != nullptr && !is_new
               ? kind_named(kByGroup, group->get_name())
               : Nameable::kNothing;
}

void add_options(const CLI::App& command, Words& out) {
    for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
        for (const CLI::Option* option : app->get_options(nullptr)) {
            if (option->get_positional() || option->get_group().empty() ||
                (option->check_name("--case") && !takes_case(command))) {
                continue;
            }
            for (const std::string& name : option->get_lnames()) {
                out.push_back("--" + name);
            }
        }
    }
}

Words candidates(const Position& at, const std::string& current, const NameSource& names) {
    Words out;
    if (at.command == nullptr) {
        return out;
    }
    if (at.waiting != nullptr) {
        return names(kind_of_option(*at.waiting), current);
    }
    if (current.starts_with("-") && !at.only_positionals) {
        add_options(*at.command, out);
        return out;
    }
    const std::vector<const CLI::App*> commands = at.command->get_subcommands(nullptr);
    for (const CLI::App* command : commands) {
        out.push_back(command->get_name());
    }
    return commands.empty() ? names(kind_of_positional(at), current) : out;
}

// What all of them begin with, without cutting a character of UTF-8 in two.
std::string shared_beginning(const Words& words) {
    std::string shared = words.front();
    for (const std::string& word : words) {
        const auto differ = std::mismatch(shared.begin(), shared.end(), word.begin(), word.end());
        shared.erase(differ.first, shared.end());
    }
    const std::string& first = words.front();
    const auto continues = [&first](std::size_t at) {
        return at < first.size() && (static_cast<unsigned char>(first[at]) & 0xc0U) == 0x80U;
    };
    while (!shared.empty() && continues(shared.size())) {
        shared.pop_back();
    }
    return shared;
}

}  // namespace

Completion complete_line(std::string_view before_cursor, const CLI::App& app,
                         const NameSource& names) {
    UnfinishedWords typed = split_unfinished(before_cursor);
    if (!typed.before.empty() && typed.before.front() == app.get_name()) {
        typed.before.erase(typed.before.begin());
    }
    Words fitting = candidates(position_after(typed.before, app), typed.current, names);
    fitting.erase(std::remove_if(fitting.begin(), fitting.end(),
                                 [&](const std::string& one) {
                                     // What can't be shown as it is can't be typed either.
                                     return !one.starts_with(typed.current) ||
                                            escape_for_display(one) != one;
                                 }),
                  fitting.end());
    std::sort(fitting.begin(), fitting.end());
    fitting.erase(std::unique(fitting.begin(), fitting.end()), fitting.end());
    if (fitting.empty()) {
        return {};
    }
    const std::string shared = shared_beginning(fitting);
    Completion found;
    found.insert = quoted_rest(shared.substr(typed.current.size()), typed.quote);
    if (fitting.size() > 1) {
        found.choices = std::move(fitting);
    } else if (!shared.ends_with('/')) {  // a folder goes on
        if (typed.quote != '\0') {
            found.insert += typed.quote;
        }
        found.insert += ' ';
    }
    return found;
}

}  // namespace kua::cli
