#include "vault/exchange/schema.h"

#include <array>

namespace kua::exchange {
namespace {

// `contact_event` only grows: a contact that was removed leaves when that was, and that it was.
constexpr std::array<std::string_view, 1> kSteps = {R"sql(
CREATE TABLE contact (
    fingerprint BLOB NOT NULL PRIMARY KEY,
    card TEXT NOT NULL,
    added TEXT NOT NULL,
    verified TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_event (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_contact ON contact_event (fingerprint, number);
)sql"};

}  // namespace

store::MigrationSet exchange_migrations() {
    return {"exchange", kSteps};
}

}  // namespace kua::exchange
