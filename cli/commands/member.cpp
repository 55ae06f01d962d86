#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/words.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

Command add_member_command(CLI::App& group) {
    auto request = std::make_shared<MemberRequest>();
    CLI::App* add = group.add_subcommand("add", "Invite a contact into the case");
    add->add_option("CONTACT", request->contact, "Its name, or 8 or more digits of its fingerprint")
        ->required();
    add->add_option("--role", request->role, "contributor (default), reader, or depositor")
        ->option_text("ROLE")
        ->check(CLI::IsMember({"contributor", "reader", "depositor"}));
    add->add_flag("--unverified", request->unverified,
                  "Also a card that was never compared with its owner's screen");
    add->footer(
        "EXAMPLE\n  kua member add Mara\n"
        "A depositor adds evidence and never gets the key to read. A contributor and a reader get\n"
        "the keys to everything in the case, what was added before too. The invitation travels "
        "with\n"
        "the next kua sync.");
    return {add, [request](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                request->case_name = context.case_name();
                context.output().member_added(vault.add_member(*request));
                return Outcome{};
            }};
}

struct MemberRemoveOptions {
    RemovalRequest request;
    bool yes = false;
};

std::string who_of(const MemberSummary& member) {
    return escape_for_display(member.name) + " (" + member.fingerprint.substr(0, 8) + ")";
}

// Whoever had the device may have entered it, or the sources said it: only a person can tell.
void say_what_was_refused(const RemovalPlan& plan, bool is_dropped, Output& output) {
    if (!plan.refusing.empty()) {
        output.note("in what is set aside these refused something, or allowed it to some only: " +
                    some_in_a_row(plan.refusing) +
                    (is_dropped ? "; that counts no more"
                                : "; that is entered again in your name, so that it counts"
                                  " (--drop-refusals leaves it out)"));
    }
    if (!plan.restricted.empty()) {
        output.note("in what is set aside something was said that holds these back: " +
                    some_in_a_row(plan.restricted) +
                    (is_dropped ? "; that counts no more"
                                : "; that is entered again in your name, so that it counts"
                                  " (--drop-refusals leaves it out)"));
    }
    if (plan.left_out > 0) {
        output.note(
            "in what is set aside something was said of " +
            counted(plan.left_out, "more item, source or link", "more items, sources and links") +
            ", which is too much to look at or can't be read; it may hold something back, so look"
            " at the log of this member before you answer");
    }
    if (!plan.keep.empty()) {
        output.note("in what is set aside these took back keep: " + some_in_a_row(plan.keep) +
                    "; nothing is to be destroyed for that before they were asked");
    }
}

Outcome run_remove(MemberRemoveOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    options.request.case_name = context.case_name();
    const RemovalPlan plan = vault.check_removal(options.request);
    const MemberSummary member = vault.member(options.request.case_name, options.request.member);
    say_what_was_refused(plan, options.request.drop_refusals, context.output());
    context.confirm("remove " + who_of(member) +
                        " and give the case new keys? a card that is out never comes back",
                    options.yes);
    const ExposureReport report = vault.remove_member(options.request);
    context.output().member_removed(report);
    return {report.findings.empty() ? Result::kDone : Result::kFinding};
}

Command remove_member_command(CLI::App& group) {
    auto options = std::make_shared<MemberRemoveOptions>();
    CLI::App* remove =
        group.add_subcommand("remove", "Take a member out, and say what was readable there");
    remove->add_option("MEMBER", options->request.member, "The name, or digits of the fingerprint")
        ->required();
    remove
        ->add_option(
            "--as-of", options->request.last_entry,
            "The last entry of this member that counts, the end of one command (default: all"
            " that are here)")
        ->option_text("N")
        ->check(whole_number(0, 1'000'000'000));
    remove->add_flag(
        "--drop-refusals", options->request.drop_refusals,
        "Nor does what was refused or held back after that entry: somebody else wrote it");
    remove->add_flag("--yes", options->yes, "Don't ask");
    remove->footer(
        "EXAMPLE\n  kua member remove Adil --as-of 19\n"
        "What the member had stays readable to whoever holds that laptop. What comes from now on "
        "is\n"
        "sealed to new keys, which the others get with the next kua sync.");
    return {remove, [options](CommandContext& context) { return run_remove(*options, context); }};
}

struct DoubtOptions {
    DoubtRequest request;
    bool yes = false;
};

Command doubt_member_command(CLI::App& group) {
    auto options = std::make_shared<DoubtOptions>();
    CLI::App* doubt = group.add_subcommand(
        "doubt", "Go on adding although a member says there is more of your journal");
    doubt->add_option("MEMBER", options->request.member, "The name, or digits of the fingerprint")
        ->required();
    doubt->add_flag("--yes", options->yes, "Don't ask");
    doubt->footer(
        "EXAMPLE\n  kua member doubt Adil\n"
        "Only if this vault was never restored from an older copy: whoever adds to one before its\n"
        "own entries came back signs two histories, and others take nothing from it any more.");
    return {doubt, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                options->request.case_name = context.case_name();
                const MemberSummary member =
                    vault.member(options->request.case_name, options->request.member);
                context.confirm("was this vault never restored from an older copy? what " +
                                    who_of(member) +
                                    " says of having seen your entries then counts no more",
                                options->yes);
                context.output().member_doubted(vault.doubt_member(options->request));
                return Outcome{};
            }};
}

}  // namespace

std::vector<Command> member_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("member", "Who belongs to a case");
    group->group("exchange");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua member add Mara --role reader");
    CLI::App* list = group->add_subcommand("list", "List the members of the case");
    list->footer("EXAMPLE\n  kua member list");
    return {add_member_command(*group),
            remove_member_command(*group),
            doubt_member_command(*group),
            {list, [](CommandContext& context) {
                 Vault vault = context.open_vault(Access::kRead);
                 context.output().members(vault.members(context.case_name()));
                 return Outcome{};
             }}};
}

}  // namespace kua::cli
