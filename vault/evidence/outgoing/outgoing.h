// One item on its way out as a file.
#pragma once

#include <optional>
#include <string>

#include "kua/error.h"
#include "kua/item.h"
#include "vault/evidence/outgoing/consent_gate.h"
#include "vault/store/object_table.h"

namespace kua::evidence {

struct Outgoing {
    ItemSummary item;
    store::ObjectRecord object;
    std::string name;              // final
    std::string temporary;         // empty until it is made
    ConsentGate::Passage passage;  // why it may
    std::optional<Error> failure;
};

}  // namespace kua::evidence
