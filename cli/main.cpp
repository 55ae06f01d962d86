// The program: parses, runs the chosen command, and alone turns errors into exit statuses.
#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/context.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/shell_words.h"
#include "cli/terminal.h"
#include "kua/process.h"
#include "kua/version.h"

namespace kua::cli {
namespace {

int exit_status(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kFailed:
        case ErrorCode::kNotVault:
        case ErrorCode::kNewerFormat:
        case ErrorCode::kExists:
        case ErrorCode::kNoFile:
            return 1;
        case ErrorCode::kUsage:
            return 2;
        case ErrorCode::kRefused:
            return 4;
        case ErrorCode::kDamaged:
        case ErrorCode::kFileDamaged:
            return 5;
        case ErrorCode::kWrongKey:
            return 6;
        case ErrorCode::kBusy:
            return 7;
        case ErrorCode::kNotFound:
            return 8;
        case ErrorCode::kStorage:
            return 9;
        case ErrorCode::kBug:
            return 70;
        case ErrorCode::kInterrupted:
            return 128 + (caught_signal() != 0 ? caught_signal() : 2);  // 130 after Ctrl-C
    }
    return 70;
}

int exit_status(const Outcome& outcome) noexcept {
    switch (outcome.result) {
        case Result::kDone:
            return 0;
        case Result::kPartly:
            return 3;
        case Result::kFinding:
            return 5;
        case Result::kFailed:
            return exit_status(outcome.why);
        case Result::kOther:
            return outcome.status;
    }
    return 70;
}

int run(const std::vector<std::string>& words, Terminal& terminal, std::unique_ptr<Output>& output,
        Session* session) {
    CommandLine line{
        session == nullptr ? GlobalOptions{} : session->defaults(),
        session == nullptr ? CommandLine::Place::kProgram : CommandLine::Place::kPrompt};
    line.parse(words);
    if (!line.help().empty()) {
        terminal.write(Stream::kOut, line.help());
        return 0;
    }
    const GlobalOptions& options = line.options();
    output =
        make_output(options.json ? Rendering::kJson : Rendering::kText, terminal, options.quiet);
    if (line.asks_versions()) {
        output->versions(versions());
        return 0;
    }
    CommandContext context{options, *output, terminal, session};
    return exit_status(line.chosen().run(context));
}

// Without asking for any more: there may still be none. The document is the one that
// JsonOutput::failure() prints.
int run_out_of_memory(Terminal& terminal, bool json) {
    if (json) {
        terminal.write(Stream::kOut,
                       R"({"error": {"code": "failed", "number": 4, "text": "not enough memory"}})"
                       "\n");
    }
    terminal.write(Stream::kErr,
                   "kua: not enough memory; what was reported before stays. Close other programs,"
                   " run it again\n");
    return exit_status(ErrorCode::kFailed);
}

// Everything that may go wrong ends here.
int run_and_report(const std::vector<std::string>& words, Terminal& terminal, Session* session) {
    const bool json = wants_json(words) || (session != nullptr && session->defaults().json);
    std::unique_ptr<Output> output =
        make_output(json ? Rendering::kJson : Rendering::kText, terminal, /*quiet=*/false);
    try {
        if (session == nullptr) {
            prepare_process();
        }
        const int status = run(words, terminal, output, session);
        terminal.finish();
        return status;
    } catch (const Error& error) {
        output->failure(error);
        return exit_status(error.code());
    } catch (const std::bad_alloc&) {
        return run_out_of_memory(terminal, json);
    } catch (const std::exception& error) {
        output->failure({ErrorCode::kBug, std::string("a bug in kua: ") + error.what()});
        return exit_status(ErrorCode::kBug);
    } catch (...) {
        output->failure({ErrorCode::kBug, "a bug in kua"});
        return exit_status(ErrorCode::kBug);
    }
}

}  // namespace

int run_at_prompt(const std::string& line, Terminal& terminal, Session& session) {
    std::vector<std::string> words;
    try {
        words = split_words(line);
    } catch (const Error& error) {
        make_output(session.defaults().json ? Rendering::kJson : Rendering::kText, terminal,
                    /*quiet=*/false)
            ->failure(error);
        return exit_status(error.code());
    }
    return words.empty() ? 0 : run_and_report(words, terminal, &session);
}

}  // namespace kua::cli

int main(int argc, char** argv) {
    kua::cli::catch_signals();
    kua::cli::Terminal terminal;
    try {
        return kua::cli::run_and_report({argv + std::min(argc, 1), argv + argc}, terminal, nullptr);
    } catch (const std::bad_alloc&) {
        return kua::cli::run_out_of_memory(terminal, /*json=*/false);
    }
}
