#include "cli/commands/case_seal.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/terminal_files.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

// Where the key of a case goes.
struct KeyFileOptions {
    std::string name;
    std::optional<std::string> file;
    std::optional<std::string> recipient;
    std::optional<std::string> contact;
    bool unverified = false;
    std::optional<std::string> passphrase_file;
    std::optional<int> passphrase_descriptor;
    bool own_passphrase = false;
    bool yes = false;
};

struct UnsealCaseOptions {
    std::optional<std::string> secret_from;
    std::string remote;
    std::optional<std::string> identity_file;
    std::optional<std::string> passphrase_file;
    std::optional<int> passphrase_descriptor;
};

constexpr std::string_view kInstead =
    "--secret-passphrase-file FILE, --secret-passphrase-fd N or --secret-recipient AGE";

void check_file(const KeyFileOptions& options, const char* option, std::string_view unchanged) {
    const bool has_way = options.recipient || options.contact || options.passphrase_file ||
                         options.passphrase_descriptor || options.own_passphrase;
    if (!options.file && has_way) {
        throw Error{ErrorCode::kUsage, "say where the key goes, too: --secret-to FILE"};
    }
    if (options.file && path_exists(*options.file)) {
        throw Error{ErrorCode::kExists, escape_for_display(*options.file) + " is there already; " +
                                            std::string(unchanged) + ", choose a new name for " +
                                            option};
    }
}

SealCaseOptions ask_key_file(const KeyFileOptions& options, CommandContext& context) {
    SealCaseOptions key;
    if (!options.file) {
        return key;
    }
    key.secret_to = *options.file;
    key.recipient = options.recipient;
    key.contact = options.contact;
    key.unverified = options.unverified;
    if (!options.recipient && !options.contact) {
        context.output().note("the key's file gets a passphrase of its own");
        key.secret_passphrase = context.fresh_passphrase(
            {options.passphrase_file, options.passphrase_descriptor, options.own_passphrase,
             "passphrase of the key's file", kInstead});
    }
    return key;
}

// What sealing does, and what it can't reach: whoever is asked for the passphrase on the road must
// know it.
void say_what_sealing_does(const KeyFileOptions& options, const SealingOutlook& outlook,
                           Output& output) {
    output.warning(
        "after sealing, nothing of this case can be read in this vault: no names, notes, texts, "
        "digests or dates, whatever passphrase is known");
    if (outlook.invited) {
        output.warning(
            "it doesn't reach the invitation that this vault got: with that at hand, kua case "
            "unseal --remote NAME opens the case at once, without any file. " +
            (outlook.inviting_remotes.empty()
                 ? std::string{"It is where it came from"}
                 : "It was seen on " + in_a_row(outlook.inviting_remotes)) +
            "; keep that away from this computer");
    }
    output.warning(
        "it doesn't reach older copies of this vault, added files that still lie on a disk or "
        "card, or what was exported");
    output.note(options.file
                    ? "adding goes on; reading needs the key that goes into the --secret-to file, "
                      "so that file must leave this computer and must not get lost"
                    : "adding goes on; reading needs the key. " + in_a_row(outlook.holders) +
                          " had it, and all of the case, when last heard of: ask whether that "
                          "vault was sealed, too");
}

Outcome run_seal(const KeyFileOptions& options, CommandContext& context) {
    check_file(options, "--secret-to", "nothing was sealed or changed");
    Vault vault = context.open_vault(Access::kWrite);
    const CaseSummary which =
        vault.find_case(options.name.empty() ? context.case_name() : options.name);
    const SealingOutlook outlook = vault.check_sealing(which.id, options.file);
    say_what_sealing_does(options, outlook, context.output());
    const SealCaseOptions seal = [&] {
        const std::string name = "case " + which.id.substr(0, 8);
        try {
            context.confirm("seal " + name + "?", options.yes);
            return ask_key_file(options, context);
        } catch (const Error& error) {
            throw error.during(name + " is NOT sealed and can still be read here");
        }
    }();
    context.working("sealing the case and trying its key ...");
    context.output().case_sealed(vault.seal_case(which.id, seal, context.progress()));
    return {};
}

Outcome run_key(const KeyFileOptions& options, CommandContext& context) {
    check_file(options, "--to", "nothing changed");
    Vault vault = context.open_vault(Access::kWrite);
    const CaseSummary which =
        vault.find_case(options.name.empty() ? context.case_name() : options.name);
    if (options.file) {
        vault.check_key_file(*options.file);
    }
    const SealCaseOptions key = ask_key_file(options, context);
    context.working("writing the key and trying it ...");
    context.output().case_key_written(vault.write_case_key(which.id, key));
    return {};
}

Outcome run_unseal(const UnsealCaseOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    UnsealOptions unseal;
    unseal.remote = options.remote;
    unseal.case_name = context.case_name();
    if (options.secret_from) {
        unseal.secret_from = *options.secret_from;
    }
    const bool gives_passphrase = options.passphrase_file || options.passphrase_descriptor;
    if (options.identity_file) {
        unseal.identity_file = *options.identity_file;
    } else if (options.secret_from &&
               (gives_passphrase || vault.wants_passphrase(*options.secret_from))) {
        unseal.secret_passphrase = context.known_passphrase(
            {options.passphrase_file, options.passphrase_descriptor, /*own=*/true,
             "passphrase of the key's file",
             "--secret-passphrase-file FILE, --secret-passphrase-fd N or --identity FILE"},
            "passphrase of the key's file: ");
    }
    context.working("opening the case ...");
    const UnsealCaseReport report = vault.unseal_case(unseal);
    context.output().case_unsealed(report);
    return {report.findings.empty() ? Result::kDone : Result::kFinding};
}

}  // namespace

namespace {

// To whom the key's file is sealed: one way of several.
void add_recipients(CLI::App& parser, KeyFileOptions& options) {
    CLI::Option* recipient =
        parser
            .add_option("--secret-recipient", options.recipient,
                        "Seal that file to this age recipient (age1...) instead of a passphrase")
            ->option_text("AGE");
    CLI::Option* contact = parser
                               .add_option("--secret-for", options.contact,
                                           "Seal that file to this contact, whose vault opens it")
                               ->option_text("CONTACT");
    parser.add_flag("--unverified", options.unverified,
                    "Also for a contact whose card was never compared");
    CLI::Option* file = parser
                            .add_option("--secret-passphrase-file", options.passphrase_file,
                                        "Read the passphrase for that file from here")
                            ->option_text("FILE");
    CLI::Option* descriptor =
        parser
            .add_option("--secret-passphrase-fd", options.passphrase_descriptor,
                        "Read the passphrase for that file from an open descriptor")
            ->option_text("N")
            ->check(whole_number(0, 1023));
    CLI::Option* own = parser.add_flag("--own-passphrase", options.own_passphrase,
                                       "Type one of your own instead of six random words");
    contact->excludes(recipient)->excludes(file)->excludes(descriptor)->excludes(own);
    file->excludes(recipient)->excludes(descriptor)->excludes(own);
    descriptor->excludes(recipient)->excludes(own);
    own->excludes(recipient);
}

}  // namespace

Command case_seal_command(CLI::App& group) {
    auto options = std::make_shared<KeyFileOptions>();
    CLI::App* parser = group.add_subcommand(
        "seal", "Make a case unreadable here until its key comes back; adding goes on");
    parser->add_option("CASE", options->name, "Id, title or reference (default: the current one)");
    parser
        ->add_option("--secret-to", options->file,
                     "New file for the key of the case; needed unless another member had the key "
                     "and everything when last heard of")
        ->option_text("FILE");
    add_recipients(*parser, *options);
    parser->add_flag("--yes", options->yes, "Don't ask whether I am sure");
    parser->footer(
        "EXAMPLE\n  kua case seal KT-17 --secret-to /media/stick/KT-17.key\n"
        "the file is an age file: age -d opens it, too");
    return {parser, [options](CommandContext& context) { return run_seal(*options, context); }};
}

Command case_key_command(CLI::App& group) {
    auto options = std::make_shared<KeyFileOptions>();
    CLI::App* parser = group.add_subcommand(
        "key", "Write the key of an open case to a file, for a vault in which it is sealed");
    parser->add_option("CASE", options->name, "Id, title or reference (default: the current one)");
    parser->add_option("--to", options->file, "New file for the key of the case")
        ->option_text("FILE")
        ->required();
    add_recipients(*parser, *options);
    parser->footer(
        "EXAMPLE\n  kua case key KT-17 --to rosa.key --secret-for Rosa\n"
        "Rosa then says: kua case unseal rosa.key");
    return {parser, [options](CommandContext& context) { return run_key(*options, context); }};
}

Command case_unseal_command(CLI::App& group) {
    auto options = std::make_shared<UnsealCaseOptions>();
    CLI::App* parser =
        group.add_subcommand("unseal", "Make a sealed case readable again with its key");
    parser->add_option("FILE", options->secret_from, "What case seal or case key wrote");
    parser
        ->add_option("--remote", options->remote,
                     "Take the key that the owner of the case left for this vault at this remote")
        ->option_text("NAME");
    CLI::Option* identity =
        parser->add_option("--identity", options->identity_file, "age identity file that opens it")
            ->option_text("FILE");
    CLI::Option* file = parser
                            ->add_option("--secret-passphrase-file", options->passphrase_file,
                                         "Read its passphrase from here")
                            ->option_text("FILE");
    CLI::Option* descriptor =
        parser
            ->add_option("--secret-passphrase-fd", options->passphrase_descriptor,
                         "Read its passphrase from an open descriptor")
            ->option_text("N")
            ->check(whole_number(0, 1023));
    file->excludes(identity)->excludes(descriptor);
    descriptor->excludes(identity);
    parser->footer(
        "EXAMPLE\n  kua case unseal /media/stick/KT-17.key\n"
        "  kua case unseal --remote stick --case KT-17");
    return {parser, [options](CommandContext& context) { return run_unseal(*options, context); }};
}

}  // namespace kua::cli
