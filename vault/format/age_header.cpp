#include "vault/format/age_header.h"

#include <algorithm>
#include <string_view>

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/check.h"
#include "vault/base/parse.h"
#include "vault/crypto/hkdf.h"
#include "vault/crypto/hmac.h"
#include "vault/crypto/wiped.h"

namespace kua::format {
namespace {

constexpr std::string_view kVersionLine = "age-encryption.org/v1\n";
constexpr std::string_view kStanzaMark = "-> ";
constexpr std::string_view kMacMark = "---";
constexpr std::size_t kBodyColumns = 64;

[[noreturn]] void malformed(const char* what) {
    throw Error{ErrorCode::kDamaged, std::string("malformed age header: ") + what};
}

std::string_view require_line(std::string_view& rest) {
    const std::optional<std::string_view> line = base::take_line(rest);
    if (!line) {
        malformed("cut short");
    }
    return *line;
}

// Every argument is at least one visible character; one space between two.
void parse_arguments(std::string_view line, AgeStanza& stanza) {
    const auto parts = base::split(line, ' ', line.size() + 1);
    for (const std::string_view part : *parts) {
        if (part.empty() || !std::ranges::all_of(part, base::is_ascii_visible)) {
            malformed("stanza arguments");
        }
    }
    stanza.type = parts->front();
    stanza.arguments.assign(parts->begin() + 1, parts->end());
}

// The body ends with the first line under 64 columns, which may be empty.
void parse_body(std::string_view& rest, AgeStanza& stanza) {
    std::string text;
    std::string_view line;
    do {
        line = require_line(rest);
        if (line.size() > kBodyColumns) {
            malformed("stanza body over 64 columns");
        }
        text += line;
    } while (line.size() == kBodyColumns);
    std::optional<base::Bytes> body = base::decode_base64(text, base::Base64::kUnpadded);
    if (!body) {
        malformed("stanza body");
    }
    stanza.body = std::move(*body);
}

std::array<std::byte, 32> parse_mac(std::string_view line) {
    std::array<std::byte, 32> mac{};
    const std::string_view text = line.substr(kMacMark.size());
    const auto bytes = text.starts_with(' ')
                           ? base::decode_base64(text.substr(1), base::Base64::kUnpadded)
                           : std::nullopt;
    if (!bytes || bytes->size() != mac.size()) {
        malformed("MAC line");
    }
    std::ranges::copy(*bytes, mac.begin());
    return mac;
}

}  // namespace

std::optional<std::size_t> find_age_header_end(base::ByteView front) {
    const std::string_view text =
        base::text_of(front.first(std::min(front.size(), kAgeHeaderMaxBytes)));
    if (!text.starts_with(kVersionLine.substr(0, text.size()))) {
        malformed("not an age file of version 1");
    }
    // No line but the last can begin with three hyphens: a stanza begins "-> ", and base64 has
    // none.
    constexpr std::string_view kLastLine = "\n---";
    const std::size_t last = text.find(kLastLine);
    const std::size_t end =
        last == text.npos ? text.npos : text.find('\n', last + kLastLine.size());
    if (end != text.npos) {
        return end + 1;
    }
    if (front.size() >= kAgeHeaderMaxBytes) {
        malformed("over 64 KiB");
    }
    return std::nullopt;
}

AgeHeader parse_age_header(base::ByteView header) {
    if (header.size() > kAgeHeaderMaxBytes) {
        malformed("over 64 KiB");
    }
    std::string_view rest = base::text_of(header);
    if (!rest.starts_with(kVersionLine)) {
        malformed("not an age file of version 1");
    }
    rest.remove_prefix(kVersionLine.size());
    AgeHeader parsed{};
    while (!rest.starts_with(kMacMark)) {
        std::string_view line = require_line(rest);
        if (!line.starts_with(kStanzaMark)) {
            malformed("neither a stanza nor the MAC line");
        }
        if (parsed.stanzas.size() == kAgeMaxStanzas) {
            malformed("over 64 stanzas");
        }
        AgeStanza& stanza = parsed.stanzas.emplace_back();
        parse_arguments(line.substr(kStanzaMark.size()), stanza);
        parse_body(rest, stanza);
    }
    if (parsed.stanzas.empty()) {
        malformed("no stanza");
    }
    const std::size_t mark = header.size() - rest.size();
    parsed.authenticated = base::copy_of(header.first(mark + kMacMark.size()));
    parsed.mac = parse_mac(require_line(rest));
    if (!rest.empty()) {
        malformed("bytes after the MAC line");
    }
    return parsed;
}

std::array<std::byte, 32> age_header_mac(const crypto::FileKey& file_key,
                                         base::ByteView authenticated) {
    crypto::WipedArray<32> key;
    crypto::hkdf_sha256(file_key.expose(), /*salt=*/{}, base::bytes_of("header"),
                        key.expose_for_writing());
    std::array<crypto::Sha256Digest, 1> mac{};
    crypto::HmacSha256{key.expose()}.of(std::array{crypto::HmacSha256::Message{authenticated, {}}},
                                        mac);
    return mac.front();
}

base::Bytes encode_age_header(const std::vector<AgeStanza>& stanzas,
                              const crypto::FileKey& file_key) {
    KUA_CHECK(!stanzas.empty() && stanzas.size() <= kAgeMaxStanzas);
    std::string text{kVersionLine};
    for (const AgeStanza& stanza : stanzas) {
        text += kStanzaMark;
        text += stanza.type;
        for (const std::string& argument : stanza.arguments) {
            text += " " + argument;
        }
        text += '\n';
        std::string body = base::encode_base64(stanza.body, base::Base64::kUnpadded);
        for (std::size_t at = 0; at <= body.size(); at += kBodyColumns) {
            text +=
                body.substr(at, kBodyColumns) + '\n';  // full lines are followed by a shorter one
        }
    }
    text += kMacMark;
    const auto mac = age_header_mac(file_key, base::bytes_of(text));
    text += ' ' + base::encode_base64(mac, base::Base64::kUnpadded) + '\n';
    KUA_CHECK(text.size() <= kAgeHeaderMaxBytes);
    return base::copy_of(base::bytes_of(text));
}

}  // namespace kua::format
