#include "vault/format/card.h"

#include <array>
#include <optional>

#include "vault/base/hex.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/crypto/sha256.h"
#include "vault/format/age_keys.h"
#include "vault/format/sshsig.h"

namespace kua::format {
namespace {

constexpr std::string_view kFirstLine = "kua-card-v1";
constexpr std::size_t kInboxBytes = 16;
constexpr int kSignedLines = 5;

[[noreturn]] void refuse_card(const char* why) {
    throw Error{ErrorCode::kDamaged, std::string("card: ") + why};
}

bool is_card_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxCardNameBytes &&
           base::escape_for_display(name) == name && name.front() != ' ' && name.back() != ' ';
}

std::string_view field(std::string_view& rest, std::string_view key) {
    const std::optional<std::string_view> line = base::take_line(rest);
    const std::string start = std::string{key} + ": ";
    if (!line || !line->starts_with(start)) {
        refuse_card("a line is missing or out of order");
    }
    return line->substr(start.size());
}

struct Parts {
    std::string_view lines;  // what is signed
    std::string_view signature;
};

// Of a text whose signed lines are all there.
Parts split(std::string_view text) {
    std::string_view rest = text;
    for (int line = 0; line < kSignedLines; ++line) {
        base::take_line(rest);
    }
    return {text.substr(0, text.size() - rest.size()), rest};
}

}  // namespace

void check_card_name(std::string_view name) {
    if (!is_card_name(name)) {
        throw Error{ErrorCode::kUsage,
                    "a name has 1 to 100 bytes on one line, without control characters"};
    }
}

Card make_card(std::string_view name, const crypto::IdentityRoot& root, base::Random& random) {
    check_card_name(name);
    const crypto::Ed25519Signer signer{crypto::derive_signing_seed(root)};
    const AgeIdentity age{crypto::derive_age_seed(root)};
    std::array<std::byte, kInboxBytes> inbox{};
    random.fill(inbox);
    const std::string lines = std::string{kFirstLine} + "\nname: " + std::string{name} +
                              "\nsign: " + encode_public_key_line(signer.public_key()) +
                              "\nseal: " + age.recipient().text() +
                              "\ninbox: " + base::encode_hex(inbox) + "\n";
    return parse_card(lines + sign(signer, SignatureNamespace::kCard, base::bytes_of(lines)));
}

Card parse_card(std::string_view text) {
    Card card = read_stored_card(text);
    if (!crypto::is_valid_public_key(card.signing_key)) {
        refuse_card("a field is malformed");
    }
    try {
        if (AgeRecipient::parse(card.recipient).kind() != AgeKeyKind::kHybrid) {
            refuse_card("its recipient is not post-quantum");
        }
    } catch (const Error&) {
        refuse_card("its recipient is no usable key");
    }
    const auto [lines, signature] = split(text);
    if (!is_signed_by(card.signing_key, SignatureNamespace::kCard, base::bytes_of(lines),
                      signature)) {
        refuse_card("its signature is wrong");
    }
    return card;
}

Card read_stored_card(std::string_view text) {
    if (text.size() > kMaxCardBytes) {
        refuse_card("too long");
    }
    std::string_view rest = text;
    if (base::take_line(rest) != kFirstLine) {
        refuse_card("this is no card");
    }
    Card card;
    card.text = text;
    card.name = field(rest, "name");
    const auto key = parse_public_key_line(field(rest, "sign"));
    card.recipient = field(rest, "seal");
    card.inbox = field(rest, "inbox");
    const auto inbox = base::decode_hex(card.inbox);
    if (!key || !inbox || inbox->size() != kInboxBytes || !is_card_name(card.name)) {
        refuse_card("a field is malformed");
    }
    card.signing_key = *key;
    card.fingerprint = base::encode_hex(crypto::sha256(base::bytes_of(split(text).lines)));
    return card;
}

}  // namespace kua::format
