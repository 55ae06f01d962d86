#include "vault/journal/log.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vault/base/base64.h"
#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/parallel.h"
#include "vault/format/disclosure.h"
#include "vault/format/edtf.h"
#include "vault/format/sshsig.h"
#include "vault/journal/bundle.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/stored_bundle.h"

namespace kua::journal {
namespace {

constexpr std::array<std::string_view, 8> kSteps = {R"sql(
CREATE TABLE log (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    size INTEGER NOT NULL,
    lamport INTEGER NOT NULL,
    frontier BLOB NOT NULL,
    last_bundle BLOB,
    checkpoint TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (case_id, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE bundle (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sealed_digest BLOB NOT NULL,
    leaves BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (case_id, author, first)
) STRICT;
)sql",
                                                    R"sql(
ALTER TABLE bundle ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1;

CREATE TABLE log_root (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    PRIMARY KEY (case_id, author, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE bundle_object (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    first INTEGER NOT NULL,
    place INTEGER NOT NULL,
    sealed_digest BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (case_id, author, first, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_log (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    other BLOB NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (case_id, author, other)
) STRICT, WITHOUT ROWID;
)sql",
                                                    R"sql(
ALTER TABLE seen_log ADD COLUMN root TEXT NOT NULL DEFAULT '';
)sql",
                                                    R"sql(
ALTER TABLE bundle ADD COLUMN content_digest BLOB NOT NULL DEFAULT x'';

CREATE TABLE stopped_author (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE doubted_author (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, author)
) STRICT, WITHOUT ROWID;
)sql",
                                                    R"sql(
CREATE INDEX bundle_object_by_digest ON bundle_object (sealed_digest);

CREATE TABLE announced_erasure (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    sealed_digest BLOB NOT NULL,
    seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    PRIMARY KEY (case_id, author, sealed_digest)
) STRICT, WITHOUT ROWID;
)sql",
                                                    R"sql(
CREATE TABLE seen_ahead (
    case_id BLOB NOT NULL,
    other BLOB NOT NULL,
    size INTEGER NOT NULL,
    author BLOB NOT NULL,
    root TEXT NOT NULL,
    PRIMARY KEY (case_id, other, size, author, root)
) STRICT, WITHOUT ROWID;

INSERT INTO seen_ahead SELECT case_id, other, size, author, root FROM seen_log AS seen
WHERE root <> '' AND size > IFNULL((SELECT log.size FROM log WHERE log.case_id = seen.case_id
    AND log.author = seen.other), 0);
)sql",
                                                    R"sql(
CREATE TABLE own_ahead (
    case_id BLOB NOT NULL,
    author BLOB NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (case_id, author)
) STRICT, WITHOUT ROWID;
)sql",
                                                    R"sql(
ALTER TABLE seen_log ADD COLUMN common INTEGER NOT NULL DEFAULT 0;
)sql"};

LogHead read_head(const store::Rows& rows) {
    LogHead head;
    head.case_id = base::encode_hex(rows.blob(0));
    head.author = base::encode_hex(rows.blob(1));
    head.size = static_cast<std::uint64_t>(rows.integer(2));
    head.lamport = static_cast<std::uint64_t>(rows.integer(3));
    head.frontier = format::MerkleFrontier::decode(rows.blob(4));
    if (!rows.is_null(5)) {
        head.last_bundle = ContentDigest{rows.fixed_blob<32>(5)};
    }
    head.checkpoint = rows.text(6);
    head.checkpoint_signature = rows.text(7);
    return head;
}

// Hands out what was drawn before: threads that share a source of randomness would wait for each
// other, and no seed could replay who came first.
class Drawn final : public base::Random {
public:
    explicit Drawn(base::ByteView bytes) noexcept : left_(bytes) {}
    void fill(base::MutableByteView out) override {
        KUA_CHECK(out.size() <= left_.size());
        std::ranges::copy(left_.first(out.size()), out.begin());
        left_ = left_.subspan(out.size());
    }

private:
    base::ByteView left_;
};

// Where the salts of each draft begin among those of all; one more for the end. A draft without
// facts gets one that hides that there are none.
std::vector<std::size_t> salt_places(const std::vector<EntryDraft>& drafts) {
    std::vector<std::size_t> places = {0};
    for (const EntryDraft& draft : drafts) {
        const std::size_t salts = std::max<std::size_t>(draft.facts.size(), 1);
        places.push_back(places.back() + salts * format::kMinSaltBytes);
    }
    return places;
}

// Entries of the drafts, continuing `head`, which moves on.
std::vector<Entry> write_entries(LogHead& head, std::uint64_t lamport,
                                 const std::vector<EntryDraft>& drafts,
                                 const base::Environment& environment, base::Bytes& leaves) {
    EntryLine header;
    header.case_id = head.case_id;
    header.author = head.author;
    header.time = claimed_time(environment.clock);
    const std::vector<std::size_t> places = salt_places(drafts);
    base::Bytes salts(places.back());
    environment.random.fill(salts);
    std::vector<Entry> entries(drafts.size());
    base::run_in_parts(
        drafts.size(), kEntriesWorthAThread, [&](std::size_t begin, std::size_t end) {
            EntryLine line = header;
            for (std::size_t i = begin; i < end; ++i) {
                line.seq = head.size + 1 + i;
                line.lamport = lamport + 1 + i;
                Drawn drawn{base::ByteView{salts}.subspan(places[i], places[i + 1] - places[i])};
                entries[i] = write_entry(line, drafts[i], drawn);
            }
        });
    leaves.reserve(entries.size() * sizeof(format::MerkleHash));
    for (const Entry& entry : entries) {
        const format::MerkleHash leaf = leaf_of(entry.line);
        head.frontier.append(leaf);
        base::append(leaves, leaf);
    }
    head.size += drafts.size();
    head.lamport = lamport + drafts.size();
    return entries;
}

// Signs the new head: the checkpoint and the manifest of the bundle that brings it there.
BundleContent sign_content(LogHead& head, const Manifest& manifest,
                           const std::vector<Entry>& entries, const crypto::Ed25519Signer& signer) {
    BundleContent content;
    content.checkpoint =
        format::encode_checkpoint({head.case_id, head.author, {head.size, head.frontier.root()}});
    content.checkpoint_signature = format::sign(signer, format::SignatureNamespace::kCheckpoint,
                                                base::bytes_of(content.checkpoint));
    content.manifest = write_manifest(manifest);
    content.manifest_signature =
        format::sign(signer, format::SignatureNamespace::kBundle, base::bytes_of(content.manifest));
    content.entries = write_lines(entries);
    content.disclosures = write_disclosures(entries);
    head.checkpoint = content.checkpoint;
    head.checkpoint_signature = content.checkpoint_signature;
    return content;
}

// A head that is older than its log, as an old page of the catalog would show it: whoever appended
// to it would sign a second history beside the first.
void check_is_newest(store::Transaction& write, const LogHead& head) {
    if (write.query_integer("SELECT 1 FROM bundle WHERE case_id = ?1 AND author = ?2 AND first > ?3"
                            " LIMIT 1",
                            blob_of(head.case_id), blob_of(head.author), head.size)) {
        throw Error{ErrorCode::kDamaged,
                    "the head of this journal is older than the journal; nothing is added to it"};
    }
}

// What a bundle says to have seen of a log. Of somebody who is doubted no more than before: others
// may be unable to take what that author said since, and would then never take this bundle.
std::optional<SeenLog> seen_to_tell(store::Connection& catalog, const std::string& own,
                                    const LogHead& known) {
    if (!is_doubted(catalog, known.case_id, known.author)) {
        return SeenLog{known.author, known.size,
                       base::encode_base64(known.frontier.root(), base::Base64::kPadded)};
    }
    store::Rows rows = catalog.query(
        "SELECT size, root FROM seen_log WHERE case_id = ?1 AND author = ?2 AND other = ?3",
        blob_of(known.case_id), blob_of(own), blob_of(known.author));
    if (!rows.next()) {
        return std::nullopt;
    }
    return SeenLog{known.author, static_cast<std::uint64_t>(rows.integer(0)),
                   std::string{rows.text(1)}};
}

// Which objects a bundle brings can't be read from it in a sealed case, which passes it on all the
// same.
void store_objects(store::Transaction& write, const Manifest& manifest) {
    std::int64_t place = 0;
    for (const BundleObject& object : manifest.objects) {
        write.run(
            "INSERT INTO bundle_object (case_id, author, first, place, sealed_digest, bytes)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            blob_of(manifest.case_id), blob_of(manifest.author), manifest.first, ++place,
            object.digest.bytes, object.size_bytes);
    }
}

}  // namespace

void store_bundle(store::Transaction& write, const LogHead& head, const Manifest& manifest,
                  base::ByteView leaves, const SealedBundle& sealed) {
    const base::Bytes case_id = blob_of(head.case_id);
    const base::Bytes author = blob_of(head.author);
    write.run(
        "INSERT INTO bundle (case_id, author, first, count, sealed_digest, leaves, sealed, epoch,"
        " content_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        case_id, author, manifest.first, manifest.count, sealed.digest.bytes, leaves, sealed.bytes,
        manifest.epoch, head.last_bundle->bytes);
    write.run("INSERT INTO log_root (case_id, author, size, root) VALUES (?1, ?2, ?3, ?4)", case_id,
              author, head.size, head.frontier.root());
    store_seen(write, manifest);
    store_objects(write, manifest);
    write.run(
        "INSERT INTO log (case_id, author, size, lamport, frontier, last_bundle, checkpoint,"
        " signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (case_id, author) DO UPDATE SET size = excluded.size,"
        " lamport = excluded.lamport, frontier = excluded.frontier,"
        " last_bundle = excluded.last_bundle, checkpoint = excluded.checkpoint,"
        " signature = excluded.signature",
        case_id, author, head.size, head.lamport, head.frontier.encode(), head.last_bundle->bytes,
        head.checkpoint, head.checkpoint_signature);
}

std::string claimed_time(const base::Clock& clock) {
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    const std::int64_t now_s = clock.unix_time_ns() / kNanosecondsPerSecond;
    return format::format_edtf(now_s, 0).value_or("unknown");
}

store::MigrationSet journal_migrations() {
    return {"journal", kSteps};
}

Appended append(store::Transaction& write, const Author& author, const CaseChannel& channel,
                const std::vector<EntryDraft>& drafts, const std::vector<BundleObject>& objects,
                const base::Environment& environment) {
    KUA_CHECK(!drafts.empty() && drafts.size() <= kMaxEntriesPerBundle);
    LogHead head;
    head.case_id = channel.case_id;
    head.author = author.fingerprint;
    Manifest manifest;
    std::uint64_t lamport = 0;
    for (LogHead& known : list_logs(write.connection(), channel.case_id)) {
        lamport = std::max(lamport, known.lamport);
        if (known.author == author.fingerprint) {
            head = std::move(known);
        } else if (auto seen = seen_to_tell(write.connection(), author.fingerprint, known)) {
            manifest.seen.push_back(*std::move(seen));
        }
    }
    // Somebody may have claimed to come after more than there is. Whoever receives this allows it
    // no more than that, either.
    lamport = std::max(head.lamport, std::min(lamport, head.size + sum_of_seen(manifest)));
    check_is_newest(write, head);
    check_may_append(write.connection(), channel.case_id, author.fingerprint, head.size);
    manifest.case_id = channel.case_id;
    manifest.author = author.fingerprint;
    manifest.first = head.size + 1;
    manifest.count = drafts.size();
    manifest.previous = head.last_bundle;
    manifest.epoch = channel.epoch;
    manifest.roster = channel.roster;
    manifest.objects = objects;

    base::Bytes leaves;
    Appended appended;
    appended.case_id = channel.case_id;
    appended.author = author.fingerprint;
    appended.entries = write_entries(head, lamport, drafts, environment, leaves);
    const BundleContent content = sign_content(head, manifest, appended.entries, author.signer);
    const base::Bytes sealed = seal_bundle(content, channel.recipient, environment.random);
    appended.bundle = {crypto::sha256(sealed)};
    appended.bundle_bytes = sealed.size();
    head.last_bundle = content_digest_of(content);
    store_bundle(write, head, manifest, leaves, {appended.bundle, sealed});
    appended.seen = std::move(manifest.seen);
    return appended;
}

void read_back(store::Connection& catalog, const Appended& appended) {
    store::Rows rows = catalog.query(
        "SELECT sealed FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3",
        blob_of(appended.case_id), blob_of(appended.author), appended.entries.front().header.seq);
    if (!rows.next() || store::SealedDigest{crypto::sha256(rows.blob(0))} != appended.bundle) {
        throw Error{ErrorCode::kDamaged, "what was just written to the catalog reads differently"};
    }
}

std::vector<LogHead> list_logs(store::Connection& catalog, const std::string& case_id) {
    store::Rows rows = catalog.query(
        "SELECT case_id, author, size, lamport, frontier, last_bundle, checkpoint, signature"
        " FROM log WHERE ?1 = x'' OR case_id = ?1 ORDER BY case_id, author",
        blob_of(case_id));
    std::vector<LogHead> heads;
    while (rows.next()) {
        heads.push_back(read_head(rows));
    }
    return heads;
}

}  // namespace kua::journal
