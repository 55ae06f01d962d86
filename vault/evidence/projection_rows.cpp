#include "vault/evidence/projection_rows.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "vault/base/hex.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using journal::Entry;
using journal::fact_text;

std::string join_lines(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines) {
        all += line;
        all += '\n';
    }
    return all;
}

// The bytes that a hexadecimal fact stands for; empty if it is missing or malformed, since other
// authors may have written anything.
base::Bytes hex_fact(const Entry& entry, std::string_view name) {
    return base::decode_hex(fact_text(entry, name)).value_or(base::Bytes{});
}

std::int64_t integer_fact(const Entry& entry, std::string_view name) {
    const base::Json* value = journal::find_fact(entry, name);
    return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

std::string facts_as_json(const Entry& entry) {
    std::vector<const journal::Fact*> sorted;
    for (const journal::Fact& fact : entry.facts) {
        sorted.push_back(&fact);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* one, const auto* other) { return one->name < other->name; });
    base::Json json = base::Json::object();
    for (const journal::Fact* fact : sorted) {
        json[fact->name] = fact->value;
    }
    return base::write_json(json);
}

}  // namespace

EntryRow entry_row(const Entry& entry) {
    return {.case_id = journal::blob_of(entry.header.case_id),
            .lamport = entry.header.lamport,
            .author = journal::blob_of(entry.header.author),
            .seq = entry.header.seq,
            .time = entry.header.time,
            .type = entry.header.type,
            .item = fact_text(entry, "item"),
            .line = entry.line,
            .disclosures = join_lines(entry.disclosures)};
}

std::optional<ItemRow> item_row(const Entry& entry) {
    std::string item = fact_text(entry, "item");
    if (entry.header.type != "item.added" || item.empty()) {
        return std::nullopt;
    }
    return ItemRow{.case_id = journal::blob_of(entry.header.case_id),
                   .item = std::move(item),
                   .lamport = entry.header.lamport,
                   .author = journal::blob_of(entry.header.author),
                   .added = entry.header.time,
                   .name = fact_text(entry, "name"),
                   .kind = fact_text(entry, "kind"),
                   .media_type = fact_text(entry, "media_type"),
                   .digest = hex_fact(entry, "digest"),
                   .sealed_digest = hex_fact(entry, "object"),
                   .bytes = integer_fact(entry, "bytes"),
                   .source = fact_text(entry, "source"),
                   .captured = fact_text(entry, "captured"),
                   .captured_basis = fact_text(entry, "captured_basis"),
                   .facts = facts_as_json(entry)};
}

std::optional<CaseRow> case_row(const Entry& entry) {
    if (entry.header.type != "case.created") {
        return std::nullopt;
    }
    return CaseRow{.case_id = journal::blob_of(entry.header.case_id),
                   .title = fact_text(entry, "title"),
                   .description = fact_text(entry, "description"),
                   .reference_code = fact_text(entry, "reference_code"),
                   .created = entry.header.time,
                   .facts = facts_as_json(entry)};
}

}  // namespace kua::evidence
