#include "cli/commands/compartment.h"

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "cli/context.h"
#include "cli/terminal_files.h"
#include "cli/terminal_input.h"
#include "cli/terminal_secret.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr std::string_view kKeyFile = "passphrase of the identity key";

struct PassphraseOptions {
    std::optional<std::string> file;
    std::optional<int> descriptor;
};

void add_passphrase_options(CLI::App& parser, PassphraseOptions& options) {
    CLI::Option* file = parser
                            .add_option("--secret-passphrase-file", options.file,
                                        "Read the passphrase for that file from here")
                            ->option_text("FILE");
    parser
        .add_option("--secret-passphrase-fd", options.descriptor,
                    "Read the passphrase for that file from an open descriptor")
        ->option_text("N")
        ->check(whole_number(0, 1023))
        ->excludes(file);
}

FreshPassphrase from_where(const PassphraseOptions& options, bool own) {
    return {options.file, options.descriptor, own, kKeyFile,
            "--secret-passphrase-file FILE or --secret-passphrase-fd N"};
}

struct CreateKeyOptions {
    std::string to;
    PassphraseOptions passphrase;
    bool own_passphrase = false;
    bool replace = false;
};

Outcome run_create(const CreateKeyOptions& options, CommandContext& context) {
    if (path_exists(options.to)) {
        throw Error{ErrorCode::kExists, escape_for_display(options.to) +
                                            " is there already; nothing changed, choose a new name"
                                            " for --to"};
    }
    Vault vault = context.open_vault(Access::kWrite);
    if (!options.replace && !vault.identity_key(context.case_name()).recipient.empty()) {
        throw Error{
            ErrorCode::kExists,
            "this case has an identity key already; nothing changed. --replace makes another"
            " one for what comes from now on; what is there opens with the old file only"};
    }
    vault.check_key_file(options.to);
    context.output().note("the identity key's file gets a passphrase of its own");
    IdentityKeyRequest request{
        context.case_name(), options.to,
        context.fresh_passphrase(from_where(options.passphrase, options.own_passphrase)),
        options.replace};
    context.working("writing the identity key and trying it ...");
    context.output().identity_key_made(vault.create_identity_key(request));
    return {};
}

Command create_key_command(CLI::App& group) {
    auto options = std::make_shared<CreateKeyOptions>();
    CLI::App* parser = group.add_subcommand(
        "create", "Make the key that alone opens who sources are, in a file outside the vault");
    parser->add_option("--to", options->to, "New file for the key; on a stick, for instance")
        ->option_text("FILE")
        ->required();
    add_passphrase_options(*parser, options->passphrase);
    parser->add_flag("--own-passphrase", options->own_passphrase,
                     "Type one of your own instead of six random words");
    parser->add_flag("--replace", options->replace, "Also if the case has an identity key already");
    parser->footer(
        "EXAMPLE\n  kua source identity-key create --to /media/stick/KT-17.identity\n"
        "Only the owner of the case makes it. The vault keeps its public half: it can seal and "
        "not\n"
        "open. Who has the file and its passphrase can open; whoever loses one of them can't.");
    return {parser, [options](CommandContext& context) { return run_create(*options, context); }};
}

Command show_key_command(CLI::App& group) {
    auto to = std::make_shared<std::optional<std::string>>();
    CLI::App* parser = group.add_subcommand(
        "show", "Show whether the case has an identity key, and its public half");
    parser
        ->add_option(
            "--to", *to,
            "Write the public half to this new file, for vaults in which the case is sealed")
        ->option_text("FILE");
    parser->footer("EXAMPLE\n  kua source identity-key show --to /media/stick/KT-17.recipient");
    return {parser, [to](CommandContext& context) {
                Vault vault = context.open_vault(Access::kRead);
                IdentityKeySummary key = vault.identity_key(context.case_name());
                if (*to) {
                    if (key.recipient.empty()) {
                        throw Error{ErrorCode::kNotFound,
                                    "this case has no identity key yet; its owner makes one: kua"
                                    " source identity-key create --to FILE"};
                    }
                    vault.write_new_file(**to, key.recipient + "\n");
                    key.to = **to;
                }
                context.output().identity_key(key);
                return Outcome{};
            }};
}

struct AddIdentityOptions {
    std::string pseudonym;
    std::optional<std::string> from;
    std::optional<std::string> recipient_file;
};

constexpr std::array<SecretQuestion, 10> kQuestions = {{
    {"real_name", "name: "},
    {"other_names", "other names: "},
    {"born", "born: "},
    {"address", "address: "},
    {"workplace", "place of work: "},
    {"phone", "phone: "},
    {"safe_contact", "how to reach them safely: "},
    {"relatives", "relatives: "},
    {"identity_documents", "identity documents: "},
    {"same_person_as", "the same person as (another pseudonym): "},
}};

Outcome run_add(const AddIdentityOptions& options, CommandContext& context) {
    if (!options.from && !can_ask()) {
        throw Error{ErrorCode::kUsage,
                    "there is no terminal to ask on; use --from FILE, or --from - for standard"
                    " input"};
    }
    Vault vault = context.open_vault(Access::kWrite);
    IdentityRequest request{
        options.pseudonym, context.case_name(),
        options.from ? read_secret_text(*options.from)
                     : ask_secret_lines("who " + escape_for_display(options.pseudonym) +
                                            " is. Enter leaves a line out; nothing of this stays"
                                            " on the screen\n\n",
                                        kQuestions),
        std::nullopt};
    if (options.recipient_file) {
        request.recipient_file = *options.recipient_file;
    }
    context.output().identity_added(vault.add_identity(request));
    if (options.from && *options.from != "-") {
        context.output().warning(escape_for_display(*options.from) +
                                 " still says in the clear who that is; remove it");
    }
    return {};
}

Command add_identity_command(CLI::App& group) {
    auto options = std::make_shared<AddIdentityOptions>();
    CLI::App* parser =
        group.add_subcommand("add", "Keep who a source is, sealed once more to the identity key");
    parser->add_option("P-NN", options->pseudonym, "Its pseudonym")->required();
    parser
        ->add_option("--from", options->from,
                     "Read it from a file instead of asking; - is standard input")
        ->option_text("FILE");
    parser
        ->add_option("--recipient-file", options->recipient_file,
                     "For a case that is sealed here: what identity-key show --to wrote")
        ->option_text("FILE");
    parser->footer(
        "EXAMPLE\n  kua source identity add P-07\n"
        "It asks one line after the other. A file has lines like these:\n"
        "  real_name: ...\n"
        "  safe_contact: ...\n"
        "and other_names, born, address, workplace, phone, relatives, identity_documents,\n"
        "same_person_as. Nothing of it is ever shown again but by kua source identify.");
    return {parser, [options](CommandContext& context) { return run_add(*options, context); }};
}

struct IdentifyOptions {
    std::string pseudonym;
    std::string key_file;
    PassphraseOptions passphrase;
};

Outcome run_identify(const IdentifyOptions& options, CommandContext& context) {
    if (!path_exists(options.key_file)) {
        throw Error{ErrorCode::kNoFile,
                    escape_for_display(options.key_file) + " isn't there; nothing was opened"};
    }
    Vault vault = context.open_vault(Access::kRead);
    if (vault.source(options.pseudonym, context.case_name()).identities == 0) {
        throw Error{ErrorCode::kNotFound, "nothing was kept about who that is"};
    }
    const Passphrase passphrase = context.known_passphrase(
        from_where(options.passphrase, /*own=*/true), std::string{kKeyFile} + ": ");
    context.working("opening ...");
    const IdentityReport report =
        vault.identify(options.pseudonym, context.case_name(), options.key_file, passphrase);
    context.output().identified(report);
    return {report.findings.empty() ? Result::kDone : Result::kFinding};
}

Command identify_command(CLI::App& group) {
    auto options = std::make_shared<IdentifyOptions>();
    CLI::App* parser =
        group.add_subcommand("identify", "Show who a source is; needs the identity key");
    parser->add_option("P-NN", options->pseudonym, "Its pseudonym")->required();
    parser->add_option("--identity-key", options->key_file, "What identity-key create wrote")
        ->option_text("FILE")
        ->required();
    add_passphrase_options(*parser, options->passphrase);
    parser->footer(
        "EXAMPLE\n  kua source identify P-07 --identity-key /media/stick/KT-17.identity\n"
        "It is shown on this screen and kept nowhere. Look who stands behind you.");
    return {parser, [options](CommandContext& context) { return run_identify(*options, context); }};
}

}  // namespace

std::vector<Command> compartment_commands(CLI::App& source_group) {
    CLI::App* key =
        source_group.add_subcommand("identity-key", "The key that alone opens who sources are");
    key->require_subcommand(0, 1);
    key->footer("EXAMPLE\n  kua source identity-key create --to /media/stick/KT-17.identity");
    CLI::App* identity =
        source_group.add_subcommand("identity", "Who a source is, in a compartment of its own");
    identity->require_subcommand(0, 1);
    identity->footer("EXAMPLE\n  kua source identity add P-07");
    return {create_key_command(*key), show_key_command(*key), add_identity_command(*identity),
            identify_command(source_group)};
}

}  // namespace kua::cli
