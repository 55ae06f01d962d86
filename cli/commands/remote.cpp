#include <memory>
#include <optional>
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

struct LoginOptions {
    std::string remote;
    std::optional<std::string> user;
    bool is_nobody = false;
    std::optional<std::string> secret_file;
    std::optional<int> secret_descriptor;
};

Outcome run_login(const LoginOptions& options, CommandContext& context) {
    Vault vault = context.open_vault(Access::kWrite);
    const std::string user = options.user.value_or("");
    if (user.empty() && !options.is_nobody) {
        throw Error{ErrorCode::kUsage, "say who: --user NAME, or --none for nobody any more"};
    }
    vault.check_login(options.remote, user);
    RemoteSummary now;
    if (options.is_nobody) {
        now = vault.forget_login(options.remote);
    } else {
        now = vault.set_login(
            options.remote, user,
            context.known_passphrase({options.secret_file, options.secret_descriptor, /*own=*/true,
                                      "password or token", "--secret-file FILE or --secret-fd N"},
                                     "password or token of " + escape_for_display(user) + ": "));
    }
    context.output().remote_changed(RemoteChange::kLogin, now);
    return {};
}

Command login_command(CLI::App& group) {
    auto options = std::make_shared<LoginOptions>();
    CLI::App* login = group.add_subcommand("login", "Say whom to log in as at an https host");
    login->add_option("NAME", options->remote, "The remote")->required();
    CLI::Option* user =
        login->add_option("--user", options->user, "The user there")->option_text("NAME");
    CLI::Option* none =
        login->add_flag("--none", options->is_nobody, "Nobody any more: forget what was kept")
            ->excludes(user);
    CLI::Option* file = login
                            ->add_option("--secret-file", options->secret_file,
                                         "Read the password or token from here")
                            ->option_text("FILE")
                            ->excludes(none);
    login
        ->add_option("--secret-fd", options->secret_descriptor,
                     "Read the password or token from an open descriptor")
        ->option_text("N")
        ->check(whole_number(0, 1023))
        ->excludes(file)
        ->excludes(none);
    login->footer(
        "EXAMPLE\n  kua remote login base --user rosa\n"
        "Best a token that opens this repository alone: it stays in the vault, for whoever opens "
        "it.");
    return {login, [options](CommandContext& context) { return run_login(*options, context); }};
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
            login_command(*group),
            remove_remote_command(*group),
            {list, [](CommandContext& context) {
                 Vault vault = context.open_vault(Access::kRead);
                 context.output().remotes(vault.remotes());
                 return Outcome{};
             }}};
}

}  // namespace kua::cli
