#include "cli/commands/past_exports.h"

#include <algorithm>

namespace kua::cli {

void note_past_exports(Vault& vault, const std::string& source, CommandContext& context) {
    const ConsentOverview overview = vault.consent(source, context.case_name());
    const bool is_any_refused =
        std::any_of(overview.exports.begin(), overview.exports.end(),
                    [](const PastExport& past) { return !past.taken_back.empty(); });
    if (is_any_refused) {
        context.output().note("what went out before is no longer allowed: kua consent show " +
                              source +
                              " --notices FOLDER writes what to carry to those it went to");
    }
}

}  // namespace kua::cli
