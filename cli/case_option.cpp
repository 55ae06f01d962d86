#include "cli/case_option.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "cli/help.h"
#include "kua/error.h"

namespace kua::cli {
namespace {

struct Without {
    std::string_view command;  // all of its own, if it is a group
    std::string_view why;
};

constexpr std::string_view kNamesOne = "it is told which one by its argument";
constexpr std::string_view kOfVault = "what it does concerns the whole vault";
constexpr std::array kWithout = {
    Without{"sync", "it exchanges all cases; kua send writes what others lack of one"},
    Without{"take", "it takes in whatever the files hold"},
    Without{"finding", "it tells of what was kept aside of all cases"},
    Without{"remote", "all cases are exchanged by a remote"},
    Without{"contact", kOfVault},
    Without{"identity", kOfVault},
    Without{"passphrase", kOfVault},
    Without{"case list", "it lists all cases"},
    Without{"case create", "a new case is named by its argument"},
    Without{"case accept", kNamesOne},
    Without{"case decline", kNamesOne},
    Without{"case use", kNamesOne},
    Without{"lock", kOfVault},
    Without{"exit", kOfVault},
    Without{"help", kOfVault},
};

// "case use", without the name of the program; empty for the program itself.
std::string name_below_program(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    if (parent == nullptr) {
        return {};
    }
    const std::string before = name_below_program(*parent);
    return before.empty() ? command.get_name() : before + " " + command.get_name();
}

const Without* find_without(const CLI::App& command) {
    const std::string name = name_below_program(command);
    const auto* const found =
        std::find_if(kWithout.begin(), kWithout.end(), [&name](const Without& one) {
            return name == one.command || name.starts_with(std::string{one.command} + " ");
        });
    return found == kWithout.end() ? nullptr : found;
}

}  // namespace

bool takes_case(const CLI::App& command) {
    return find_without(command) == nullptr;
}

void refuse_unused_case(const CLI::App& top, const CLI::App& typed) {
    if (top.get_option("--case")->count() == 0) {
        return;
    }
    const std::string hint = "; see: " + full_name(typed) + " --help";
    if (const Without* without = find_without(typed)) {
        throw Error{ErrorCode::kUsage, name_below_program(typed) +
                                           " takes no --case: " + std::string{without->why} + hint};
    }
    for (const CLI::Option* option : typed.get_options(nullptr)) {
        if (option->get_positional() && option->get_name(true, false) == "CASE" &&
            option->count() > 0) {
            throw Error{ErrorCode::kUsage, "say which case once, as CASE or with --case" + hint};
        }
    }
}

}  // namespace kua::cli
