#include "cli/output.h"

#include "cli/output_json.h"
#include "cli/output_text.h"
#include "cli/page.h"

namespace kua::cli {

void Output::note(std::string_view text) {
    if (!quiet_) {
        Page page;
        page.message("", text);
        terminal_.write(Stream::kErr, page.text());
    }
}

void Output::warning(std::string_view text) {
    Page page;
    page.message("warning: ", text);
    terminal_.write(Stream::kErr, page.text());
}

void Output::qr_code(const QrCode& code) {
    const std::size_t columns = terminal_.width(Stream::kOut);
    if (terminal_.is_terminal(Stream::kOut) && columns < code.modules()) {
        throw Error{ErrorCode::kFailed, "this code is " + std::to_string(code.modules()) +
                                            " columns wide, this terminal only " +
                                            std::to_string(columns) +
                                            ": make the window larger or its letters smaller"};
    }
    terminal_.write(Stream::kOut, drawn(code, terminal_.is_capable(Stream::kOut)));
}

std::string text_of(const Error& error) {
    const std::string cause = error.what();
    return error.lacks_room() ? "no room; nothing was half-kept: " + cause : cause;
}

std::string_view advice_for(const Error& error) noexcept {
    if (error.lacks_room()) {
        return "make room, then run this again";
    }
    if (error.lacks_permission()) {
        return "run it as whoever owns this vault, or those files, or name a folder of your own";
    }
    if (error.is_read_only()) {
        return "use a device that can be written to; if the vault itself lies on that one, reading"
               " works as it is, and a copy of the vault elsewhere does the rest";
    }
    return advice_for(error.code());
}

void Output::failure(const Error& error) {
    Page page;
    page.message("kua: ", text_of(error));
    if (const std::string_view advice = advice_for(error); !advice.empty()) {
        page.line("     " + std::string(advice));
    }
    terminal_.write(Stream::kErr, page.text());
}

std::unique_ptr<Output> make_output(Rendering rendering, Terminal& terminal, bool quiet) {
    if (rendering == Rendering::kJson) {
        return std::make_unique<JsonOutput>(terminal, quiet);
    }
    return std::make_unique<TextOutput>(terminal, quiet);
}

const char* error_name(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kWrongKey:
            return "wrong_key";
        case ErrorCode::kDamaged:
            return "damaged";
        case ErrorCode::kBug:
            return "bug";
        case ErrorCode::kFailed:
            return "failed";
        case ErrorCode::kUsage:
            return "usage";
        case ErrorCode::kRefused:
            return "refused";
        case ErrorCode::kBusy:
            return "busy";
        case ErrorCode::kNotFound:
            return "not_found";
        case ErrorCode::kStorage:
            return "storage";
        case ErrorCode::kInterrupted:
            return "interrupted";
        case ErrorCode::kNotVault:
            return "not_vault";
        case ErrorCode::kNewerFormat:
            return "newer_format";
        case ErrorCode::kExists:
            return "exists";
        case ErrorCode::kNoFile:
            return "no_file";
        case ErrorCode::kFileDamaged:
            return "file_damaged";
    }
    return "bug";
}

std::string_view advice_for(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kWrongKey:
            return "nothing was changed; where a passphrase was typed, check capitals, spaces and"
                   " the keyboard's language";
        case ErrorCode::kDamaged:
            return "kua verify names what else is affected; if it can't even begin, see"
                   " docs/rescue.md; don't repair anything by hand";
        case ErrorCode::kBug:
            return "this is a mistake in kua, not yours; keep the vault as it is and report it";
        case ErrorCode::kBusy:
            return "wait until it has finished, then run this again";
        case ErrorCode::kStorage:
            return "make room or check the device, then run this again";
        case ErrorCode::kFileDamaged:
            return "nothing in the vault was changed; use another copy of that file";
        case ErrorCode::kNewerFormat:
            return "nothing was touched; open it with the newer kua that wrote it";
        case ErrorCode::kFailed:
        case ErrorCode::kUsage:
        case ErrorCode::kRefused:
        case ErrorCode::kNotFound:
        case ErrorCode::kInterrupted:
        case ErrorCode::kNotVault:
        case ErrorCode::kExists:
        case ErrorCode::kNoFile:
            break;
    }
    return "";
}

}  // namespace kua::cli
