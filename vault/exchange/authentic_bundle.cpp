#include "vault/exchange/authentic_bundle.h"

#include <utility>

#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"
#include "vault/journal/check.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::exchange {

crypto::Ed25519PublicKey author_key(store::Connection& catalog, const Channel& channel) {
    for (const journal::KnownAuthor& author : evidence::load_authors(catalog, channel.case_id)) {
        if (author.fingerprint == channel.author) {
            return author.key;
        }
    }
    throw Refused{FindingCode::kUnknownAuthor, "signed by nobody this vault knows"};
}

SignedBundle open_signed(store::Connection& catalog, const Channel& channel,
                         base::ByteView sealed) {
    const evidence::CaseKeys keys = evidence::load_case_keys(catalog, channel.case_id);
    if (keys.identities.size() != keys.epoch) {
        throw Error{ErrorCode::kDamaged, "a key of the case is missing from the catalog"};
    }
    const crypto::Ed25519PublicKey key = author_key(catalog, channel);
    const auto& identity = keys.identities[static_cast<std::size_t>(keys.epoch - channel.epoch)];
    journal::BundleContent content = [&] {
        try {
            return alien_from_remote([&] { return journal::open_bundle(sealed, identity); });
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kWrongKey) {
                throw;
            }
            throw Refused{FindingCode::kWrongCase,
                          "a bundle there is not sealed to this case; not opened", kAlien};
        }
    }();
    if (!alien_from_remote([&] { return journal::has_good_signatures(content, key); })) {
        throw Refused{FindingCode::kForged, "the signature of a bundle is wrong; kept aside",
                      kAlien};
    }
    // From here on it is signed: it may be another story, or of a newer kua.
    journal::Manifest manifest =
        from_remote([&] { return journal::parse_manifest(content.manifest); });
    if (manifest.case_id != channel.case_id || manifest.author != channel.author) {
        throw Refused{FindingCode::kWrongCase,
                      "a bundle there is signed for another place than it lies in; not taken",
                      kAlien};
    }
    // Two signatures of two bundles would look like a second history.
    const format::Checkpoint checkpoint =
        from_remote([&] { return format::parse_checkpoint(content.checkpoint); });
    if (checkpoint.case_id != manifest.case_id || checkpoint.author != manifest.author ||
        checkpoint.head.size != manifest.first + manifest.count - 1) {
        throw Refused{FindingCode::kDamaged, "checkpoint and manifest contradict each other"};
    }
    return {std::move(content), std::move(manifest)};
}

Held what_is_held(store::Connection& catalog, const Channel& channel, const SignedBundle& bundle) {
    const journal::LogHead head = journal::find_log(catalog, channel.case_id, channel.author);
    if (bundle.manifest.first > head.size) {
        return Held::kNothing;
    }
    const auto same = catalog.query_integer(
        "SELECT 1 FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3"
        " AND content_digest = ?4",
        journal::blob_of(channel.case_id), journal::blob_of(channel.author), bundle.manifest.first,
        journal::content_digest_of(bundle.content).bytes);
    return same ? Held::kSame : Held::kAnother;
}

bool is_held_as(store::Connection& catalog, const Channel& channel, std::uint64_t first,
                const store::SealedDigest& digest) {
    return catalog
        .query_integer(
            "SELECT 1 FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3"
            " AND sealed_digest = ?4",
            journal::blob_of(channel.case_id), journal::blob_of(channel.author), first,
            digest.bytes)
        .has_value();
}

journal::VerifiedBundle read_signed(store::Connection& catalog, const Channel& channel,
                                    SignedBundle bundle, bool is_known) {
    if (bundle.manifest.epoch != channel.epoch) {
        throw Refused{FindingCode::kWrongCase,
                      "a bundle there is signed for another place than it lies in; not taken",
                      is_known};
    }
    const crypto::Ed25519PublicKey key = author_key(catalog, channel);
    const auto verify = [&] { return journal::verify_bundle(std::move(bundle.content), key); };
    return is_known ? alien_from_remote(verify) : from_remote(verify);
}

void check_whole(const journal::VerifiedBundle& bundle, bool is_known) {
    for (const journal::Entry& entry : bundle.entries) {
        if (entry.disclosures.size() != entry.header.facts.size()) {
            throw Refused{FindingCode::kDamaged, "a fact was taken out of a bundle; not taken",
                          is_known};
        }
    }
}

void check_lines(store::Connection& catalog, const Channel& channel,
                 const journal::VerifiedBundle& bundle) {
    base::Bytes leaves;
    for (const journal::Entry& entry : bundle.entries) {
        base::append(leaves, journal::leaf_of(entry.line));
    }
    store::Rows rows = catalog.query(
        "SELECT leaves FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3",
        journal::blob_of(channel.case_id), journal::blob_of(channel.author), bundle.manifest.first);
    if (!rows.next() || !(base::text_of(rows.blob(0)) == base::text_of(leaves))) {
        throw Refused{FindingCode::kDamaged,
                      "the lines of a bundle were changed and it was sealed once more; not"
                      " taken",
                      kAlien};
    }
}

}  // namespace kua::exchange
