#include "cli/command.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace kua::cli {

Outcome outcome_of(const std::vector<FailedInput>& failed, bool something_succeeded) noexcept {
    if (failed.empty()) {
        return {};
    }
    const bool damage = std::any_of(failed.begin(), failed.end(), [](const FailedInput& input) {
        return input.code == ErrorCode::kDamaged;
    });
    if (damage) {
        return {Result::kFinding};
    }
    if (something_succeeded) {
        return {Result::kPartly};
    }
    return {Result::kFailed, failed.front().code};
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    const auto check = [least, most](const std::string& typed) -> std::string {
        std::uint64_t number = 0;
        const char* end = typed.data() + typed.size();
        const auto [stopped, error] = std::from_chars(typed.data(), end, number);
        if (error == std::errc{} && stopped == end && number >= least && number <= most) {
            return "";
        }
        return "\"" + typed + "\" is no whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
    };
    return {check, ""};
}

}  // namespace kua::cli
