#include "tests/support/hand_made.h"

#include <algorithm>

#include "vault/base/base64.h"
#include "vault/base/check.h"
#include "vault/base/memory_stream.h"
#include "vault/evidence/cases.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/refs.h"
#include "vault/format/age_writer.h"
#include "vault/format/sshsig.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::testing {
namespace {

using format::GitKind;

std::optional<format::GitId> tip_of(exchange::Repository& stick, const std::string& ref) {
    const auto refs = stick.read_refs({ref});
    if (refs.empty()) {
        return std::nullopt;
    }
    stick.fetch({ref}, {});
    return refs.begin()->second;
}

}  // namespace

HandMade hand_made(ExchangeWorld& world, Person& author, std::uint64_t epoch) {
    const std::string ref = author.ref(author, epoch);
    return author.with_store([&](store::Store& store) {
        store::Connection& catalog = store.catalog();
        const evidence::CaseKeys keys = evidence::load_case_keys(catalog, world.case_id);
        const auto recipients = evidence::list_case_recipients(catalog, world.case_id);
        HandMade made{evidence::load_identity(catalog),
                      recipients.at(static_cast<std::size_t>(keys.epoch - epoch)), ref,
                      journal::find_log(catalog, world.case_id, author.fingerprint)};
        made.manifest.case_id = world.case_id;
        made.manifest.author = author.fingerprint;
        made.manifest.epoch = epoch;
        made.manifest.roster = keys.roster;
        for (const journal::LogHead& log : journal::list_logs(catalog, world.case_id)) {
            made.lamport = std::max(made.lamport, log.lamport);
            if (log.author != author.fingerprint) {
                made.manifest.seen.push_back(
                    {log.author, log.size,
                     base::encode_base64(log.frontier.root(), base::Base64::kPadded)});
            }
        }
        return made;
    });
}

void bring_object(HandMade& bundle, std::size_t recipients, base::Random& random) {
    std::vector<format::AgeRecipient> to = {bundle.recipient};
    while (to.size() < recipients) {
        to.push_back(format::AgeIdentity::generate(bundle.recipient.kind(), random).recipient());
    }
    base::MemorySink sink;
    format::AgeWriter writer{sink, to, random};
    writer.write(base::bytes_of("what is to be seen"));
    writer.finish();
    base::Bytes sealed = sink.take();
    bundle.manifest.objects.push_back({{crypto::sha256(sealed)}, sealed.size()});
    bundle.objects.push_back(std::move(sealed));
}

base::Bytes seal(HandMade& made, base::Random& random) {
    journal::Manifest manifest = made.manifest;
    manifest.first = made.head.size + 1;
    manifest.count = made.drafts.size();
    manifest.previous = made.head.last_bundle;
    made.change(manifest);
    std::vector<journal::Entry> entries;
    for (const journal::EntryDraft& draft : made.drafts) {
        journal::EntryLine line;
        line.case_id = manifest.case_id;
        line.author = manifest.author;
        line.seq = ++made.head.size;
        line.lamport = ++made.lamport;
        line.time = "2017-11-23T09:12:00Z";
        line.type = draft.type;
        entries.push_back(journal::write_entry(line, draft, random));
        made.head.frontier.append(journal::leaf_of(entries.back().line));
    }
    journal::BundleContent content;
    content.checkpoint = format::encode_checkpoint(
        {manifest.case_id, manifest.author, {made.head.size, made.head.frontier.root()}});
    content.checkpoint_signature =
        format::sign(made.identity.signer, format::SignatureNamespace::kCheckpoint,
                     base::bytes_of(content.checkpoint));
    content.manifest = journal::write_manifest(manifest);
    content.manifest_signature =
        format::sign(made.identity.signer, format::SignatureNamespace::kBundle,
                     base::bytes_of(content.manifest));
    content.entries = journal::write_lines(entries);
    content.disclosures = journal::write_disclosures(entries);
    made.tamper(content);
    made.head.last_bundle = journal::content_digest_of(content);
    return journal::seal_bundle(content, made.recipient, random);
}

Carried carry(HandMade& made, base::Random& random) {
    Carried carried{seal(made, random), made.manifest.objects, made.objects};
    made.manifest.objects.clear();
    made.objects.clear();
    return carried;
}

Carried newest_at(exchange::Repository& repository, const std::string& ref) {
    const auto tip = tip_of(repository, ref);
    KUA_CHECK(tip.has_value());
    const exchange::ReadCommit commit = exchange::read_commit(repository, *tip);
    Carried carried{
        *repository.read(*commit.bundle, GitKind::kBlob, journal::kMaxBundleBytes), {}, {}};
    for (const auto& [name, blob] : commit.parts) {
        const auto part = *repository.read(blob, GitKind::kBlob, exchange::kMaxPartBytes);
        carried.objects.push_back({name.object, part.size()});
        carried.contents.push_back(part);
    }
    return carried;
}

namespace {

format::GitId push_behind(exchange::Repository& repository, const std::string& ref,
                          const std::optional<format::GitId>& there,
                          std::optional<format::GitId> parent, const Carried& carried) {
    const auto read = [&](const journal::BundleObject& object, const exchange::PartName& part) {
        const auto at =
            std::ranges::find(carried.objects, object.digest, &journal::BundleObject::digest) -
            carried.objects.begin();
        KUA_CHECK(part.part == 0);
        return carried.contents.at(static_cast<std::size_t>(at));
    };
    format::GitId tip;
    exchange::make_commits(
        carried.bundle, {carried.objects, {}}, parent, 0, read,
        [&](GitKind kind, base::ByteView content) { return repository.add(kind, content); },
        [&](const exchange::MadeCommit& made) { tip = made.id; });
    repository.push({{ref, there, tip}}, {});
    return tip;
}

}  // namespace

format::GitId push_behind(ExchangeWorld& world, const std::string& stick, const std::string& ref,
                          std::optional<format::GitId> parent, const Carried& carried) {
    const auto repository = world.open(stick);
    return push_behind(*repository, ref, tip_of(*repository, ref), parent, carried);
}

format::GitId push(exchange::Repository& repository, const std::string& ref,
                   const Carried& carried) {
    const auto there = tip_of(repository, ref);
    return push_behind(repository, ref, there, there, carried);
}

format::GitId push(ExchangeWorld& world, const std::string& stick, const std::string& ref,
                   const Carried& carried) {
    return push(*world.open(stick), ref, carried);
}

format::GitId push_unfinished(ExchangeWorld& world, const std::string& stick,
                              const std::string& ref, std::optional<format::GitId> parent) {
    const auto repository = world.open(stick);
    const auto there = tip_of(*repository, ref);
    const base::Bytes content = world.random.bytes(300);
    const std::string name = exchange::encode_part_name({{crypto::sha256(content)}, 0});
    const auto part = repository->add(GitKind::kBlob, content);
    const auto parts =
        repository->add(GitKind::kTree, format::write_git_tree({{name, /*is_tree=*/false, part}}));
    const auto tree = repository->add(
        GitKind::kTree,
        format::write_git_tree({{std::string{exchange::kObjectsName}, /*is_tree=*/true, parts}}));
    const auto commit = repository->add(GitKind::kCommit, format::write_git_commit({tree, parent}));
    repository->push({{ref, there, commit}}, {});
    return commit;
}

void move_ref(ExchangeWorld& world, const std::string& stick, const std::string& ref,
              const format::GitId& to) {
    world.files.add_file("/" + stick + "/refs/heads/" + ref, base::bytes_of(to.hex() + "\n"));
}

std::string inbox_of(Person& to, const Person& from) {
    const std::string inbox = to.with_store(
        [](store::Store& store) { return evidence::load_identity(store.catalog()).card.inbox; });
    return exchange::inbox_ref(inbox, from.fingerprint);
}

void push_grant(exchange::Repository& repository, const std::string& inbox, base::ByteView sealed) {
    const auto there = tip_of(repository, inbox);
    const auto blob = repository.add(GitKind::kBlob, sealed);
    const auto tree = repository.add(
        GitKind::kTree, format::write_git_tree({{"grant.age", /*is_tree=*/false, blob}}));
    const auto commit = repository.add(GitKind::kCommit, format::write_git_commit({tree, there}));
    repository.push({{inbox, there, commit}}, {});
}

void push_grant(ExchangeWorld& world, const std::string& stick, Person& from, Person& to,
                base::ByteView sealed) {
    push_grant(*world.open(stick), inbox_of(to, from), sealed);
}

base::Bytes newest_grant(Person& from, const Person& to) {
    return from.with_store([&](store::Store& store) {
        store::Rows rows = store.catalog().query(
            "SELECT sealed FROM grant_out WHERE recipient = ?1 ORDER BY place DESC LIMIT 1",
            journal::blob_of(to.fingerprint));
        KUA_CHECK(rows.next());
        return base::copy_of(rows.blob(0));
    });
}

}  // namespace kua::testing
