#include "vault/evidence/testimony/speakers.h"

#include <algorithm>
#include <set>

#include "vault/evidence/casework/description.h"
#include "vault/evidence/members.h"
#include "vault/evidence/pseudonym.h"
#include "vault/format/testimony_text.h"

namespace kua::evidence {
namespace {

std::string as_one_word(std::string name) {
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

bool is_member(const std::vector<Member>& members, const std::string& speaker) {
    return std::any_of(members.begin(), members.end(), [&](const Member& member) {
        return as_one_word(member.card.name) == as_one_word(speaker);
    });
}

}  // namespace

void require_speakers(store::Connection& catalog, const CaseKeys& keys,
                      const std::vector<NamedSpeaker>& speakers) {
    if (keys.sealed()) {
        return;
    }
    const std::vector<Member> members = list_members(catalog, keys.case_id);
    std::set<std::string> asked;
    for (const NamedSpeaker& speaker : speakers) {
        if (!asked.insert(speaker.name).second) {
            continue;
        }
        if (is_pseudonym(speaker.name)) {
            require_source(catalog, keys, speaker.name);
        } else if (!is_member(members, speaker.name)) {
            format::refuse_line(speaker.line,
                                "who speaks is a pseudonym like P-07 or a member of the"
                                " case, never another name");
        }
    }
}

}  // namespace kua::evidence
