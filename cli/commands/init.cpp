#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/terminal_files.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

struct InitOptions {
    std::string directory;
    std::optional<std::string> name;
    bool classic = false;
    bool low_memory = false;
    bool own_passphrase = false;
    std::optional<std::uint64_t> kdf_memory_mib;
    std::optional<std::uint32_t> kdf_passes;
};

Outcome run(const InitOptions& options, CommandContext& context) {
    if (path_exists(fs::path{options.directory} / "kua.vault")) {
        throw Error{ErrorCode::kExists, "there is a vault here already; nothing changed"};
    }
    if (path_exists(options.directory) && !is_empty_directory(options.directory)) {
        throw Error{ErrorCode::kExists, escape_for_display(options.directory) +
                                            " is not an empty folder; nothing changed"};
    }
    CreateOptions create;
    create.name = options.name ? *options.name
                               : context.ask("your name in this vault (a pseudonym will do): ",
                                             "--name NAME");
    if (create.name.empty()) {
        throw Error{ErrorCode::kUsage, "the identity needs a name; a pseudonym will do"};
    }
    if (context.options().case_name) {
        create.first_case.title = *context.options().case_name;
    }
    create.first_case.classic = options.classic;
    create.low_memory = options.low_memory;
    create.kdf_passes = options.kdf_passes;
    if (options.kdf_memory_mib) {
        create.kdf_memory_bytes = *options.kdf_memory_mib * 1024 * 1024;
    }
    if (options.kdf_memory_mib || options.kdf_passes) {
        context.output().warning(
            "this vault's passphrase is cheap to guess; use it for tests only");
    }
    const Passphrase passphrase = context.fresh_passphrase(
        {context.options().passphrase_file, context.options().passphrase_fd, options.own_passphrase,
         "passphrase", "--passphrase-file FILE or --passphrase-fd N"});
    context.working("making the vault, which takes a few seconds ...");
    Vault vault = Vault::create(options.directory, passphrase, create);
    context.output().vault_created(vault.status());
    return {};
}

}  // namespace

Command init_command(CLI::App& app) {
    auto options = std::make_shared<InitOptions>();
    CLI::App* parser = app.add_subcommand("init", "Make a vault with an identity and a first case");
    parser->group("everyday");
    parser->add_option("DIR", options->directory, "Where; missing or empty")->required();
    parser->add_option("--name", options->name, "Your name in it; may be a pseudonym")
        ->option_text("NAME");
    parser->add_flag("--own-passphrase", options->own_passphrase,
                     "Type a passphrase of your own instead of getting six random words");
    parser->add_flag("--classic", options->classic,
                     "Seal the first case without post-quantum protection, for colleagues with "
                     "old tools");
    parser->add_flag("--low-memory", options->low_memory,
                     "For computers with little memory: 64 MiB to unlock instead of 256 and more");
    // Described in docs/command-line.md, under "For tests"; no help names them, because a vault
    // made with them is weak.
    parser->add_option("--kdf-memory", options->kdf_memory_mib)
        ->group("")
        ->check(whole_number(1, 2048));
    parser->add_option("--kdf-passes", options->kdf_passes)->group("")->check(whole_number(1, 16));
    parser->footer(
        "EXAMPLE\n  kua init vault --name Rosa --case \"KT-17\"\n"
        "--case gives the first case its title (default: First case)");
    return {parser, [options](CommandContext& context) { return run(*options, context); }};
}

}  // namespace kua::cli
