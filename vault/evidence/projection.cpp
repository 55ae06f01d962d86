#include "vault/evidence/projection.h"

#include <algorithm>
#include <string_view>

#include "vault/base/hex.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/schema.h"
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

void insert_entry(store::Transaction& write, const Entry& entry) {
    const base::Bytes case_id = journal::blob_of(entry.header.case_id);
    const base::Bytes author = journal::blob_of(entry.header.author);
    write.run(
        "INSERT INTO entry (case_id, lamport, author, seq, time, type, item)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        case_id, entry.header.lamport, author, entry.header.seq, entry.header.time,
        entry.header.type, fact_text(entry, "item"));
    write.run(
        "INSERT INTO entry_text (case_id, author, seq, line, disclosures)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
        case_id, author, entry.header.seq, entry.line, join_lines(entry.disclosures));
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

void project_item_added(store::Transaction& write, const Entry& entry) {
    const std::string item = fact_text(entry, "item");
    if (item.empty()) {
        return;  // withheld or malformed: the entry itself is kept
    }
    // Two authors can't have drawn the same id but on purpose; the first in journal order keeps it.
    const std::int64_t added = write.run(
        "INSERT INTO item (case_id, item, lamport, author, added, name, kind, media_type, digest,"
        " sealed_digest, bytes, source, captured, captured_basis, arrivals)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1 + COUNT(*)"
        " FROM entry INDEXED BY entry_of_item WHERE case_id = ?1 AND item = ?2"
        " AND type = 'custody.received'"
        " ON CONFLICT DO NOTHING",
        journal::blob_of(entry.header.case_id), item, entry.header.lamport,
        journal::blob_of(entry.header.author), entry.header.time, fact_text(entry, "name"),
        fact_text(entry, "kind"), fact_text(entry, "media_type"), hex_fact(entry, "digest"),
        hex_fact(entry, "object"), integer_fact(entry, "bytes"), fact_text(entry, "source"),
        fact_text(entry, "captured"), fact_text(entry, "captured_basis"));
    if (added == 1) {
        write.run("INSERT INTO item_facts (case_id, item, facts) VALUES (?1, ?2, ?3)",
                  journal::blob_of(entry.header.case_id), item, facts_as_json(entry));
    }
}

void project_case(store::Transaction& write, const Entry& entry) {
    write.run(
        "INSERT INTO case_info (case_id, title, description, reference_code, created, facts)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        journal::blob_of(entry.header.case_id), fact_text(entry, "title"),
        fact_text(entry, "description"), fact_text(entry, "reference_code"), entry.header.time,
        facts_as_json(entry));
}

void hash_value(crypto::Sha256& hash, const store::Rows& rows, int column) {
    if (rows.is_null(column)) {
        hash.update(base::bytes_of("-;"));
        return;
    }
    const std::string_view text = rows.text(column);
    hash.update(base::bytes_of(std::to_string(text.size()) + ":"));
    hash.update(base::bytes_of(text));
}

}  // namespace

void project(store::Transaction& write, const Entry& entry) {
    insert_entry(write, entry);
    if (entry.header.type == "item.added") {
        project_item_added(write, entry);
    } else if (entry.header.type == "custody.received") {
        write.run("UPDATE item SET arrivals = arrivals + 1 WHERE case_id = ?1 AND item = ?2",
                  journal::blob_of(entry.header.case_id), fact_text(entry, "item"));
    } else if (entry.header.type == "case.created") {
        project_case(write, entry);
    }
}

void erase_projection(store::Transaction& write, const std::string& case_id) {
    for (const ProjectionTable& table : projection_tables()) {
        write.run(table.erase_sql, journal::blob_of(case_id));
    }
}

ProjectionDigest digest_projection(store::Connection& catalog, const std::string& case_id) {
    ProjectionDigest digest;
    crypto::Sha256 hash;
    for (const ProjectionTable& table : projection_tables()) {
        hash.update(base::bytes_of(table.name));
        store::Rows rows = catalog.query(table.dump_sql, journal::blob_of(case_id));
        while (rows.next()) {
            ++digest.rows;
            for (int column = 0; column < table.columns; ++column) {
                hash_value(hash, rows, column);
            }
        }
    }
    digest.hex = base::encode_hex(hash.finish());
    return digest;
}

}  // namespace kua::evidence
