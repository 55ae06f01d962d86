#include "vault/evidence/projection_rows.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "vault/base/hex.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/standing_facts.h"
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
    return value != nullptr && value->is_number_unsigned() ? value->get<std::int64_t>() : 0;
}

const Entry* first_of(std::span<const Entry> history, std::string_view type) {
    const auto found = std::find_if(history.begin(), history.end(), [type](const Entry& entry) {
        return entry.header.type == type;
    });
    return found == history.end() ? nullptr : &*found;
}

// A description that isn't a text leaves the column as it was; the facts show it.
void take_text(const Entry& entry, std::string_view name, std::string& text) {
    std::string described = fact_text(entry, name);
    if (!described.empty()) {
        text = std::move(described);
    }
}

}  // namespace

EntryRow entry_row(const Entry& entry) {
    return {.case_id = journal::blob_of(entry.header.case_id),
            .lamport = entry.header.lamport,
            .author = journal::blob_of(entry.header.author),
            .seq = entry.header.seq,
            .time = entry.header.time,
            .type = entry.header.type,
            .item = subject_of(entry),
            .line = entry.line,
            .disclosures = join_lines(entry.disclosures)};
}

std::optional<ItemRow> item_row(std::span<const Entry> history, std::string_view owner) {
    const Entry* added = first_of(history, kItemKind.added);
    if (added == nullptr || fact_text(*added, "item").empty()) {
        return std::nullopt;
    }
    ItemRow row{.case_id = journal::blob_of(added->header.case_id),
                .item = fact_text(*added, "item"),
                .lamport = added->header.lamport,
                .author = journal::blob_of(added->header.author),
                .added = added->header.time,
                .name = fact_text(*added, "name"),
                .kind = fact_text(*added, "kind"),
                .media_type = fact_text(*added, "media_type"),
                .digest = hex_fact(*added, "digest"),
                .sealed_digest = hex_fact(*added, "object"),
                .bytes = integer_fact(*added, "bytes"),
                .source = fact_text(*added, "source"),
                .captured = fact_text(*added, "captured"),
                .captured_basis = fact_text(*added, "captured_basis"),
                .facts = standing_facts(history, owner).value_or("{}")};
    for (const Entry& entry : history) {
        if (entry.header.type == kItemKind.described) {
            take_text(entry, "kind", row.kind);
            take_text(entry, "media_type", row.media_type);
            const std::string source = fact_text(entry, "source");
            if (may_change_source({row.source, source, entry.header.author == owner,
                                   entry.header.author == added->header.author})) {
                take_text(entry, "source", row.source);
            }
            take_text(entry, "captured", row.captured);
            take_text(entry, "captured_basis", row.captured_basis);
        }
    }
    return row;
}

std::optional<ThingRow> thing_row(std::span<const Entry> history, std::string_view owner) {
    for (const Entry& entry : history) {
        const ThingKind* kind = find_thing_kind(entry.header.type);
        if (kind != nullptr && kind->added == entry.header.type) {
            return ThingRow{.case_id = journal::blob_of(entry.header.case_id),
                            .thing = subject_of(entry),
                            .kind = std::string{kind->name},
                            .lamport = entry.header.lamport,
                            .author = journal::blob_of(entry.header.author),
                            .facts = standing_facts(history, owner).value_or("{}")};
        }
    }
    return std::nullopt;
}

std::optional<ConsentRow> consent_row(const Entry& entry, std::span<const journal::SeenLog> seen) {
    if (entry.header.type != "consent.given" && entry.header.type != "consent.withdrawn") {
        return std::nullopt;
    }
    std::string source = subject_of(entry);
    if (source.empty()) {
        return std::nullopt;
    }
    base::Json sizes = base::Json::object();
    for (const journal::SeenLog& log : seen) {
        sizes[log.author] = log.size;
    }
    return ConsentRow{.case_id = journal::blob_of(entry.header.case_id),
                      .source = std::move(source),
                      .lamport = entry.header.lamport,
                      .author = journal::blob_of(entry.header.author),
                      .seq = entry.header.seq,
                      .type = entry.header.type,
                      .is_whole = entry.header.facts.size() == entry.disclosures.size(),
                      .seen = base::write_json(sizes),
                      .facts = facts_as_json(entry)};
}

std::optional<LabelRow> label_row(const Entry& entry) {
    if (entry.header.type != "item.tagged") {
        return std::nullopt;
    }
    std::string item = subject_of(entry);
    std::string tag = fact_text(entry, "tag");
    if (!is_item_id(item) || tag.empty()) {
        return std::nullopt;
    }
    return LabelRow{.case_id = journal::blob_of(entry.header.case_id),
                    .item = std::move(item),
                    .tag = std::move(tag),
                    .lamport = entry.header.lamport,
                    .author = journal::blob_of(entry.header.author),
                    .facts = facts_as_json(entry)};
}

std::optional<LinkRow> link_row(const Entry& entry) {
    if (entry.header.type != "item.linked") {
        return std::nullopt;
    }
    std::string subject = subject_of(entry);
    std::string relation = fact_text(entry, "relation");
    std::string target = fact_text(entry, "target");
    if (subject.empty() || relation.empty() || kind_of_id(target) == nullptr) {
        return std::nullopt;
    }
    return LinkRow{.case_id = journal::blob_of(entry.header.case_id),
                   .subject = std::move(subject),
                   .relation = std::move(relation),
                   .target = std::move(target),
                   .lamport = entry.header.lamport,
                   .author = journal::blob_of(entry.header.author),
                   .facts = facts_as_json(entry)};
}

std::optional<CaseRow> case_row(std::span<const Entry> history, std::string_view owner) {
    const Entry* created = first_of(history, kCaseKind.added);
    if (created == nullptr) {
        return std::nullopt;
    }
    CaseRow row{.case_id = journal::blob_of(created->header.case_id),
                .title = fact_text(*created, "title"),
                .description = fact_text(*created, "description"),
                .reference_code = fact_text(*created, "reference_code"),
                .created = created->header.time,
                .facts = standing_facts(history, owner).value_or("{}")};
    for (const Entry& entry : history) {
        if (entry.header.type == kCaseKind.described) {
            take_text(entry, "title", row.title);
            take_text(entry, "description", row.description);
            take_text(entry, "reference_code", row.reference_code);
        }
    }
    return row;
}

}  // namespace kua::evidence
