// What a bundle holds once it is decrypted: an archive, two signatures, lines, disclosures.
#include "vault/journal/bundle.h"

#include <array>

#include "tests/fuzz/fuzz.h"
#include "tests/support/seeded_random.h"
#include "vault/base/memory_stream.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_writer.h"
#include "vault/format/sshsig.h"

namespace {

using format::SignatureNamespace;
using kua::journal::BundleContent;

// The keys of the corpus have seeds of 32 times 01.
struct Keys {
    static std::array<std::byte, 32> seed() {
        std::array<std::byte, 32> bytes;
        bytes.fill(std::byte{1});
        return bytes;
    }
    crypto::Ed25519Signer author{crypto::SigningSeed::copy_of(seed())};
    format::AgeIdentity members = format::AgeIdentity::copy_of(format::AgeKeyKind::kX25519, seed());
};

const Keys& keys() {
    static const Keys kKeys;
    return kKeys;
}

base::Bytes sealed(base::ByteView archive) {
    testing::SeededRandom random{1};
    base::MemorySink sink;
    format::AgeWriter age{sink, keys().members.recipient(), random};
    age.write(archive);
    age.finish();
    return sink.take();
}

base::Bytes archive_of(const BundleContent& content) {
    testing::SeededRandom random{2};
    const base::Bytes bundle =
        kua::journal::seal_bundle(content, keys().members.recipient(), random);
    base::MemorySource source{bundle};
    format::AgeReader age{source, keys().members, format::AgeStanzas::kOne};
    base::Bytes archive;
    std::array<std::byte, 4096> part;
    while (const std::size_t count = age.read(part)) {
        base::append(archive, base::ByteView{part}.first(count));
    }
    return archive;
}

void check(const BundleContent& content, bool must_be_signed) {
    const crypto::Ed25519PublicKey& key = keys().author.public_key();
    const bool is_signed = kua::journal::has_good_signatures(content, key);
    KUA_CHECK(is_signed || !must_be_signed);
    const auto bundle = testing::parsed(ErrorCode::kDamaged,
                                        [&] { return kua::journal::verify_bundle(content, key); });
    if (!bundle) {
        return;
    }
    KUA_CHECK(is_signed);
    KUA_CHECK(bundle->entries.size() == bundle->manifest.count);
    KUA_CHECK(bundle->entries.back().header.seq == bundle->checkpoint.head.size);
    KUA_CHECK(kua::journal::write_lines(bundle->entries) == content.entries);
    KUA_CHECK(bundle->content.disclosures == content.disclosures);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView archive = testing::fuzz_bytes(data, size);
    const base::Bytes file = sealed(archive);
    auto content = testing::parsed(ErrorCode::kDamaged,
                                   [&] { return kua::journal::open_bundle(file, keys().members); });
    if (!content) {
        return 0;
    }
    // There is one archive for each content.
    KUA_CHECK(base::text_of(archive_of(*content)) == base::text_of(archive));
    check(*content, false);
    // Behind the signatures.
    const crypto::Ed25519Signer& author = keys().author;
    content->checkpoint_signature =
        format::sign(author, SignatureNamespace::kCheckpoint, base::bytes_of(content->checkpoint));
    content->manifest_signature =
        format::sign(author, SignatureNamespace::kBundle, base::bytes_of(content->manifest));
    check(*content, true);
    return 0;
}
