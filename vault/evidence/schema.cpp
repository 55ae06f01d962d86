#include "vault/evidence/schema.h"

#include <array>

namespace kua::evidence {
namespace {

constexpr std::array<ProjectionTable, 13> kTables = {{
    {"case_info", "DELETE FROM case_info WHERE case_id = ?1",
     "SELECT hex(case_id), title, description, reference_code, created, facts FROM case_info"
     " WHERE case_id = ?1",
     6},
    {"entry", "DELETE FROM entry WHERE case_id = ?1",
     "SELECT hex(case_id), CAST(lamport AS TEXT), hex(author), CAST(seq AS TEXT), time, type,"
     " item FROM entry WHERE case_id = ?1 ORDER BY lamport, author, seq",
     7},
    {"entry_text", "DELETE FROM entry_text WHERE case_id = ?1",
     "SELECT hex(case_id), hex(author), CAST(seq AS TEXT), line, disclosures FROM entry_text"
     " WHERE case_id = ?1 ORDER BY author, seq",
     5},
    {"item", "DELETE FROM item WHERE case_id = ?1",
     "SELECT hex(case_id), item, CAST(lamport AS TEXT), hex(author), added, name, kind, media_type,"
     " hex(digest), hex(sealed_digest), CAST(bytes AS TEXT), source, captured, captured_basis,"
     " CAST(arrivals AS TEXT) FROM item WHERE case_id = ?1 ORDER BY item",
     15},
    {"item_facts", "DELETE FROM item_facts WHERE case_id = ?1",
     "SELECT hex(case_id), item, facts FROM item_facts WHERE case_id = ?1 ORDER BY item", 3},
    {"thing", "DELETE FROM thing WHERE case_id = ?1",
     "SELECT hex(case_id), thing, kind, CAST(lamport AS TEXT), hex(author), facts FROM thing"
     " WHERE case_id = ?1 ORDER BY thing",
     6},
    {"consent", "DELETE FROM consent WHERE case_id = ?1",
     "SELECT hex(case_id), source, CAST(lamport AS TEXT), hex(author), CAST(seq AS TEXT), type,"
     " CAST(is_whole AS TEXT), seen, facts FROM consent WHERE case_id = ?1"
     " ORDER BY source, lamport, author, seq",
     9},
    {"member", "DELETE FROM member WHERE case_id = ?1",
     "SELECT hex(case_id), CAST(roster AS TEXT), hex(member), card, role, CAST(removed AS TEXT),"
     " CAST(last_seq AS TEXT) FROM member WHERE case_id = ?1 ORDER BY roster",
     7},
    {"label", "DELETE FROM label WHERE case_id = ?1",
     "SELECT hex(case_id), item, tag, CAST(lamport AS TEXT), hex(author), facts FROM label"
     " WHERE case_id = ?1 ORDER BY item, tag",
     6},
    {"link", "DELETE FROM link WHERE case_id = ?1",
     "SELECT hex(case_id), subject, relation, target, CAST(lamport AS TEXT), hex(author), facts"
     " FROM link WHERE case_id = ?1 ORDER BY subject, relation, target",
     7},
    {"facet", "DELETE FROM facet WHERE case_id = ?1",
     "SELECT hex(case_id), item, facet, value FROM facet WHERE case_id = ?1"
     " ORDER BY item, facet, value",
     4},
    {"dated", "DELETE FROM dated WHERE case_id = ?1",
     "SELECT hex(case_id), item, COALESCE(CAST(earliest AS TEXT), ''),"
     " COALESCE(CAST(latest AS TEXT), ''), COALESCE(CAST(utc_offset AS TEXT), '') FROM dated WHERE "
     "case_id = ?1 ORDER BY item",
     5},
    {"passage", "DELETE FROM passage WHERE case_id = ?1",
     "SELECT hex(case_id), subject, place, start, text FROM passage WHERE case_id = ?1"
     " ORDER BY subject, place, start, text",
     5},
}};

constexpr std::array<std::string_view, 7> kSteps = {R"sql(
CREATE TABLE identity (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    root BLOB NOT NULL,
    card TEXT NOT NULL
) STRICT;

CREATE TABLE case_key (
    case_id BLOB NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    kind INTEGER NOT NULL,
    identity BLOB,
    channel BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    roster INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE case_info (
    case_id BLOB NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    reference_code TEXT NOT NULL,
    created TEXT NOT NULL,
    facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    case_id BLOB NOT NULL,
    lamport INTEGER NOT NULL,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL,
    time TEXT NOT NULL,
    type TEXT NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (case_id, lamport, author, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_of_item ON entry (case_id, item, lamport, author);

CREATE TABLE entry_text (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL,
    line TEXT NOT NULL,
    disclosures TEXT NOT NULL,
    PRIMARY KEY (case_id, author, seq)
) STRICT;

CREATE TABLE item (
    case_id BLOB NOT NULL,
    item TEXT NOT NULL,
    lamport INTEGER NOT NULL,
    author BLOB NOT NULL,
    added TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    media_type TEXT NOT NULL,
    digest BLOB NOT NULL,
    sealed_digest BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    source TEXT NOT NULL,
    captured TEXT NOT NULL,
    captured_basis TEXT NOT NULL,
    arrivals INTEGER NOT NULL,
    PRIMARY KEY (case_id, item)
) STRICT;
CREATE INDEX item_in_order ON item (case_id, lamport, author);
CREATE INDEX item_by_digest ON item (case_id, digest);
CREATE INDEX item_by_bytes ON item (case_id, bytes);
CREATE INDEX item_by_name ON item (case_id, name);
CREATE INDEX item_by_object ON item (sealed_digest);

CREATE TABLE item_facts (
    case_id BLOB NOT NULL,
    item TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (case_id, item)
) STRICT;
)sql",
                                                    R"sql(
CREATE TABLE case_key_of_epoch (
    case_id BLOB NOT NULL,
    recipient TEXT NOT NULL,
    kind INTEGER NOT NULL,
    identity BLOB,
    channel BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    roster INTEGER NOT NULL,
    PRIMARY KEY (case_id, epoch)
) STRICT, WITHOUT ROWID;
INSERT INTO case_key_of_epoch
    SELECT case_id, recipient, kind, identity, channel, epoch, roster FROM case_key;
DROP TABLE case_key;
ALTER TABLE case_key_of_epoch RENAME TO case_key;

CREATE TABLE case_author (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    signing_key BLOB NOT NULL,
    is_owner INTEGER NOT NULL,
    PRIMARY KEY (case_id, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    case_id BLOB NOT NULL,
    roster INTEGER NOT NULL,
    member BLOB NOT NULL,
    card TEXT NOT NULL,
    role TEXT NOT NULL,
    removed INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    PRIMARY KEY (case_id, roster)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_by_card ON member (case_id, member, roster);
)sql",
                                                    R"sql(
CREATE INDEX entry_about_case ON entry (case_id, lamport, author, seq)
    WHERE type IN ('case.created', 'case.described');

CREATE TABLE thing (
    case_id BLOB NOT NULL,
    thing TEXT NOT NULL,
    kind TEXT NOT NULL,
    lamport INTEGER NOT NULL,
    author BLOB NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (case_id, thing)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
    case_id BLOB NOT NULL,
    source TEXT NOT NULL,
    lamport INTEGER NOT NULL,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    is_whole INTEGER NOT NULL,
    seen TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (case_id, source, lamport, author, seq)
) STRICT, WITHOUT ROWID;
)sql",
                                                    R"sql(
CREATE TABLE label (
    case_id BLOB NOT NULL,
    item TEXT NOT NULL,
    tag TEXT NOT NULL,
    lamport INTEGER NOT NULL,
    author BLOB NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (case_id, item, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
    case_id BLOB NOT NULL,
    subject TEXT NOT NULL,
    relation TEXT NOT NULL,
    target TEXT NOT NULL,
    lamport INTEGER NOT NULL,
    author BLOB NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (case_id, subject, relation, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_to ON link (case_id, target);

CREATE TABLE facet (
    case_id BLOB NOT NULL,
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (case_id, facet, value, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX facet_of_item ON facet (case_id, item);

CREATE TABLE dated (
    case_id BLOB NOT NULL,
    item TEXT NOT NULL,
    earliest INTEGER,
    latest INTEGER,
    utc_offset INTEGER,
    PRIMARY KEY (case_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE passage (
    number INTEGER PRIMARY KEY,
    case_id BLOB NOT NULL,
    subject TEXT NOT NULL,
    place TEXT NOT NULL,
    start TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX passage_of ON passage (case_id, subject);
CREATE VIRTUAL TABLE search USING fts5 (words, content = '', contentless_delete = 1,
    tokenize = 'ascii');
CREATE VIRTUAL TABLE search_word USING fts5vocab (search, instance);

CREATE INDEX item_by_source ON item (case_id, source, item);
CREATE INDEX item_by_kind ON item (case_id, kind, item);
CREATE INDEX item_by_file_time ON item (case_id, item) WHERE captured_basis = 'file_time';

CREATE TABLE case_to_show (
    case_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO case_to_show SELECT case_id FROM case_info;
)sql",
                                                    R"sql(
CREATE INDEX entry_shredded ON entry (case_id, item) WHERE type = 'custody.shredded';
CREATE INDEX consent_withdrawn ON consent (case_id, source) WHERE type = 'consent.withdrawn';
)sql",
                                                    R"sql(
DROP INDEX consent_withdrawn;
CREATE INDEX consent_refusing ON consent (case_id, source)
    WHERE type = 'consent.withdrawn' OR json_extract(facts, '$.decision') = 'refuse';
)sql",
                                                    R"sql(
ALTER TABLE case_key ADD COLUMN restore_key BLOB;
ALTER TABLE case_key ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;
)sql"};

}  // namespace

std::span<const ProjectionTable> projection_tables() {
    return kTables;
}

store::MigrationSet evidence_migrations() {
    return {"evidence", kSteps};
}

}  // namespace kua::evidence
