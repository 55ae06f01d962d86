#include "vault/exchange/grant.h"

#include <algorithm>
#include <array>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/hex.h"
#include "vault/base/json.h"
#include "vault/base/memory_stream.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/crypto/sha256.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_writer.h"
#include "vault/format/checkpoint.h"
#include "vault/format/sshsig.h"
#include "vault/format/tar.h"

namespace kua::exchange {
namespace {

constexpr std::uint64_t kGrantVersion = 1;
constexpr std::size_t kMaxTextBytes = std::size_t{6} << 20;
constexpr std::size_t kMaxKeysBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxSignatureBytes = 4096;
constexpr std::size_t kMaxEpochs = 4096;
constexpr std::size_t kMaxTitleBytes = 200;
constexpr std::size_t kMaxSealedIdentities = std::size_t{1} << 20;
constexpr std::array<format::TarMember, 3> kMembers = {
    {{"grant.json", kMaxTextBytes}, {"grant.sig", kMaxSignatureBytes}, {"keys", kMaxKeysBytes}}};
constexpr std::array<format::TarMember, 4> kOwnMembers = {
    {kMembers[0], kMembers[1], kMembers[2], {"identities", kMaxSealedIdentities}}};

[[noreturn]] void refuse_grant(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("grant: ") + why};
}

// Wiped when it goes, unlike what a reader of archives gives back.
class WipedBytes {
public:
    explicit WipedBytes(base::Bytes bytes) noexcept : bytes_(std::move(bytes)) {}
    WipedBytes(const WipedBytes&) = delete;
    WipedBytes& operator=(const WipedBytes&) = delete;
    ~WipedBytes() { crypto::wipe(bytes_); }
    base::ByteView expose() const noexcept { return bytes_; }

private:
    base::Bytes bytes_;
};

std::string write_text(const Grant& grant, base::ByteView keys, base::ByteView identities) {
    base::Json json;
    json["kua"] = kGrantVersion;
    json["case"] = grant.case_id;
    json["from"] = grant.from;
    json["to"] = grant.to;
    json["title"] = grant.title;
    json["role"] = std::string{name_of(grant.role)};
    json["roster"] = grant.roster;
    json["keys"] = base::encode_hex(crypto::sha256(keys));
    if (grant.role == evidence::Role::kOwner) {
        json["identities"] = base::encode_hex(crypto::sha256(identities));
    }
    json["epochs"] = base::Json::array();
    for (const GrantedEpoch& one : grant.epochs) {
        json["epochs"].push_back({{"epoch", one.epoch}, {"recipient", one.recipient.text()}});
    }
    json["members"] = base::Json::array();
    for (const evidence::Member& one : grant.members) {
        json["members"].push_back({{"card", one.card.text},
                                   {"role", std::string{name_of(one.role)}},
                                   {"roster", one.roster},
                                   {"removed", one.removed},
                                   {"last_seq", one.last_seq}});
    }
    return base::write_json(json) + "\n";
}

constexpr std::size_t kMostLineBytes = 256;

// A line for each epoch: the channel secret, and the case identity or a hyphen.
base::Bytes write_keys(const Grant& grant) {
    base::Bytes text;
    text.reserve(grant.epochs.size() * kMostLineBytes);  // so that growing leaves no copies behind
    for (const GrantedEpoch& one : grant.epochs) {
        std::array<char, 2 * crypto::ChannelSecret::kSizeBytes> channel{};
        base::encode_hex_into(one.channel.expose(), channel);
        base::append(text, std::as_bytes(std::span{channel}));
        crypto::wipe(std::as_writable_bytes(std::span{channel}));
        base::append(text, base::bytes_of(" "));
        if (one.identity && grant.role != evidence::Role::kOwner) {
            base::append(text, one.identity->reveal().expose());
        } else {
            base::append(text, base::bytes_of("-"));
        }
        base::append(text, base::bytes_of("\n"));
    }
    return text;
}

// A line with the case identity of each epoch.
base::Bytes seal_identities(const std::vector<GrantedEpoch>& epochs, const format::AgeRecipient& to,
                            base::Random& random) {
    base::MemorySink sink;
    format::AgeWriter age{sink, to, random};
    for (const GrantedEpoch& one : epochs) {
        age.write(one.identity.value().reveal().expose());
        age.write(base::bytes_of("\n"));
    }
    age.finish();
    return sink.take();
}

evidence::Member parse_member(const base::Json& json) {
    base::require_only_members(json, {"card", "role", "roster", "removed", "last_seq"});
    const auto role = evidence::parse_role(base::text_at(json, "role"));
    if (!role) {
        refuse_grant("a role is unknown");
    }
    return {format::parse_card(base::text_at(json, "card")), *role, base::uint_at(json, "roster"),
            base::uint_at(json, "removed"), base::uint_at(json, "last_seq")};
}

format::AgeRecipient parse_recipient(const base::Json& json) {
    try {
        return format::AgeRecipient::parse(base::text_at(json, "recipient"));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUsage) {
            throw;
        }
        refuse_grant("a recipient is no key");
    }
}

format::AgeIdentity parse_identity(std::string_view line) {
    try {
        return format::AgeIdentity::parse(base::bytes_of(line));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUsage) {
            throw;
        }
        refuse_grant("a line of its keys is malformed");
    }
}

GrantedEpoch parse_epoch(const base::Json& json, std::string_view keys) {
    base::require_only_members(json, {"epoch", "recipient"});
    constexpr std::size_t kChannelDigits = 2 * crypto::ChannelSecret::kSizeBytes;
    if (keys.size() < kChannelDigits + 2 || keys[kChannelDigits] != ' ') {
        refuse_grant("a line of its keys is malformed");
    }
    std::optional<base::Bytes> decoded = base::decode_hex(keys.substr(0, kChannelDigits));
    if (!decoded) {
        refuse_grant("a line of its keys is malformed");
    }
    const WipedBytes channel{*std::move(decoded)};
    GrantedEpoch epoch{
        base::uint_at(json, "epoch"), parse_recipient(json),
        crypto::ChannelSecret::copy_of(channel.expose().first<crypto::ChannelSecret::kSizeBytes>()),
        std::nullopt};
    const std::string_view identity = keys.substr(kChannelDigits + 1);
    if (identity != "-") {
        epoch.identity.emplace(parse_identity(identity));
        if (epoch.identity->recipient() != epoch.recipient) {
            refuse_grant("a key doesn't belong to its recipient");
        }
    }
    return epoch;
}

void parse_epochs(const base::Json& json, base::ByteView keys, Grant& grant) {
    const base::Json& epochs = base::array_at(json, "epochs");
    const auto lines = base::split_lines(base::text_of(keys), kMaxEpochs);
    if (!lines || lines->empty() || lines->size() != epochs.size()) {
        refuse_grant("its keys are not as many as its epochs");
    }
    for (std::size_t i = 0; i < lines->size(); ++i) {
        grant.epochs.push_back(parse_epoch(epochs[i], (*lines)[i]));
        if (grant.epochs.back().epoch != i + 1) {
            refuse_grant("an epoch is missing or out of order");
        }
        const bool has_identities =
            grant.role != evidence::Role::kDepositor && grant.role != evidence::Role::kOwner;
        if (grant.epochs.back().identity.has_value() != has_identities) {
            refuse_grant("its keys don't fit its role");
        }
    }
}

Grant parse_text(std::string_view text, base::ByteView keys,
                 std::optional<base::ByteView> identities) {
    if (!text.ends_with('\n')) {
        refuse_grant("does not end with a line feed");
    }
    const base::Json json = base::parse_json(text.substr(0, text.size() - 1),
                                             {.max_bytes = kMaxTextBytes, .max_depth = 3});
    if (identities) {
        base::require_only_members(json, {"kua", "case", "from", "to", "title", "role", "roster",
                                          "keys", "identities", "epochs", "members"});
    } else {
        base::require_only_members(json, {"kua", "case", "from", "to", "title", "role", "roster",
                                          "keys", "epochs", "members"});
    }
    if (base::uint_at(json, "kua") != kGrantVersion) {
        refuse_grant("written by a newer kua");
    }
    if (base::text_at(json, "keys") != base::encode_hex(crypto::sha256(keys))) {
        refuse_grant("its keys are not those that were signed");
    }
    if (identities &&
        base::text_at(json, "identities") != base::encode_hex(crypto::sha256(*identities))) {
        refuse_grant("its identities are not those that were signed");
    }
    Grant grant;
    grant.case_id = base::text_at(json, "case");
    grant.from = base::text_at(json, "from");
    grant.to = base::text_at(json, "to");
    grant.title = base::text_at(json, "title");
    const auto role = evidence::parse_role(base::text_at(json, "role"));
    if (grant.case_id.size() != format::kCaseIdDigits || !base::decode_hex(grant.case_id) ||
        !role || (role == evidence::Role::kOwner) != identities.has_value() ||
        grant.title.size() > kMaxTitleBytes) {
        refuse_grant("a field is malformed");
    }
    grant.role = *role;
    grant.roster = base::uint_at(json, "roster");
    parse_epochs(json, keys, grant);
    for (const base::Json& member : base::array_at(json, "members")) {
        grant.members.push_back(parse_member(member));
    }
    return grant;
}

base::Bytes seal(const Grant& grant, base::ByteView identities, const crypto::Ed25519Signer& owner,
                 const format::AgeRecipient& to, base::Random& random) {
    const WipedBytes keys{write_keys(grant)};
    const std::string text = write_text(grant, keys.expose(), identities);
    const std::string signature =
        format::sign(owner, format::SignatureNamespace::kGrant, base::bytes_of(text));
    base::MemorySink sink;
    format::AgeWriter age{sink, to, random};
    format::TarWriter tar{age};
    tar.add(kMembers[0].name, base::bytes_of(text));
    tar.add(kMembers[1].name, base::bytes_of(signature));
    tar.add(kMembers[2].name, keys.expose());
    if (!identities.empty()) {
        tar.add(kOwnMembers[3].name, identities);
    }
    tar.finish_padded();
    age.finish();
    return sink.take();
}

}  // namespace

base::Bytes seal_grant(const Grant& grant, const crypto::Ed25519Signer& owner,
                       const format::AgeRecipient& to, base::Random& random) {
    KUA_CHECK(grant.role != evidence::Role::kOwner);
    return seal(grant, {}, owner, to, random);
}

base::Bytes seal_own_grant(const Grant& grant, const crypto::Ed25519Signer& owner,
                           const format::AgeRecipient& own, const format::AgeRecipient& restore_key,
                           base::Random& random) {
    KUA_CHECK(grant.role == evidence::Role::kOwner);
    return seal(grant, seal_identities(grant.epochs, restore_key, random), owner, own, random);
}

namespace {

std::vector<base::Bytes> open_archive(base::ByteView sealed, const format::AgeIdentity& own,
                                      std::span<const format::TarMember> members) {
    if (sealed.size() > kMaxGrantBytes) {
        refuse_grant("larger than any grant kua writes");
    }
    base::MemorySource source{sealed};
    format::AgeReader age{source, own, format::AgeStanzas::kOne};
    return format::read_tar(age, members, format::TarEnd::kPadded);
}

// Checks all but what only the two kinds of grants have.
Grant open_parts(base::ByteView text, base::ByteView signature, base::ByteView keys,
                 std::optional<base::ByteView> identities, const std::string& own_fingerprint,
                 const journal::KnownAuthor& owner) {
    if (!format::is_signed_by(owner.key, format::SignatureNamespace::kGrant, text,
                              base::text_of(signature))) {
        refuse_grant("its signature is wrong");
    }
    Grant grant = parse_text(base::text_of(text), keys, identities);
    if (grant.from != owner.fingerprint || grant.to != own_fingerprint) {
        refuse_grant("it is for somebody else");
    }
    const auto is_owner = [&](const evidence::Member& member) {
        return member.card.fingerprint == owner.fingerprint &&
               member.role == evidence::Role::kOwner;
    };
    const auto is_self = [&](const evidence::Member& member) {
        return member.card.fingerprint == own_fingerprint && member.role == grant.role;
    };
    if (std::ranges::count(grant.members, evidence::Role::kOwner, &evidence::Member::role) != 1 ||
        std::ranges::none_of(grant.members, is_owner) ||
        std::ranges::none_of(grant.members, is_self)) {
        refuse_grant("its members don't fit");
    }
    return grant;
}

}  // namespace

Grant open_grant(base::ByteView sealed, const format::AgeIdentity& own,
                 const std::string& own_fingerprint, const journal::KnownAuthor& owner) {
    std::vector<base::Bytes> members = open_archive(sealed, own, kMembers);
    const WipedBytes keys{std::move(members[2])};
    return open_parts(members[0], members[1], keys.expose(), std::nullopt, own_fingerprint, owner);
}

OwnGrant open_own_grant(base::ByteView sealed, const format::AgeIdentity& own,
                        const format::Card& card) {
    std::vector<base::Bytes> members = open_archive(sealed, own, kOwnMembers);
    const WipedBytes keys{std::move(members[2])};
    Grant grant = open_parts(members[0], members[1], keys.expose(), members[3], card.fingerprint,
                             {card.fingerprint, card.signing_key});
    return {std::move(grant), std::move(members[3])};
}

Grant open_identities(OwnGrant own, const format::AgeIdentity& restore_key) {
    base::MemorySource source{own.sealed_identities};
    format::AgeReader age{source, restore_key, format::AgeStanzas::kOne};
    crypto::WipedBuffer text{own.grant.epochs.size() * kMostLineBytes};
    std::size_t filled = 0;
    while (const std::size_t got = age.read(text.bytes().subspan(filled))) {
        filled += got;
    }
    const auto lines =
        base::split_lines(base::text_of(text.bytes().first(filled)), own.grant.epochs.size());
    if (!lines || lines->size() != own.grant.epochs.size()) {
        refuse_grant("its identities are not as many as its epochs");
    }
    for (std::size_t i = 0; i < lines->size(); ++i) {
        GrantedEpoch& epoch = own.grant.epochs[i];
        epoch.identity.emplace(parse_identity((*lines)[i]));
        if (epoch.identity->recipient() != epoch.recipient) {
            refuse_grant("a key doesn't belong to its recipient");
        }
    }
    return std::move(own.grant);
}

}  // namespace kua::exchange
