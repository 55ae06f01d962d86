// kua_simulator [--seeds FROM..TO | --seeds N | --seed N] [--steps N] [--trace] ...: one simulation
// for each seed. README.md beside this file.
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <vector>

#include "tests/simulator/run.h"
#include "vault/base/parse.h"

namespace kua::simulator {
namespace {

struct Arguments {
    std::uint64_t from = 1;
    std::uint64_t to = 20;
    Options options;
    std::uint64_t verify_every = 8;  // seeds
    std::uint64_t twice_every = 50;  // seeds
    bool trace = false;
    bool only_first_failure = false;
    std::string with;  // as it was asked for
    std::string program;
};

constexpr std::string_view kUsage =
    "usage: kua_simulator [--seeds FROM..TO | --seeds N | --seed N] [--steps N] [--trace]\n"
    "         [--first-failure] [--verify-every N] [--twice-every N] [--with BEHAVIOUR]...\n"
    "behaviours that are left out otherwise: owner-restores, bad-on-base,\n"
    "  seals-again, casework, forks-never-delay\n";

std::uint64_t number(std::string_view text) {
    const auto parsed = base::parse_unsigned(text);
    require(parsed.has_value(), std::string{kUsage});
    return *parsed;
}

void take_seeds(Arguments& arguments, std::string_view text) {
    const std::size_t dots = text.find("..");
    arguments.from = dots == std::string_view::npos ? 1 : number(text.substr(0, dots));
    arguments.to = number(dots == std::string_view::npos ? text : text.substr(dots + 2));
}

void allow(Behaviours& behaviours, std::string_view name) {
    const std::map<std::string_view, bool*> known = {
        {"owner-restores", &behaviours.owner_restores},
        {"bad-on-base", &behaviours.bad_on_base},
        {"seals-again", &behaviours.seals_again},
        {"casework", &behaviours.casework},
        {"forks-never-delay", &behaviours.forks_never_delay},
    };
    require(known.contains(name), std::string{kUsage});
    *known.at(name) = true;
}

Arguments parse(const std::vector<std::string_view>& words) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--trace") {
            arguments.trace = true;
            continue;
        }
        if (words[i] == "--first-failure") {
            arguments.only_first_failure = true;
            continue;
        }
        require(i + 1 < words.size(), std::string{kUsage});
        const std::string_view value = words[++i];
        if (words[i - 1] == "--seeds") {
            take_seeds(arguments, value);
        } else if (words[i - 1] == "--seed") {
            arguments.from = arguments.to = number(value);
        } else if (words[i - 1] == "--steps") {
            arguments.options.steps = number(value);
        } else if (words[i - 1] == "--verify-every") {
            arguments.verify_every = number(value);
        } else if (words[i - 1] == "--twice-every") {
            arguments.twice_every = number(value);
        } else if (words[i - 1] == "--with") {
            allow(arguments.options.behaviours, value);
            arguments.with += " --with " + std::string{value};
        } else {
            throw Failure{std::string{kUsage}};
        }
    }
    return arguments;
}

bool is_turn(std::uint64_t seed, std::uint64_t every) {
    return every != 0 && seed % every == 0;
}

double seconds_of_processor() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void print_failure(std::uint64_t seed, const Arguments& arguments, const Outcome& outcome) {
    std::cout << "FAILED: seed " << seed << ", step " << outcome.step << ": " << outcome.failure
              << "\n  again: " << arguments.program << " --seed " << seed << " --steps "
              << arguments.options.steps << arguments.with << " --trace" << std::endl;
}

int run_all(const Arguments& arguments) {
    std::map<std::string, std::uint64_t> counts;
    std::uint64_t seeds = 0;
    std::uint64_t failed = 0;
    const double begun = seconds_of_processor();
    for (std::uint64_t seed = arguments.from; seed <= arguments.to; ++seed) {
        ++seeds;
        Options options = arguments.options;
        options.with_verification = is_turn(seed, arguments.verify_every);
        Outcome outcome = run(seed, options, arguments.trace ? &std::cout : nullptr);
        if (outcome.failure.empty() && is_turn(seed, arguments.twice_every)) {
            ++counts["seeds run twice"];
            if (run(seed, options, nullptr).digest != outcome.digest) {
                outcome.failure = "the same seed went another way the second time";
            }
        }
        if (!outcome.failure.empty()) {
            print_failure(seed, arguments, outcome);
            ++failed;
            if (arguments.only_first_failure) {
                break;
            }
        }
        if (arguments.from == arguments.to) {
            std::cout << "digest " << outcome.digest << '\n';
        }
        for (const auto& [what, count] : outcome.counts) {
            counts[what] += count;
        }
    }
    std::cout << seeds << " seeds of " << arguments.options.steps << " steps, " << failed
              << " failed, " << (seconds_of_processor() - begun) << " s of processor time\n";
    for (const auto& [what, count] : counts) {
        std::cout << "  " << count << ' ' << what << '\n';
    }
    return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace kua::simulator

int main(int argc, char** argv) {
    try {
        kua::simulator::Arguments arguments = kua::simulator::parse({argv + 1, argv + argc});
        arguments.program = std::filesystem::path{argv[0]}.filename().string();
        return kua::simulator::run_all(arguments);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
