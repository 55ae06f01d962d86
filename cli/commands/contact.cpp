#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

struct ContactOptions {
    std::string name;
};

struct VerifyContactOptions {
    std::string name;
    std::string words_file;
    bool all_words = false;
};

constexpr int kTriesToSpellIt = 3;

Outcome run_add(const std::string& file, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    const AddedContact added = vault.add_contact(file);
    context.output().contact_added(added);
    for (const std::string& other : added.namesakes) {
        const std::string name = escape_for_display(added.contact.name);
        context.output().warning(other == vault.identity().fingerprint
                                     ? name + " is what you are called, too; is that right?"
                                     : "another contact is called " + name + " too, " +
                                           short_hex(other) + "; this one is " +
                                           short_hex(added.contact.fingerprint));
    }
    return {};
}

Outcome run_contact_list(CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    context.output().contacts(vault.contacts());
    return {};
}

Outcome run_show(const ContactOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kRead);
    context.output().contact(vault.contact(options.name));
    return {};
}

std::string ask_word(std::size_t place, const std::string& before, CommandContext& context) {
    const std::string question = "word " + std::to_string(place) + ": ";
    const auto ask = [&](std::string say) {
        say += question;
        return context.ask(say, "--words-file FILE");
    };
    std::string typed = ask(before);
    for (int i = 1; i < kTriesToSpellIt && !is_fingerprint_word(typed); ++i) {
        typed = ask("\"" + escape_for_display(typed) +
                    "\" is not a word of the list; spelled wrong?\n");
    }
    return typed;
}

// "3, 7 and 12"
std::string enumerated(const std::vector<std::size_t>& places) {
    std::string text;
    for (std::size_t i = 0; i < places.size(); ++i) {
        text += i == 0 ? "" : i + 1 == places.size() ? " and " : ", ";
        text += std::to_string(places[i]);
    }
    return text;
}

Outcome run_verify(const VerifyContactOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    if (!options.words_file.empty()) {
        context.output().contact_verified(vault.verify_contact(options.name, options.words_file));
        return {};
    }
    VerificationChallenge challenge = vault.start_verification(
        options.name, options.all_words ? WordsToCompare::kAll : WordsToCompare::kThree);
    const std::string name = escape_for_display(challenge.contact().name);
    std::string before = "type ";
    before +=
        options.all_words ? "all twelve" : "word " + enumerated(challenge.places()) + " of the";
    before += " words that " + name + " reads aloud from their own screen (kua identity show)\n";
    before += "in person, or in a call in which you know the voice\n";
    std::vector<std::string> words;
    for (const std::size_t place : challenge.places()) {
        words.push_back(ask_word(place, before, context));
        before.clear();
    }
    context.output().contact_verified(vault.finish_verification(std::move(challenge), words));
    return {};
}

Outcome run_remove(const ContactOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    context.output().contact_removed(vault.remove_contact(options.name));
    return {};
}

constexpr const char* kWhichContact = "Its name, or 8 or more digits of its fingerprint";

Command verify_contact_command(CLI::App& group) {
    auto options = std::make_shared<VerifyContactOptions>();
    CLI::App* verify = group.add_subcommand("verify", "Compare a card with its owner's screen");
    verify->add_option("NAME", options->name, kWhichContact)->required();
    CLI::Option* all = verify->add_flag("--all-words", options->all_words,
                                        "Ask for all twelve words, not for three");
    verify
        ->add_option("--words-file", options->words_file,
                     "Take all twelve words (or digits) from a file")
        ->option_text("FILE")
        ->excludes(all);
    verify->footer(
        "EXAMPLE\n  kua contact verify Mara\n"
        "Mara reads the words of `kua identity show` aloud, and you type the three that are asked\n"
        "for. What comes by the same way as the card proves nothing: whoever exchanged the card\n"
        "exchanges that, too. Where a state may be against you, use --all-words.");
    return {verify, [options](CommandContext& context) { return run_verify(*options, context); }};
}

}  // namespace

std::vector<Command> contact_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("contact", "Cards of others, and whether to trust them");
    group->group("exchange");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua contact add mara.card\n  kua contact verify Mara");

    auto file = std::make_shared<std::string>();
    CLI::App* add = group->add_subcommand("add", "Add the card that somebody gave me");
    add->add_option("FILE", *file, "The card")->required();
    add->footer(
        "EXAMPLE\n  kua contact add /media/stick/mara.card\n"
        "Until it is compared, it may be anybody's: kua contact verify");

    CLI::App* list = group->add_subcommand("list", "List contacts");
    list->footer("EXAMPLE\n  kua contact list");

    auto shown = std::make_shared<ContactOptions>();
    CLI::App* show = group->add_subcommand("show", "Show a contact and what was done with it");
    show->add_option("NAME", shown->name, kWhichContact)->required();
    show->footer("EXAMPLE\n  kua contact show Mara");

    const Command verify = verify_contact_command(*group);

    auto removed = std::make_shared<ContactOptions>();
    CLI::App* remove = group->add_subcommand("remove", "Remove a contact");
    remove->add_option("NAME", removed->name, kWhichContact)->required();
    remove->footer(
        "EXAMPLE\n  kua contact remove Mara\n"
        "What was done with the contact stays on record. Add the card again to have it back. It "
        "ends\n"
        "no case: what the owner of one sends for it still counts.");

    return {{add, [file](CommandContext& context) { return run_add(*file, context); }},
            {list, run_contact_list},
            {show, [shown](CommandContext& context) { return run_show(*shown, context); }},
            verify,
            {remove, [removed](CommandContext& context) { return run_remove(*removed, context); }}};
}

}  // namespace kua::cli
