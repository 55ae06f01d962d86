#include "vault/journal/bundle.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vault/base/memory_stream.h"
#include "vault/base/parallel.h"
#include "vault/base/parse.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_writer.h"
#include "vault/format/sshsig.h"
#include "vault/format/tar.h"

namespace kua::journal {
namespace {

constexpr std::size_t kMaxCheckpointBytes = 1024;
constexpr std::size_t kMaxSignatureBytes = 4096;
// Padding and tags rarely add more than an eighth; more only costs a second buffer.
constexpr std::size_t kUsualShareAdded = 8;

// Names and order reach disk.
constexpr std::array<format::TarMember, 6> kMembers = {{
    {"checkpoint", kMaxCheckpointBytes},
    {"checkpoint.sig", kMaxSignatureBytes},
    {"manifest.json", kMaxManifestBytes},
    {"manifest.sig", kMaxSignatureBytes},
    {"entries.jsonl", kMaxBundleBytes},
    {"disclosures.jsonl", kMaxBundleBytes},
}};

[[noreturn]] void refuse_bundle(const std::string& why) {
    throw Error{ErrorCode::kDamaged, "bundle: " + why};
}

// What nobody would read must not be signed.
[[noreturn]] void refuse_to_write() {
    throw Error{ErrorCode::kFailed, "one commit holds more than a bundle can"};
}

// Its disclosures, none if none are left.
std::vector<std::string> parse_disclosures(std::string_view line, std::uint64_t seq) {
    const base::Json json =
        base::parse_json(line, {.max_bytes = kMaxDisclosuresLineBytes, .max_depth = 2});
    base::require_only_members(json, {"seq", "disclosures"});
    if (base::uint_at(json, "seq") != seq) {
        refuse_bundle("disclosures are out of order");
    }
    std::vector<std::string> texts;
    for (const base::Json& one : base::array_at(json, "disclosures")) {
        texts.push_back(base::as_text(one, "disclosure"));
    }
    return texts;
}

Entry parse_entry(std::string_view line, std::string_view disclosures, const Manifest& manifest,
                  std::uint64_t seq) {
    Entry entry = join_entry(std::string{line}, parse_disclosures(disclosures, seq));
    const EntryLine& header = entry.header;
    if (header.case_id != manifest.case_id || header.author != manifest.author ||
        header.seq != seq) {
        refuse_bundle("an entry is of another case or author, or out of order");
    }
    return entry;
}

// Many entries by all processors, each a part of them. The first that is refused is reported.
std::vector<Entry> parse_entries(const BundleContent& content, const Manifest& manifest) {
    const auto lines = base::split_lines(content.entries, kMaxEntriesPerBundle);
    if (!lines || lines->size() != manifest.count) {
        refuse_bundle("entries.jsonl has another number of lines than the manifest says");
    }
    const auto disclosures = base::split_lines(content.disclosures, kMaxEntriesPerBundle);
    if (!disclosures || disclosures->size() != manifest.count) {
        refuse_bundle("disclosures.jsonl has another number of lines than entries.jsonl");
    }
    std::vector<Entry> entries(lines->size());
    base::run_in_parts(
        entries.size(), kEntriesWorthAThread, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                entries[i] =
                    parse_entry((*lines)[i], (*disclosures)[i], manifest, manifest.first + i);
            }
        });
    return entries;
}

}  // namespace

ContentDigest content_digest_of(const BundleContent& content) {
    crypto::Sha256 hash;
    hash.update(base::bytes_of(content.manifest));
    hash.update(base::bytes_of(content.checkpoint));
    return {hash.finish()};
}

std::string write_lines(const std::vector<Entry>& entries) {
    std::size_t size_bytes = 0;
    for (const Entry& entry : entries) {
        size_bytes += entry.line.size() + 1;
    }
    std::string text;
    text.reserve(size_bytes);
    for (const Entry& entry : entries) {
        text += entry.line;
        text += '\n';
    }
    return text;
}

std::string write_disclosures(const std::vector<Entry>& entries) {
    std::string text;
    for (const Entry& entry : entries) {
        base::Json json;
        json["seq"] = entry.header.seq;
        json["disclosures"] = entry.disclosures;
        text += base::write_json(json);
        text += '\n';
    }
    return text;
}

base::Bytes seal_bundle(const BundleContent& content, const format::AgeRecipient& recipient,
                        base::Random& random) {
    const std::array<const std::string*, kMembers.size()> contents = {
        &content.checkpoint, &content.checkpoint_signature,
        &content.manifest,   &content.manifest_signature,
        &content.entries,    &content.disclosures};
    std::size_t size_bytes = 0;
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
        if (contents[i]->size() > kMembers[i].max_bytes) {
            refuse_to_write();
        }
        size_bytes += contents[i]->size();
    }
    base::MemorySink sink{size_bytes + size_bytes / kUsualShareAdded};
    format::AgeWriter age{sink, recipient, random};
    format::TarWriter tar{age};
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
        tar.add(kMembers[i].name, base::bytes_of(*contents[i]));
    }
    tar.finish_padded();
    age.finish();
    base::Bytes sealed = sink.take();
    if (sealed.size() > kMaxBundleBytes) {
        refuse_to_write();
    }
    return sealed;
}

BundleContent open_bundle(base::ByteView sealed, const format::AgeIdentity& identity) {
    return open_bundle(sealed, std::span{&identity, 1});
}

BundleContent open_bundle(base::ByteView sealed, std::span<const format::AgeIdentity> identities) {
    if (sealed.size() > kMaxBundleBytes) {
        refuse_bundle("larger than any bundle kua writes");
    }
    base::MemorySource source{sealed};
    format::AgeReader archive{source, {identities, {}}, format::AgeStanzas::kOne};
    const std::vector<base::Bytes> members =
        format::read_tar(archive, kMembers, format::TarEnd::kPadded);
    const auto text = [&members](std::size_t i) { return std::string{base::text_of(members[i])}; };
    return {text(0), text(1), text(2), text(3), text(4), text(5)};
}

bool has_good_signatures(const BundleContent& content, const crypto::Ed25519PublicKey& author_key) {
    return format::is_signed_by(author_key, format::SignatureNamespace::kCheckpoint,
                                base::bytes_of(content.checkpoint), content.checkpoint_signature) &&
           format::is_signed_by(author_key, format::SignatureNamespace::kBundle,
                                base::bytes_of(content.manifest), content.manifest_signature);
}

VerifiedBundle verify_bundle(BundleContent content, const crypto::Ed25519PublicKey& author_key) {
    if (!has_good_signatures(content, author_key)) {
        refuse_bundle("a signature is wrong");
    }
    VerifiedBundle bundle;
    bundle.checkpoint = format::parse_checkpoint(content.checkpoint);
    bundle.manifest = parse_manifest(content.manifest);
    const Manifest& manifest = bundle.manifest;
    if (manifest.case_id != bundle.checkpoint.case_id ||
        manifest.author != bundle.checkpoint.author ||
        manifest.first + manifest.count - 1 != bundle.checkpoint.head.size) {
        refuse_bundle("checkpoint and manifest contradict each other");
    }
    bundle.entries = parse_entries(content, manifest);
    bundle.content = std::move(content);
    return bundle;
}

}  // namespace kua::journal
