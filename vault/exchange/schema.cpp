#include "vault/exchange/schema.h"

#include <array>

namespace kua::exchange {
namespace {

// `contact_event` only grows: a contact that was removed leaves when that was, and that it was.
constexpr std::array<std::string_view, 6> kSteps = {R"sql(
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
)sql",
                                                    R"sql(
CREATE TABLE remote (
    name TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    is_url INTEGER NOT NULL,
    host_key TEXT NOT NULL,
    identity_file TEXT NOT NULL,
    added TEXT NOT NULL,
    synced TEXT NOT NULL,
    news TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE remote_ref (
    remote TEXT NOT NULL,
    ref TEXT NOT NULL,
    commit_id BLOB NOT NULL,
    PRIMARY KEY (remote, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain_commit (
    ref TEXT NOT NULL,
    commit_id BLOB NOT NULL,
    first INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (ref, commit_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chain_in_order ON chain_commit (ref, first, number);

CREATE TABLE invitation (
    case_id BLOB NOT NULL,
    sender BLOB NOT NULL,
    roster INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    arrived TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (case_id, sender)
) STRICT;

CREATE TABLE grant_out (
    recipient BLOB NOT NULL,
    place INTEGER NOT NULL,
    ref TEXT NOT NULL,
    case_id BLOB NOT NULL,
    commit_id BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (recipient, place)
) STRICT;

CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    remote TEXT NOT NULL,
    code TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    mark BLOB NOT NULL,
    evidence BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX quarantine_once ON quarantine (remote, code, mark, subject);
)sql",
                                                    R"sql(
CREATE TABLE grant_commit (
    ref TEXT NOT NULL,
    commit_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (ref, commit_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE invitation ADD COLUMN declined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chain_commit ADD COLUMN is_other INTEGER NOT NULL DEFAULT 0;
)sql",
                                                    R"sql(
CREATE TABLE carried_commit (
    ref TEXT NOT NULL,
    place INTEGER NOT NULL,
    commit_id BLOB NOT NULL,
    completes INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (ref, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX carried_by_name ON carried_commit (ref, commit_id);

CREATE TABLE receipt_due (
    case_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
)sql",
                                                    R"sql(
ALTER TABLE remote ADD COLUMN login_user TEXT NOT NULL DEFAULT '';
ALTER TABLE remote ADD COLUMN login_secret BLOB NOT NULL DEFAULT x'';
)sql",
                                                    R"sql(
CREATE TABLE other_inbox (
    case_id BLOB NOT NULL,
    ref TEXT NOT NULL,
    PRIMARY KEY (case_id, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE grant_for_other (
    ref TEXT NOT NULL,
    place INTEGER NOT NULL,
    commit_id BLOB NOT NULL,
    blob_id BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (ref, place)
) STRICT;
CREATE UNIQUE INDEX grant_for_other_once ON grant_for_other (ref, blob_id);
)sql"};

}  // namespace

store::MigrationSet exchange_migrations() {
    return {"exchange", kSteps};
}

}  // namespace kua::exchange
