// One journal line and, on the lines after it, its disclosures.
#include "vault/journal/entry.h"

#include <algorithm>
#include <set>

#include "tests/fuzz/fuzz.h"
#include "tests/support/seeded_random.h"
#include "vault/base/parse.h"
#include "vault/format/disclosure.h"

namespace {

using kua::journal::Entry;
using kua::journal::EntryLine;

void check_line(const EntryLine& line) {
    const auto& facts = line.facts;
    KUA_CHECK(line.seq > 0 && line.lamport > 0);
    KUA_CHECK(!facts.empty() && facts.size() <= kua::journal::kMaxFactsPerLine);
    KUA_CHECK(std::ranges::adjacent_find(facts, std::ranges::greater_equal{}) == facts.end());
}

void check_entry(const Entry& entry, std::size_t disclosures) {
    check_line(entry.header);
    KUA_CHECK(entry.facts.size() == disclosures && entry.disclosures.size() == disclosures);
    KUA_CHECK(disclosures <= entry.header.facts.size());
    for (const kua::journal::Fact& fact : entry.facts) {
        // So no name comes twice.
        KUA_CHECK(kua::journal::find_fact(entry, fact.name) == &fact.value);
    }
}

// Behind the digests, which no fuzzer guesses: a line that commits to just these disclosures.
void check_committed(const std::vector<std::string>& disclosures) {
    std::vector<std::string> digests;
    std::set<std::string> names;
    kua::journal::EntryDraft draft{.type = "item.added", .facts = {}};
    for (const std::string& text : disclosures) {
        auto one =
            testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_disclosure(text); });
        if (!one || !names.insert(one->name).second) {
            return;
        }
        digests.push_back(format::digest_of(text));
        draft.facts.push_back({std::move(one->name), std::move(one->value)});
    }
    testing::SeededRandom random{1};
    const Entry written = kua::journal::write_entry({.case_id = std::string(32, 'c'),
                                                     .author = std::string(64, 'a'),
                                                     .seq = 1,
                                                     .lamport = 1,
                                                     .time = "2017-11-23T10:12:00Z",
                                                     .type = {},
                                                     .facts = {}},
                                                    draft, random);
    const Entry read = kua::journal::join_entry(written.line, written.disclosures);
    check_entry(read, written.disclosures.size());
    for (const kua::journal::Fact& fact : draft.facts) {
        KUA_CHECK(*kua::journal::find_fact(read, fact.name) == fact.value);
    }
    if (!digests.empty()) {
        base::Json line = base::parse_json(written.line);
        std::ranges::sort(digests);
        line["facts"] = digests;
        check_entry(kua::journal::join_entry(base::write_json(line), disclosures),
                    disclosures.size());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = testing::fuzz_text(data, size);
    const std::string line{base::take_line(rest).value_or(rest)};
    std::vector<std::string> disclosures;
    while (const auto disclosure = base::take_line(rest)) {
        disclosures.emplace_back(*disclosure);
    }
    const auto header =
        testing::parsed(ErrorCode::kDamaged, [&] { return kua::journal::parse_line(line); });
    if (header) {
        check_line(*header);
    }
    const auto entry = testing::parsed(ErrorCode::kDamaged,
                                       [&] { return kua::journal::join_entry(line, disclosures); });
    if (entry) {
        KUA_CHECK(header && entry->line == line && entry->header.facts == header->facts);
        check_entry(*entry, disclosures.size());
    }
    check_committed(disclosures);
    return 0;
}
