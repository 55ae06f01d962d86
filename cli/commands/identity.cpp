#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/context.h"

namespace kua::cli {
namespace {

struct CardOptions {
    CardFiles files;
    bool qr = false;
};

void refuse_code_in_json(bool qr, CommandContext& context) {
    if (qr && context.options().json) {
        throw Error{ErrorCode::kUsage, "--qr is for people; it can't be part of a JSON document"};
    }
}

Outcome run_show(bool qr, CommandContext& context) {
    refuse_code_in_json(qr, context);
    const Vault vault = context.open_vault(Access::kRead);
    const IdentitySummary own = vault.identity();
    context.output().identity(own);
    if (qr) {
        context.output().qr_code(QrCode{own.fingerprint, QrCorrection::kMedium});
    }
    return {};
}

void show_card_code(const IdentitySummary& own, CommandContext& context) try {
    context.output().qr_code(QrCode{own.card, QrCorrection::kLow});
} catch (const Error& error) {
    if (error.code() != ErrorCode::kFailed) {
        throw;
    }
    throw Error{error.code(), std::string(error.what()) +
                                  "; or use kua identity card --png FILE; a small code to compare "
                                  "is in kua identity show --qr"};
}

Outcome run_card(const CardOptions& options, CommandContext& context) {
    refuse_code_in_json(options.qr, context);
    const CardFiles& files = options.files;
    const bool to_file = !files.card.empty() || !files.png.empty();
    const bool qr = options.qr || (!to_file && context.shows_pictures());
    if (!to_file && !qr) {
        throw Error{ErrorCode::kUsage,
                    "say where the card goes: --to FILE, --png FILE, or --qr for a code on the "
                    "screen"};
    }
    Vault vault = context.open_vault(Access::kRead);
    const IdentitySummary own = vault.identity();
    if (!files.card.empty()) {
        vault.write_card(files.card);
    }
    if (!files.png.empty()) {
        vault.write_new_file(files.png, png_of(QrCode{own.card, QrCorrection::kLow}));
    }
    if (to_file) {
        context.output().card_written(own, files);
    }
    if (qr) {
        show_card_code(own, context);
    }
    return {};
}

}  // namespace

std::vector<Command> identity_commands(CLI::App& app) {
    CLI::App* group =
        app.add_subcommand("identity", "Who I am to others: my card and how it is compared");
    group->group("exchange");
    group->require_subcommand(0, 1);
    group->footer("EXAMPLE\n  kua identity show");

    CLI::App* show = group->add_subcommand(
        "show", "Show my name and the words and digits by which others know my card");
    show->footer(
        "EXAMPLE\n  kua identity show\n"
        "Read the words aloud to a colleague who has your card, in person or in a call in which\n"
        "you know the voice. The digits say the same, and so does the code of --qr.");
    auto with_code = std::make_shared<bool>(false);
    show->add_flag("--qr", *with_code, "Also draw the fingerprint as a QR code, a small one");

    auto options = std::make_shared<CardOptions>();
    CLI::App* card = group->add_subcommand("card", "Give my card away, for others to know me by");
    card->add_option("--to", options->files.card, "Write it to a new file")->option_text("FILE");
    card->add_option("--png", options->files.png, "Write it as a QR code, a new PNG file")
        ->option_text("FILE");
    card->add_flag("--qr", options->qr,
                   "Draw it as a QR code; on a terminal also if no file is named");
    card->footer(
        "EXAMPLE\n  kua identity card --to ../rosa.card\n"
        "A card is public and holds no secret, but it has your name as the vault knows it.\n"
        "A phone that scans the code gets the text of the card; `kua contact add` takes that.");
    return {{show, [with_code](CommandContext& context) { return run_show(*with_code, context); }},
            {card, [options](CommandContext& context) { return run_card(*options, context); }}};
}

}  // namespace kua::cli
