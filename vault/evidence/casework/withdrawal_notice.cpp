#include "vault/evidence/casework/withdrawal_notice.h"

#include <algorithm>
#include <set>
#include <utility>

#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/base/words.h"
#include "vault/evidence/items.h"
#include "vault/evidence/outgoing/safe_name.h"

namespace kua::evidence {
namespace {

constexpr std::string_view kFront =
    "Consent was taken back\n"
    "\n"
    "To:    ";
// Nobody is named who didn't sign it: the paper may be found on the way.
constexpr std::string_view kRequest =
    "\n"
    "From:  ______________________________\n"
    "Date:  ______________\n"
    "\n"
    "You were given the files below. Since then consent to some of their uses was taken\n"
    "back. Please, for each file:\n"
    "\n"
    "- stop every use that it says is no longer allowed, of what it names;\n"
    "- take it down where it can be seen for such a use;\n"
    "- tell everybody to whom you gave it for such a use;\n"
    "- write down what you did and when, and give that to whoever brings you this.\n"
    "\n"
    "Don't ask who it was, and don't look for them.\n";

std::string attributes_in_a_row(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += text.empty() ? "" : ", ";
        text += word;
    }
    return text;
}

// Name and digest only of what they were given as it is: else they don't know them.
// A typed testimony is called after its source, whom a notice doesn't name.
bool names_a_source(std::string_view name) {
    for (std::size_t at = name.find("P-"); at != std::string_view::npos;
         at = name.find("P-", at + 1)) {
        if (at + 2 < name.size() && base::is_ascii_digit(name[at + 2])) {
            return true;
        }
    }
    return false;
}

std::string paragraph(store::Connection& catalog, const std::string& case_id,
                      const PastExport& past, std::uint64_t number) {
    constexpr std::size_t kDateCharacters = 10;
    const ItemSummary item = load_item(catalog, case_id, past.item);
    std::string text = "\n" + std::to_string(number) + ". ";
    if (past.as_original) {
        text += base::escape_for_display(names_a_source(item.name) ? "one " + item.kind
                                                                   : safe_file_name(item.name)) +
                ", " + std::to_string(item.bytes) + " bytes\n   SHA-256 " + item.digest + "\n";
    } else {
        text += "one " + base::escape_for_display(item.kind) +
                (past.handed_over ? ", by hand\n" : ", as a sealed file\n");
    }
    text += "   given to you on " + base::escape_for_display(past.time.substr(0, kDateCharacters)) +
            " (by the clock of whoever did) for: " + past.purpose + "\n";
    text += "   no longer allowed for " + past.purpose + ": " +
            attributes_in_a_row(past.taken_back) + "\n";
    return text;
}

// A copy of one's own, or one that nobody was named for and that lies in some folder of whoever
// made it: there is nobody to carry a notice to.
bool has_recipient(const PastExport& past) {
    return past.purpose != "keep" && !past.to.empty() && !past.to.starts_with('/') &&
           !past.to.starts_with('.') && !past.to.starts_with('~');
}

std::string unused_name(const std::string& recipient, std::set<std::string>& used) {
    const std::string wanted = safe_file_name("notice to " + recipient + ".txt");
    std::string name = wanted;
    for (unsigned number = 2; !used.insert(base::fold_text(name)).second; ++number) {
        name = numbered_name(wanted, number);
    }
    return name;
}

}  // namespace

std::vector<NoticeText> write_notices(store::Connection& catalog, const std::string& case_id,
                                      const std::vector<PastExport>& exports) {
    std::vector<NoticeText> notices;
    std::set<std::string> used;
    for (const PastExport& past : exports) {
        if (past.taken_back.empty() || !has_recipient(past)) {
            continue;
        }
        auto notice = std::find_if(notices.begin(), notices.end(),
                                   [&](const NoticeText& one) { return one.recipient == past.to; });
        if (notice == notices.end()) {
            notices.push_back({past.to, unused_name(past.to, used), std::string{kFront}, 0});
            notice = std::prev(notices.end());
            notice->text += base::escape_for_display(past.to);
            notice->text += kRequest;
        }
        notice->text += paragraph(catalog, case_id, past, ++notice->items);
    }
    return notices;
}

}  // namespace kua::evidence
