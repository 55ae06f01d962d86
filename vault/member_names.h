// How members of a case call themselves, for reports; everybody's who ever was one, and the own
// name.
#pragma once

#include <map>
#include <string>

#include "vault/vault_state.h"

namespace kua {

class MemberNames {
public:
    // A list of members that is damaged leaves others without names; verify names the damage.
    MemberNames(Vault::State& state, const std::string& case_id);

    // Empty for those who were never members.
    std::string name_of(const std::string& fingerprint) const;
    // The same with the front of the fingerprint instead.
    std::string label_of(const std::string& fingerprint) const;

private:
    std::map<std::string, std::string> names_;
};

}  // namespace kua
