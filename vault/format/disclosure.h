// Facts that can be told one by one. A journal line holds only digests; beside it travel the
// disclosures, each of which opens one digest and says nothing about the others:
//   disclosure = base64url(JSON [salt, name, value]), digest = base64url(SHA-256(disclosure))
// as SD-JWT has them for object properties. The salt keeps everybody else from guessing the value
// behind a digest; without it, a date or a place would fall to a list of all dates and places.
// A disclosure is kept and hashed as the text that was written, never made again from its parts.
// Source: RFC 9901 (SD-JWT), sections 4.2.1, 4.2.3, 9.3; docs/formats.md.
#pragma once

#include <string>
#include <string_view>

#include "vault/base/json.h"
#include "vault/base/random.h"

namespace kua::format {

constexpr std::size_t kMinSaltBytes = 16;  // kua writes exactly this many
constexpr std::size_t kMaxSaltBytes = 64;
constexpr std::size_t kMaxFactNameBytes = 128;
constexpr std::size_t kMaxDisclosureBytes = std::size_t{1} << 20;

// The name of a fact that tells nothing, see make_decoy().
constexpr std::string_view kDecoyName = "decoy";

struct Disclosure {
    std::string text;  // as written or received; what the digest is made from
    std::string name;
    base::Json value;
};

// A new disclosure with a fresh salt. `name` is made of a-z, 0-9, '_' and '.', first a letter, and
// at most kMaxFactNameBytes long; anything else, or a value that is no proper JSON, is a bug
// (kBug). Throws kFailed if the text would exceed kMaxDisclosureBytes.
Disclosure make_disclosure(std::string_view name, base::Json value, base::Random& random);

// For a line without any fact: one salted fact, so that the line can't be guessed from what is
// known of it and its leaf hash says nothing to those who get it as part of a proof.
Disclosure make_decoy(base::Random& random);

// Reads what somebody else wrote. Throws kDamaged for anything but canonical base64url of a JSON
// array of three elements: a salt of kMinSaltBytes to kMaxSaltBytes (base64url text itself), a name
// as above, and a value within base/json.h's limits. The JSON may be spaced in any way: others'
// spelling is kept. The caller checks that digest_of(text) is in the line and that no digest and no
// name is there twice.
Disclosure parse_disclosure(std::string_view text);

// The digest as it stands in a line: 43 characters. Of any text, also one that does not parse.
std::string digest_of(std::string_view disclosure_text);
constexpr std::size_t kFactDigestCharacters = 43;

}  // namespace kua::format
