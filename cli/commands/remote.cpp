#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/terminal_files.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

struct RemoteAddOptions {
    RemoteRequest request;
    bool yes = false;
};

// The key of a host that nobody vouches for is compared once, by the person.
void check_host(RemoteAddOptions& options, Vault& vault, CommandContext& context) {
    RemoteRequest& request = options.request;
    const RemoteProbe probe = vault.probe_remote(request);
    if (!probe.is_url) {
        if (const auto whole = whole_path(request.address)) {
            request.address = whole->native();
        }
        return;
    }
    if (!probe.has_key) {
        context.output().warning(
            "this connection is not protected: whoever is on the way sees that you exchange, when"
            " and how much. What travels stays sealed and signed");
        return;
    }
    if (!request.host_key.empty() && request.host_key != probe.host_key) {
        throw Error{ErrorCode::kRefused, "the host shows another key, " + probe.host_key +
                                             "; not added. ask its operator"};
    }
    if (probe.vouched || !request.host_key.empty()) {
        return;
    }
    context.output().note("the host shows the key " + probe.host_key);
    context.confirm("is that the key that its operator told you?", options.yes);
    request.host_key = probe.host_key;
}

Command add_remote_command(CLI::App& group) {
    auto options = std::make_shared<RemoteAddOptions>();
    CLI::App* add = group.add_subcommand("add", "Name a stick's folder or a git host");
    add->add_option("NAME", options->request.name, "What to call it")->required();
    add->add_option("ADDRESS", options->request.address, "A folder, or an ssh, https or git URL")
        ->required();
    add->add_option("--identity", options->request.identity_file,
                    "ssh: the key file to log in with (default: the ssh agent)")
        ->option_text("FILE");
    add->add_option("--host-key", options->request.host_key,
                    "The key that the host must show, as its operator told you")
        ->option_text("KEY");
    add->add_flag("--yes", options->yes, "Take the key that the host shows now");
    add->footer(
        "EXAMPLE\n  kua remote add stick /media/stick/kua\n"
        "  kua remote add base ssh://git@host.example/evidence.git --identity ~/.ssh/id_ed25519\n"
        "A folder that isn't there yet is made. What lies there tells nobody what it is about, nor "
        "who\nexchanges; that it is kua's can be seen.");
    return {add, [options](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                check_host(*options, vault, context);
                context.output().remote_changed(RemoteChange::kAdded,
                                                vault.add_remote(options->request));
                return Outcome{};
            }};
}

Command remove_remote_command(CLI::App& group) {
    auto name = std::make_shared<std::string>();
    CLI::App* remove = group.add_subcommand("remove", "Forget a remote; nothing there changes");
    remove->add_option("NAME", *name, "The remote")->required();
    remove->footer("EXAMPLE\n  kua remote remove stick");
    return {remove, [name](CommandContext& context) {
                Vault vault = context.open_vault(Access::kWrite);
                context.output().remote_changed(RemoteChange::kRemoved, vault.remove_remote(*name));
                return Outcome{};
            }};
}

}  // namespace

std::vector<Command> remote_commands(CLI::App& app) {
    CLI::App* group = app.add_subcommand("remote", "Sticks and hosts to exchange by");
    group->group("exchange");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua remote add stick /media/stick/kua\n  kua sync stick");
    CLI::App* list = group->add_subcommand("list", "List remotes");
    list->footer("EXAMPLE\n  kua remote list");
    return {add_remote_command(*group),
            remove_remote_command(*group),
            {list, [](CommandContext& context) {
                 Vault vault = context.open_vault(Access::kRead);
                 context.output().remotes(vault.remotes());
                 return Outcome{};
             }}};
}

}  // namespace kua::cli
