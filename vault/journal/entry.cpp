#include "vault/journal/entry.h"

#include <algorithm>
#include <set>
#include <utility>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/bytes.h"
#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/format/disclosure.h"

namespace kua::journal {
namespace {

constexpr std::uint64_t kLineVersion = 1;
constexpr std::size_t kMaxTypeBytes = 64;
constexpr std::size_t kMaxTimeBytes = 64;
// Quotes and a comma around each disclosure in a bundle, and a share of what stands around all.
constexpr std::size_t kDisclosureOverheadBytes = 64;

[[noreturn]] void refuse_entry(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("journal line: ") + why};
}

bool is_lower_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && base::decode_hex(text).has_value();
}

bool is_type(std::string_view text) {
    return !text.empty() && text.size() <= kMaxTypeBytes &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return base::is_ascii_lower(letter) || base::is_ascii_digit(letter) ||
                      letter == '.' || letter == '_';
           });
}

bool is_digest(std::string_view text) {
    const auto bytes = base::decode_base64(text, base::Base64::kUrl);
    return bytes && bytes->size() == crypto::Sha256Digest{}.size();
}

std::vector<std::string> parse_facts(const base::Json& facts) {
    if (facts.empty()) {
        refuse_entry("no fact");
    }
    if (facts.size() > kMaxFactsPerLine) {
        refuse_entry("too many facts");
    }
    std::vector<std::string> digests;
    digests.reserve(facts.size());
    for (const base::Json& fact : facts) {
        const std::string& digest = base::as_text(fact, "fact");
        if (!is_digest(digest)) {
            refuse_entry("a fact is no SHA-256 digest");
        }
        if (!digests.empty() && digests.back() >= digest) {
            refuse_entry("facts are not sorted, or one comes twice");
        }
        digests.push_back(digest);
    }
    return digests;
}

std::string line_of(const EntryLine& header) {
    base::Json json;
    json["kua"] = kLineVersion;
    json["case"] = header.case_id;
    json["author"] = header.author;
    json["seq"] = header.seq;
    json["lamport"] = header.lamport;
    json["time"] = header.time;
    json["type"] = header.type;
    json["facts"] = header.facts;
    return base::write_json(json);
}

}  // namespace

Entry write_entry(EntryLine header, const EntryDraft& draft, base::Random& random) {
    Entry entry;
    header.type = draft.type;
    header.facts.clear();
    std::size_t disclosed_bytes = 0;
    const auto disclose = [&](format::Disclosure made) {
        disclosed_bytes += made.text.size() + kDisclosureOverheadBytes;
        header.facts.push_back(format::digest_of(made.text));
        entry.disclosures.push_back(std::move(made.text));
        entry.facts.push_back({std::move(made.name), std::move(made.value)});
    };
    std::set<std::string_view> names;
    for (const Fact& fact : draft.facts) {
        KUA_CHECK(names.insert(fact.name).second);
        disclose(format::make_disclosure(fact.name, fact.value, random));
    }
    if (draft.facts.empty()) {
        disclose(format::make_decoy(random));
    }
    std::sort(header.facts.begin(), header.facts.end());
    entry.line = line_of(header);
    if (entry.line.size() > kMaxLineBytes || header.facts.size() > kMaxFactsPerLine ||
        disclosed_bytes > kMaxDisclosuresLineBytes) {
        throw Error{ErrorCode::kFailed, "one entry holds more facts than a journal line can"};
    }
    entry.header = std::move(header);
    return entry;
}

EntryLine parse_line(std::string_view line) {
    if (line.size() > kMaxLineBytes) {
        refuse_entry("too long");
    }
    const base::Json json = base::parse_json(line, {.max_bytes = kMaxLineBytes, .max_depth = 2});
    base::require_only_members(
        json, {"kua", "case", "author", "seq", "lamport", "time", "type", "facts"});
    if (base::uint_at(json, "kua") != kLineVersion) {
        refuse_entry("written by a newer kua");
    }
    EntryLine header;
    header.case_id = base::text_at(json, "case");
    header.author = base::text_at(json, "author");
    header.seq = base::uint_at(json, "seq");
    header.lamport = base::uint_at(json, "lamport");
    header.time = base::text_at(json, "time");
    header.type = base::text_at(json, "type");
    if (!is_lower_hex(header.case_id, 32) || !is_lower_hex(header.author, 64)) {
        refuse_entry("case or author is no id");
    }
    if (header.seq == 0 || header.lamport == 0) {
        refuse_entry("seq and lamport start at 1");
    }
    if (header.time.size() > kMaxTimeBytes || !is_type(header.type)) {
        refuse_entry("time or type is malformed");
    }
    header.facts = parse_facts(base::array_at(json, "facts"));
    return header;
}

Entry join_entry(std::string line, std::vector<std::string> disclosures) {
    Entry entry;
    entry.header = parse_line(line);
    entry.line = std::move(line);
    std::set<std::string, std::less<>> names;
    std::set<std::string, std::less<>> digests;
    for (const std::string& text : disclosures) {
        format::Disclosure disclosure = format::parse_disclosure(text);
        const auto& known = entry.header.facts;
        std::string digest = format::digest_of(text);
        if (!std::binary_search(known.begin(), known.end(), digest)) {
            refuse_entry("a disclosure belongs to no fact of its line");
        }
        if (!digests.insert(std::move(digest)).second || !names.insert(disclosure.name).second) {
            refuse_entry("a fact is disclosed twice");
        }
        entry.facts.push_back({std::move(disclosure.name), std::move(disclosure.value)});
    }
    entry.disclosures = std::move(disclosures);
    return entry;
}

format::MerkleHash leaf_of(std::string_view line) {
    return format::hash_leaf(base::bytes_of(line));
}

const base::Json* find_fact(const Entry& entry, std::string_view name) {
    const auto found = std::find_if(entry.facts.begin(), entry.facts.end(),
                                    [name](const Fact& fact) { return fact.name == name; });
    return found == entry.facts.end() ? nullptr : &found->value;
}

std::string fact_text(const Entry& entry, std::string_view name) {
    const base::Json* value = find_fact(entry, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

}  // namespace kua::journal
