#include "vault/format/age_file_key.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/crypto/compare.h"
#include "vault/format/age_header.h"
#include "vault/format/age_stanza_hybrid.h"
#include "vault/format/age_stanza_scrypt.h"
#include "vault/format/age_stanza_x25519.h"

namespace kua::format {
namespace {

AgeStanza wrap(const crypto::FileKey& file_key, const AgeRecipient& recipient,
               base::Random& random) {
    if (const auto* hybrid = recipient.hybrid()) {
        return wrap_hybrid(file_key, *hybrid, random);
    }
    return wrap_x25519(file_key, *recipient.x25519(), random);
}

std::optional<crypto::FileKey> unwrap(const AgeStanza& stanza, const AgeUnlock& unlock) {
    for (const AgeIdentity& identity : unlock.identities) {
        auto file_key = identity.hybrid() != nullptr ? unwrap_hybrid(stanza, *identity.hybrid())
                                                     : unwrap_x25519(stanza, *identity.x25519());
        if (file_key) {
            return file_key;
        }
    }
    for (const crypto::SecretBytes& passphrase : unlock.passphrases) {
        if (auto file_key = unwrap_scrypt(stanza, passphrase)) {
            return file_key;
        }
    }
    return std::nullopt;
}

void check_stanzas(const std::vector<AgeStanza>& stanzas, AgeStanzas allowed) {
    if (stanzas.size() == 1) {
        return;
    }
    if (allowed == AgeStanzas::kOne) {
        throw Error{ErrorCode::kDamaged, "an age header with more than the one recipient"};
    }
    // Whoever holds a passphrase takes what it opens for his own; a second stanza would let others
    // write such a file (age.md, scrypt).
    if (std::ranges::any_of(
            stanzas, [](const AgeStanza& stanza) { return stanza.type == kAgeScryptType; })) {
        throw Error{ErrorCode::kDamaged, "an age header with a scrypt stanza beside others"};
    }
}

AgeOpening open_parsed(const AgeHeader& header, const AgeUnlock& unlock) {
    for (const AgeStanza& stanza : header.stanzas) {
        std::optional<crypto::FileKey> file_key = unwrap(stanza, unlock);
        if (!file_key) {
            continue;
        }
        if (!crypto::equal(age_header_mac(*file_key, header.authenticated), header.mac)) {
            return {std::nullopt, AgeFailure::kAltered, "an age header that was altered"};
        }
        return {std::move(file_key), AgeFailure::kNone, {}};
    }
    return {std::nullopt, AgeFailure::kNoMatch, "an age file for somebody else"};
}

}  // namespace

base::Bytes seal_age_header(const crypto::FileKey& file_key,
                            std::span<const AgeRecipient> recipients, base::Random& random) {
    KUA_CHECK(!recipients.empty() && recipients.size() <= kAgeMaxStanzas);
    std::vector<AgeStanza> stanzas;
    for (const AgeRecipient& recipient : recipients) {
        if (recipient.kind() != recipients.front().kind()) {
            throw Error{ErrorCode::kRefused,
                        "classic and post-quantum recipients never share a file"};
        }
        stanzas.push_back(wrap(file_key, recipient, random));
    }
    return encode_age_header(stanzas, file_key);
}

base::Bytes seal_age_header(const crypto::FileKey& file_key, const AgeRecipient& recipient,
                            base::Random& random) {
    return seal_age_header(file_key, std::span{&recipient, 1}, random);
}

base::Bytes seal_age_header(const crypto::FileKey& file_key, const crypto::SecretBytes& passphrase,
                            std::uint32_t log_n, base::Random& random) {
    return encode_age_header({wrap_scrypt(file_key, passphrase, log_n, random)}, file_key);
}

AgeOpening try_open_age_header(base::ByteView header, const AgeUnlock& unlock, AgeStanzas stanzas) {
    try {
        const AgeHeader parsed = parse_age_header(header);
        check_stanzas(parsed.stanzas, stanzas);
        return open_parsed(parsed, unlock);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return {std::nullopt, AgeFailure::kMalformed, error.what()};
    }
}

crypto::FileKey open_age_header(base::ByteView header, const AgeUnlock& unlock,
                                AgeStanzas stanzas) {
    AgeOpening opening = try_open_age_header(header, unlock, stanzas);
    if (opening.failure == AgeFailure::kNoMatch) {
        throw Error{ErrorCode::kWrongKey, opening.reason};
    }
    if (!opening.file_key) {
        throw Error{ErrorCode::kDamaged, opening.reason};
    }
    return std::move(*opening.file_key);
}

crypto::FileKey open_age_header(base::ByteView header, const AgeIdentity& identity,
                                AgeStanzas stanzas) {
    return open_age_header(header, AgeUnlock{std::span{&identity, 1}, {}}, stanzas);
}

}  // namespace kua::format
