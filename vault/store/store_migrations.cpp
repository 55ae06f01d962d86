// The tables of this layer. docs/formats: Catalog.
#include <array>

#include "vault/store/migrations.h"

namespace kua::store {

namespace {

// Keys and states that concern the whole vault or one case; nothing here is a title, a name or a
// date, so that nothing has to be hidden when a case is sealed. What has a meaning (`state`,
// `log.checkpoint`, ...) belongs to the layers above.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE vault_state(
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: the person on this device.
CREATE TABLE identity(
    id INTEGER NOT NULL PRIMARY KEY CHECK(id = 1),
    root BLOB NOT NULL CHECK(length(root) = 32),
    card BLOB NOT NULL,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE case_key(
    case_id BLOB NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    classic INTEGER NOT NULL CHECK(classic IN (0, 1)),
    identity BLOB,          -- NULL while the case is sealed
    channel_secret BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    state INTEGER NOT NULL
) STRICT;

CREATE TABLE object(
    sealed_digest BLOB NOT NULL PRIMARY KEY CHECK(length(sealed_digest) = 32),
    case_id BLOB NOT NULL,
    header BLOB NOT NULL,   -- the age header, up to where the payload begins
    payload_bytes INTEGER NOT NULL CHECK(payload_bytes >= 0),
    pieces INTEGER NOT NULL CHECK(pieces >= 0)
) STRICT;
CREATE INDEX object_of_case ON object(case_id, sealed_digest);

CREATE TABLE extent(
    sealed_digest BLOB NOT NULL CHECK(length(sealed_digest) = 32),
    ordinal INTEGER NOT NULL,
    segment INTEGER NOT NULL CHECK(segment > 0),
    first_piece INTEGER NOT NULL CHECK(first_piece > 0),
    pieces INTEGER NOT NULL CHECK(pieces > 0),
    PRIMARY KEY(sealed_digest, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment(
    number INTEGER NOT NULL PRIMARY KEY CHECK(number BETWEEN 1 AND 999999),
    next_piece INTEGER NOT NULL CHECK(next_piece > 0),
    bytes INTEGER NOT NULL CHECK(bytes >= 0),
    state INTEGER NOT NULL CHECK(state IN (0, 1))   -- 1: full
) STRICT;

CREATE TABLE log(
    case_id BLOB NOT NULL,
    author BLOB NOT NULL CHECK(length(author) = 32),
    size INTEGER NOT NULL CHECK(size >= 0),
    root BLOB NOT NULL CHECK(length(root) = 32),
    frontier BLOB NOT NULL,
    lamport INTEGER NOT NULL,
    last_bundle BLOB,
    checkpoint BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY(case_id, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE leaf(
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK(seq >= 0),
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    PRIMARY KEY(case_id, author, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE bundle(
    id INTEGER NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    first INTEGER NOT NULL CHECK(first >= 0),
    count INTEGER NOT NULL CHECK(count > 0),
    sealed_digest BLOB NOT NULL UNIQUE CHECK(length(sealed_digest) = 32),
    sealed BLOB NOT NULL,
    UNIQUE(case_id, author, first)
) STRICT;
)sql";

constexpr std::array kSteps{kFirst};

}  // namespace

const MigrationSet& store_migrations() {
    static constexpr MigrationSet kSet{.name = "store", .steps = kSteps};
    return kSet;
}

}  // namespace kua::store
