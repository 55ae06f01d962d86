#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct NewOptions {
    std::optional<std::string> file;
    std::optional<int> descriptor;
    bool own = false;
    std::string label;
};

struct SlotRemoveOptions {
    unsigned slot = 0;
};

Passphrase fresh(const NewOptions& options, CommandContext& context) {
    return context.fresh_passphrase({options.file, options.descriptor, options.own,
                                     "new passphrase",
                                     "--new-passphrase-file FILE or --new-passphrase-fd N"});
}

Outcome run_slot_list(CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    context.output().passphrases(vault.passphrases());
    return {};
}

Outcome run_add(const NewOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    const Passphrase added = fresh(options, context);
    context.working("adding the passphrase ...");
    const unsigned slot = vault.add_passphrase(added, options.label);
    context.output().passphrase_changed(PassphraseChange::kAdded, slot);
    return {};
}

Outcome run_change(const NewOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    const Passphrase changed = fresh(options, context);
    context.working("changing the passphrase ...");
    vault.change_passphrase(changed);
    context.passphrase_changed(changed);
    context.output().passphrase_changed(PassphraseChange::kChanged, 0);
    return {};
}

Outcome run_remove(const SlotRemoveOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    vault.remove_passphrase(options.slot);
    context.output().passphrase_changed(PassphraseChange::kRemoved, options.slot);
    return {};
}

void add_new_options(CLI::App& parser, NewOptions& options) {
    CLI::Option* file =
        parser.add_option("--new-passphrase-file", options.file, "Read the new one from a file")
            ->option_text("FILE");
    CLI::Option* descriptor = parser
                                  .add_option("--new-passphrase-fd", options.descriptor,
                                              "Read the new one from an open descriptor")
                                  ->option_text("N")
                                  ->check(whole_number(0, 1023));
    descriptor->excludes(file);
    parser.add_flag("--own-passphrase", options.own,
                    "Type a new one of your own instead of getting six random words");
}

}  // namespace

std::vector<Command> passphrase_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("passphrase", "List, add, change and remove passphrases");
    group->group("keys");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua passphrase change");

    CLI::App* list = group->add_subcommand("list", "Show which key slots are used");
    list->footer("EXAMPLE\n  kua passphrase list");

    auto added = std::make_shared<NewOptions>();
    CLI::App* add = group->add_subcommand("add", "Add a second passphrase to the vault");
    add->add_option("--label", added->label, "What to call it in the list")->option_text("TEXT");
    add_new_options(*add, *added);
    add->footer("EXAMPLE\n  kua passphrase add --label \"in Mara's safe\"");

    auto changed = std::make_shared<NewOptions>();
    CLI::App* change =
        group->add_subcommand("change", "Replace the passphrase that the vault is opened with");
    add_new_options(*change, *changed);
    change->footer("EXAMPLE\n  kua passphrase change --own-passphrase");

    auto removed = std::make_shared<SlotRemoveOptions>();
    CLI::App* remove = group->add_subcommand("remove", "Make a passphrase stop opening the vault");
    remove->add_option("SLOT", removed->slot, "Its number in kua passphrase list")
        ->required()
        ->check(whole_number(1, 8));
    remove->footer("EXAMPLE\n  kua passphrase remove 2");

    return {{list, run_slot_list},
            {add, [added](CommandContext& context) { return run_add(*added, context); }},
            {change, [changed](CommandContext& context) { return run_change(*changed, context); }},
            {remove, [removed](CommandContext& context) { return run_remove(*removed, context); }}};
}

}  // namespace kua::cli
