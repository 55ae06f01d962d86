// What a person says about an item or another thing, checked and put into the shape that the
// journal keeps: one fact each, under the names of docs/glossary.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kua/item.h"
#include "vault/evidence/vocabulary.h"
#include "vault/journal/entry.h"

namespace kua::evidence {

// Checks every value against its rule and makes one fact per name, in the order of the rules;
// where "captured" is given, "captured_day" is added, coarser by design so that it can be disclosed
// without the exact time. Throws kUsage: an unknown name, a word outside its vocabulary, a date
// that is none. The message says what would be understood and never repeats a note or a place.
std::vector<journal::Fact> check_given_facts(const GivenFacts& given,
                                             std::span<const FactRule> rules = item_fact_rules());

// A fact's value for people: a text as it is, a list joined by ", ", anything else as JSON.
std::string text_of_value(const base::Json& value);

FactValue to_fact_value(const journal::Fact& fact);

}  // namespace kua::evidence
