#include "vault/evidence/intake/arrival.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "vault/base/hex.h"
#include "vault/base/utf8.h"
#include "vault/evidence/media_types.h"
#include "vault/format/edtf.h"

namespace kua::evidence {
namespace {

using journal::Fact;

// Facts of an item.added entry that say nothing about how the bytes came in.
constexpr std::array<std::string_view, 5> kContentFacts = {"item", "digest", "bytes", "object",
                                                           "decoy"};

bool has(const std::vector<Fact>& facts, std::string_view name) {
    return std::any_of(facts.begin(), facts.end(),
                       [name](const Fact& fact) { return fact.name == name; });
}

void add_if_missing(std::vector<Fact>& facts, const char* name, std::string value) {
    if (!has(facts, name)) {
        facts.push_back({name, std::move(value)});
    }
}

}  // namespace

std::optional<std::string> file_time(const base::FileStatus& status, const base::Clock& clock) {
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    std::int64_t seconds = status.modified_ns / kNanosecondsPerSecond;
    if (status.modified_ns % kNanosecondsPerSecond < 0) {
        --seconds;
    }
    return format::format_edtf(seconds, clock.utc_offset_minutes(status.modified_ns));
}

std::vector<Fact> arrival_facts(const ArrivalDefaults& defaults, const InputFile& input,
                                const base::FileStatus& status, const DeviceClaims* claims,
                                const base::Clock& clock) {
    const std::string file_name = input.path.filename().string();
    const MediaType type = media_type_of(file_name);
    std::vector<Fact> facts = {{"name", base::from_file_name(file_name)}};
    facts.insert(facts.end(), defaults.given.begin(), defaults.given.end());
    add_if_missing(facts, "kind", std::string{type.kind});
    add_if_missing(facts, "media_type", std::string{type.media_type});
    add_if_missing(facts, "source", "unknown");
    if (claims != nullptr) {
        add_claims(facts, *claims);
    }
    if (has(facts, "captured")) {
        add_if_missing(facts, "captured_basis", "unknown");
    } else if (const std::optional<std::string> time = file_time(status, clock)) {
        facts.push_back({"captured", *time});
        facts.push_back({"captured_day", format::coarsen_to_day(format::parse_edtf(*time))});
        facts.push_back({"captured_basis", "file_time"});
    }
    add_if_missing(facts, "acquired_by", defaults.acquired_by);
    if (!input.typed) {
        facts.push_back({"origin_path", base::from_file_name(input.path.string())});
    }
    return facts;
}

std::string media_type_of(const ArrivalDefaults& defaults, const InputFile& input) {
    const auto given = std::ranges::find(defaults.given, "media_type", &Fact::name);
    return given != defaults.given.end()
               ? given->value.get<std::string>()
               : std::string{media_type_of(input.path.filename().string()).media_type};
}

journal::EntryDraft item_added(const std::string& item, const SealedInput& sealed,
                               std::vector<Fact> arrival) {
    std::vector<Fact> facts = {{"item", item},
                               {"digest", base::encode_hex(sealed.digest)},
                               {"bytes", sealed.size_bytes},
                               {"object", base::encode_hex(sealed.sealed_digest.bytes)}};
    std::move(arrival.begin(), arrival.end(), std::back_inserter(facts));
    return {"item.added", std::move(facts)};
}

std::optional<journal::EntryDraft> custody_derived(const journal::EntryDraft& added) {
    if (!has(added.facts, "derived_from")) {
        return std::nullopt;
    }
    std::vector<Fact> facts;
    for (const Fact& fact : added.facts) {
        if (fact.name == "derived_from") {
            facts.push_back({"item", fact.value});
        } else if (fact.name == "item") {
            facts.push_back({"derivative", fact.value});
        } else if (fact.name == "digest") {
            facts.push_back({"digest_out", fact.value});
        } else if (fact.name == "recipe" || fact.name == "attributes_removed" ||
                   fact.name == "tool") {
            facts.push_back(fact);
        }
    }
    return journal::EntryDraft{"custody.derived", std::move(facts)};
}

journal::EntryDraft custody_received(const std::string& item, std::vector<Fact> arrival) {
    std::vector<Fact> facts = {{"item", item}};
    std::move(arrival.begin(), arrival.end(), std::back_inserter(facts));
    return {"custody.received", std::move(facts)};
}

bool is_arrival(const journal::Entry& entry) {
    return entry.header.type == "item.added" || entry.header.type == "custody.received";
}

std::string arrival_key(const std::vector<Fact>& facts) {
    std::map<std::string_view, std::string> by_name;
    for (const Fact& fact : facts) {
        if (std::ranges::find(kContentFacts, fact.name) == kContentFacts.end()) {
            by_name.emplace(fact.name, base::write_json(fact.value));
        }
    }
    std::string key;
    for (const auto& [name, value] : by_name) {
        key.append(1, '\n').append(name).append(1, '=').append(value);  // JSON has no line feed
    }
    return key;
}

}  // namespace kua::evidence
