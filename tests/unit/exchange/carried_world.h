// A courier: Mara, whose copy of Rosa's case is sealed, goes from stick 1 to stick 2.
#pragma once

#include <string>

#include "tests/support/exchange_world.h"

namespace kua::testing {

inline void seal(ExchangeWorld& world, Person& who) {
    SealCaseOptions options;
    options.secret_to = "/key of " + who.name;
    options.contact = "Rosa";
    options.unverified = true;
    who->seal_case(world.case_id, options);
}

// With the key that Rosa hands over in person. What stays of the first one is a file.
inline UnsealCaseReport unseal(ExchangeWorld& world, Person& who, const std::string& file = "/to") {
    SealCaseOptions options;
    options.secret_to = file;
    options.contact = who.name;
    options.unverified = true;
    world.rosa->write_case_key(world.case_id, options);
    UnsealOptions unsealing;
    unsealing.secret_from = file;
    return who->unseal_case(unsealing);
}

inline std::uint64_t carried_by(Person& who) {
    return who->status().carried_bundles;
}

// The folder of what `who` carries of `author`.
inline fs::path carried_folder(Person& who, Person& author) {
    return who.dir / "carried" / who.ref(author);
}

inline fs::path first_pack(ExchangeWorld& world, const fs::path& repository) {
    for (const base::DirectoryEntry& entry : world.files.list(repository / "objects/pack")) {
        if (entry.name.ends_with(".pack")) {
            return repository / "objects/pack" / entry.name;
        }
    }
    return {};
}

}  // namespace kua::testing
