// What is carried by hand to whoever was given something before its source took consent back: a
// text for each of them, which says what they have and what they may no longer do with it, and
// nothing about who the source is, what else is in the case or who else was given something.
// Source: docs/consent.md, "Taking back".
#pragma once

#include <string>
#include <vector>

#include "kua/casework.h"
#include "vault/store/sqlite/connection.h"

namespace kua::evidence {

struct NoticeText {
    std::string recipient;
    std::string file_name;  // safe, and different for each
    std::string text;       // UTF-8, lines
    std::uint64_t items = 0;
};

// In the order in which recipients were first given anything. None for what is allowed again.
std::vector<NoticeText> write_notices(store::Connection& catalog, const std::string& case_id,
                                      const std::vector<PastExport>& exports);

}  // namespace kua::evidence
