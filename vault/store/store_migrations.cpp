// The tables of this layer. docs/formats: Catalog.
#include <array>

#include "vault/store/migrations.h"

namespace kua::store {

namespace {

// Names, sizes and places of sealed bytes: nothing that has to be hidden when a case is sealed.
constexpr std::string_view kFirst = R"sql(
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
)sql";

// An object that isn't here and was destroyed on purpose, and pieces of such that may still be
// there.
constexpr std::string_view kSecond = R"sql(
CREATE TABLE erased(
    sealed_digest BLOB NOT NULL PRIMARY KEY CHECK(length(sealed_digest) = 32),
    case_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure(
    segment INTEGER NOT NULL CHECK(segment > 0),
    first_piece INTEGER NOT NULL CHECK(first_piece > 0),
    pieces INTEGER NOT NULL CHECK(pieces > 0),
    PRIMARY KEY(segment, first_piece)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kSteps{kFirst, kSecond};

}  // namespace

const MigrationSet& store_migrations() {
    static constexpr MigrationSet kSet{.name = "store", .steps = kSteps};
    return kSet;
}

}  // namespace kua::store
