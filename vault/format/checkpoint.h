// The head of one author's journal in one case, as the text that is signed:
//   kua/<case id>/<author fingerprint> LF <size> LF <root, base64> LF
// It is the body of a C2SP checkpoint, without extension lines and not in a signed note: the
// signature stands beside it as SSHSIG (sshsig.h). There is one text for each checkpoint and the
// reader refuses all others, but check signatures over the bytes received all the same.
// Source: C2SP tlog-checkpoint.md; docs/formats.md.
#pragma once

#include <string>
#include <string_view>

#include "vault/format/merkle.h"

namespace kua::format {

constexpr std::size_t kCaseIdDigits = 32;
constexpr std::size_t kFingerprintDigits = 64;
// Larger sizes don't fit into JSON numbers, in which manifests repeat them: 2^53 - 1.
constexpr std::uint64_t kMaxJournalSize = (std::uint64_t{1} << 53) - 1;

struct Checkpoint {
    std::string case_id;  // kCaseIdDigits lower-case hexadecimal digits
    std::string author;   // fingerprint of the author's card, kFingerprintDigits such digits
    TreeHead head;        // at most kMaxJournalSize leaves; of none, with the empty tree's root
    bool operator==(const Checkpoint&) const = default;
};

// A checkpoint that breaks the limits above is a bug (kBug).
std::string encode_checkpoint(const Checkpoint& checkpoint);

// Throws kDamaged for anything that encode_checkpoint() would not have written.
Checkpoint parse_checkpoint(std::string_view text);

}  // namespace kua::format
