#include "vault/member_names.h"

#include "vault/evidence/members.h"

namespace kua {

MemberNames::MemberNames(Vault::State& state, const std::string& case_id) {
    try {
        for (const evidence::Member& member : evidence::list_members(state.catalog(), case_id)) {
            names_[member.card.fingerprint] = member.card.name;
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        names_.clear();
    }
    names_[state.identity.card.fingerprint] = state.identity.card.name;
}

std::string MemberNames::name_of(const std::string& fingerprint) const {
    const auto found = names_.find(fingerprint);
    return found == names_.end() ? std::string{} : found->second;
}

std::string MemberNames::label_of(const std::string& fingerprint) const {
    const std::string name = name_of(fingerprint);
    return name.empty() ? fingerprint.substr(0, 8) : name;
}

}  // namespace kua
