#include "vault/evidence/projection.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "vault/base/hex.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection_rows.h"
#include "vault/evidence/schema.h"
#include "vault/evidence/search/search_rows.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using journal::Entry;

void insert_entry(store::Transaction& write, const EntryRow& row) {
    write.run(
        "INSERT INTO entry (case_id, lamport, author, seq, time, type, item)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        row.case_id, row.lamport, row.author, row.seq, row.time, row.type, row.item);
    write.run(
        "INSERT INTO entry_text (case_id, author, seq, line, disclosures)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
        row.case_id, row.author, row.seq, row.line, row.disclosures);
}

// Two authors can't have drawn the same id but on purpose; the first one keeps it.
void insert_item(store::Transaction& write, const std::string& case_id, const ItemRow& row) {
    const std::int64_t added = write.run(
        "INSERT INTO item (case_id, item, lamport, author, added, name, kind, media_type, digest,"
        " sealed_digest, bytes, source, captured, captured_basis, arrivals)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
        " ON CONFLICT DO NOTHING",
        row.case_id, row.item, row.lamport, row.author, row.added, row.name, row.kind,
        row.media_type, row.digest, row.sealed_digest, row.bytes, row.source, row.captured,
        row.captured_basis, count_arrivals(write.connection(), case_id, row.item));
    if (added == 1) {
        write.run("INSERT INTO item_facts (case_id, item, facts) VALUES (?1, ?2, ?3)", row.case_id,
                  row.item, row.facts);
    }
}

// Later descriptions may have come before it: from an author who had seen it.
void refold_item(store::Transaction& write, const std::string& case_id, const std::string& item) {
    const std::optional<ItemRow> row =
        item_row(describing_entries(write.connection(), case_id, item, kItemKind),
                 owner_of(write.connection(), case_id));
    if (!row) {
        return;
    }
    write.run(
        "UPDATE item SET kind = ?3, media_type = ?4, source = ?5, captured = ?6,"
        " captured_basis = ?7 WHERE case_id = ?1 AND item = ?2",
        row->case_id, row->item, row->kind, row->media_type, row->source, row->captured,
        row->captured_basis);
    write.run("UPDATE item_facts SET facts = ?3 WHERE case_id = ?1 AND item = ?2", row->case_id,
              row->item, row->facts);
}

void refold_thing(store::Transaction& write, const std::string& case_id, const std::string& thing,
                  const ThingKind& kind) {
    const std::optional<ThingRow> row =
        thing_row(describing_entries(write.connection(), case_id, thing, kind),
                  owner_of(write.connection(), case_id));
    if (row) {
        write.run(
            "INSERT INTO thing (case_id, thing, kind, lamport, author, facts)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (case_id, thing) DO UPDATE SET"
            " kind = excluded.kind, lamport = excluded.lamport, author = excluded.author,"
            " facts = excluded.facts",
            row->case_id, row->thing, row->kind, row->lamport, row->author, row->facts);
    }
}

void refold_case(store::Transaction& write, const std::string& case_id) {
    const std::optional<CaseRow> row =
        case_row(describing_entries(write.connection(), case_id, std::string{}, kCaseKind),
                 owner_of(write.connection(), case_id));
    if (row) {
        write.run(
            "INSERT INTO case_info (case_id, title, description, reference_code, created, facts)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (case_id) DO UPDATE SET"
            " title = excluded.title, description = excluded.description,"
            " reference_code = excluded.reference_code, created = excluded.created,"
            " facts = excluded.facts",
            row->case_id, row->title, row->description, row->reference_code, row->created,
            row->facts);
    }
}

bool has_other_entries(store::Connection& catalog, const ItemRow& row) {
    return catalog
        .query_integer(
            "SELECT 1 FROM entry INDEXED BY entry_of_item WHERE case_id = ?1 AND item = ?2"
            " AND NOT (lamport = ?3 AND author = ?4) LIMIT 1",
            row.case_id, row.item, row.lamport, row.author)
        .has_value();
}

// Of two that say the same of the same, the later counts.
void insert_label(store::Transaction& write, const LabelRow& row) {
    write.run(
        "INSERT INTO label (case_id, item, tag, lamport, author, facts)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (case_id, item, tag) DO UPDATE SET"
        " lamport = excluded.lamport, author = excluded.author, facts = excluded.facts"
        " WHERE (excluded.lamport, excluded.author) > (label.lamport, label.author)",
        row.case_id, row.item, row.tag, row.lamport, row.author, row.facts);
}

void insert_link(store::Transaction& write, const LinkRow& row) {
    write.run(
        "INSERT INTO link (case_id, subject, relation, target, lamport, author, facts)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (case_id, subject, relation, target) DO UPDATE SET"
        " lamport = excluded.lamport, author = excluded.author, facts = excluded.facts"
        " WHERE (excluded.lamport, excluded.author) > (link.lamport, link.author)",
        row.case_id, row.subject, row.relation, row.target, row.lamport, row.author, row.facts);
}

// Things whose facts have to be folded anew: once for a bundle, however often it tells of them.
class Refolding {
public:
    Refolding(store::Transaction& write, const std::string& case_id)
        : write_(write), case_id_(case_id) {}

    void note(const Entry& entry, const ThingKind& kind) {
        const bool is_item = kind.name == kItemKind.name;
        if (const auto row = is_item ? item_row(std::span{&entry, 1}, {}) : std::nullopt) {
            insert_item(write_, case_id_, *row);
            if (!is_described(write_.connection(), case_id_, row->item, kind)) {
                note_new_item(entry, *row);
                return;
            }
        }
        things_.emplace(kind.name, subject_of(entry));
    }

    void run() {
        for (const auto& [kind, thing] : things_) {
            if (kind == kCaseKind.name) {
                refold_case(write_, case_id_);
            } else if (kind == kItemKind.name) {
                refold_item(write_, case_id_, thing);
            } else if (!thing.empty()) {
                refold_thing(write_, case_id_, thing, *thing_kind_called(kind));
            }
            if (kind != kCaseKind.name) {
                found_.insert(thing);
            }
        }
        for (const std::string& subject : found_) {
            if (!subject.empty()) {
                refresh_search(write_, case_id_, subject);
            }
        }
    }

    // What is found of it may be something else now.
    void note_search(const std::string& subject) { found_.insert(subject); }

private:
    // Most items are new, and nothing else is known of them.
    void note_new_item(const Entry& entry, const ItemRow& row) {
        if (has_other_entries(write_.connection(), row)) {
            found_.insert(row.item);
        } else {
            begin_search(write_, entry, row.facts);
        }
    }

    store::Transaction& write_;
    const std::string& case_id_;
    std::set<std::pair<std::string_view, std::string>> things_;
    std::set<std::string> found_;
};

void insert_consent(store::Transaction& write, const ConsentRow& row) {
    write.run(
        "INSERT INTO consent (case_id, source, lamport, author, seq, type, is_whole, seen, facts)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        row.case_id, row.source, row.lamport, row.author, row.seq, row.type, row.is_whole ? 1 : 0,
        row.seen, row.facts);
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

void project(store::Transaction& write, std::span<const Entry> entries,
             std::span<const journal::SeenLog> seen) {
    if (entries.empty()) {
        return;
    }
    Refolding refolding{write, entries.front().header.case_id};
    for (const Entry& entry : entries) {
        if (!counts(write.connection(), entry.header.case_id, entry.header.author,
                    entry.header.seq)) {
            continue;
        }
        const EntryRow row = entry_row(entry);
        insert_entry(write, row);
        project_member(write, entry);
        if (const ThingKind* kind = find_thing_kind(row.type)) {
            refolding.note(entry, *kind);
        } else if (const std::optional<ConsentRow> consent = consent_row(entry, seen)) {
            insert_consent(write, *consent);
        } else if (const std::optional<LabelRow> label = label_row(entry)) {
            insert_label(write, *label);
        } else if (const std::optional<LinkRow> link = link_row(entry)) {
            insert_link(write, *link);
        } else if (is_arrival_of_bytes(entry)) {
            write.run("UPDATE item SET arrivals = arrivals + 1 WHERE case_id = ?1 AND item = ?2",
                      row.case_id, row.item);
        }
        if (changes_search(row.type)) {
            refolding.note_search(row.item);
        }
    }
    refolding.run();
}

void erase_projection(store::Transaction& write, const std::string& case_id) {
    for (const ProjectionTable& table : projection_tables()) {
        write.run(table.erase_sql, journal::blob_of(case_id));
    }
    write.run("DELETE FROM case_to_show WHERE case_id = ?1", journal::blob_of(case_id));
    erase_search(write);
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
