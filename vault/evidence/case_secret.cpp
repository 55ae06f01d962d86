#include "vault/evidence/case_secret.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vault/base/memory_stream.h"
#include "vault/base/utf8.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_reader.h"
#include "vault/format/age_stanza_scrypt.h"
#include "vault/format/age_writer.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxSecretFileBytes = std::size_t{64} << 10;
constexpr std::string_view kSecretKeyStart = "AGE-SECRET-KEY-";
constexpr std::string_view kAgeStart = "age-encryption.org/v1\n";
constexpr std::string_view kPassphraseStart = "age-encryption.org/v1\n-> scrypt ";
constexpr std::string_view kHybridStart = "age-encryption.org/v1\n-> mlkem768x25519 ";
constexpr std::string_view kClassicStart = "age-encryption.org/v1\n-> X25519 ";

// A small file that may hold secrets, whole.
class SmallFile {
public:
    SmallFile(base::FileSystem& files, const base::fs::path& path)
        : buffer_(kMaxSecretFileBytes + 1),
          size_(files.open(path, base::OpenMode::kRead)->read_at(0, buffer_.bytes())) {
        if (size_ > kMaxSecretFileBytes) {
            throw Error{ErrorCode::kFailed,
                        base::quoted(path.native()) + " is too large to be a key"};
        }
    }
    base::ByteView content() const { return std::as_const(buffer_).bytes().first(size_); }

private:
    crypto::WipedBuffer buffer_;
    std::size_t size_;
};

// The age identity file that `age -i` takes once it has been opened.
void write_secret(format::AgeWriter& age, const SecretContent& content) {
    const std::string comments = "# kua " + std::string{content.title} +
                                 "\n# case: " + content.case_id +
                                 "\n# recipient: " + content.recipient + "\n";
    age.write(base::bytes_of(comments));
    for (const format::AgeIdentity& identity : content.identities) {
        age.write(identity.reveal().expose());
        age.write(base::bytes_of("\n"));
    }
    age.finish();
}

// The secret keys in an age identity file; none if a line only begins like one.
std::vector<format::AgeIdentity> find_identities(base::ByteView text) {
    std::vector<format::AgeIdentity> found;
    std::string_view rest = base::text_of(text);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.starts_with(kSecretKeyStart)) {
            try {
                found.push_back(format::AgeIdentity::parse(base::bytes_of(line)));
            } catch (const Error& error) {
                if (error.code() != ErrorCode::kUsage) {
                    throw;
                }
                return {};
            }
        }
    }
    return found;
}

std::vector<format::AgeIdentity> read_identity_file(base::FileSystem& files,
                                                    const base::fs::path& path) {
    auto found = find_identities(SmallFile{files, path}.content());
    if (found.empty()) {
        throw Error{ErrorCode::kFailed, base::quoted(path.native()) +
                                            " is no age identity file: there is no valid line "
                                            "AGE-SECRET-KEY-... in it"};
    }
    return found;
}

Error not_a_key(const std::string& shown) {
    return {ErrorCode::kFailed,
            shown + " is no key file that kua wrote: it doesn't begin as an age file"};
}

// Refuses what `opener` can't fit, whatever its passphrase or key is.
void check_kind(base::ByteView sealed, const std::string& shown, const SecretOpener& opener) {
    const std::string_view text = base::text_of(sealed);
    if (!text.starts_with(kAgeStart)) {
        throw not_a_key(shown);
    }
    const bool wants_passphrase = text.starts_with(kPassphraseStart);
    const bool wants_identity = text.starts_with(kHybridStart) || text.starts_with(kClassicStart);
    const bool has_identity = opener.identity_file || opener.own != nullptr;
    if (wants_passphrase && has_identity) {
        throw Error{ErrorCode::kWrongKey,
                    shown + " opens with a passphrase, not with an age identity"};
    }
    if (!wants_passphrase && !wants_identity && !has_identity) {
        throw Error{ErrorCode::kFileDamaged,
                    shown + " is damaged, or sealed to something kua doesn't know"};
    }
    if (!wants_passphrase && !has_identity) {
        throw Error{
            ErrorCode::kWrongKey,
            shown +
                " opens with an age identity (--identity FILE), not with a passphrase, if it is"
                " the key of a case at all"};
    }
}

std::vector<format::AgeIdentity> open_sealed(base::ByteView sealed,
                                             const format::AgeUnlock& unlock) {
    base::MemorySource source{sealed};
    format::AgeReader age{source, unlock, format::AgeStanzas::kAny};
    crypto::WipedBuffer plain{kMaxSecretFileBytes};
    std::size_t size = 0;
    while (const std::size_t got = age.read(plain.bytes().subspan(size))) {
        size += got;
    }
    return find_identities(std::as_const(plain).bytes().first(size));
}

Error wrong_key(const std::string& shown, const SecretOpener& opener) {
    if (opener.identity_file) {
        return {ErrorCode::kWrongKey,
                base::quoted(opener.identity_file->native()) + " doesn't open " + shown};
    }
    return {ErrorCode::kWrongKey, opener.own != nullptr
                                      ? shown +
                                            " isn't sealed to this vault's card; it opens with"
                                            " an age identity (--identity FILE)"
                                      : "wrong passphrase for " + shown};
}

}  // namespace

SecretContent case_secret(const CaseKeys& keys) {
    return {"case key", keys.case_id, keys.recipient.text(), keys.identities};
}

base::Bytes seal_secret(const SecretContent& content, const SecretRecipient& to,
                        base::Random& random) {
    base::MemorySink sink;
    if (to.passphrase != nullptr) {
        format::AgeWriter age{sink, *to.passphrase, format::kAgeScryptLogN, random};
        write_secret(age, content);
    } else {
        format::AgeWriter age{sink, *to.recipient, random};
        write_secret(age, content);
    }
    return sink.take();
}

bool wants_passphrase(base::FileSystem& files, const base::fs::path& path) {
    const SmallFile sealed{files, path};
    const std::string_view text = base::text_of(sealed.content());
    if (!text.starts_with(kAgeStart)) {
        throw not_a_key(base::quoted(path.native()));
    }
    return text.starts_with(kPassphraseStart);
}

std::vector<format::AgeIdentity> open_secret(base::FileSystem& files, const base::fs::path& path,
                                             const SecretOpener& opener) {
    const std::string shown = base::quoted(path.native());
    const SmallFile sealed{files, path};
    check_kind(sealed.content(), shown, opener);
    std::vector<format::AgeIdentity> identities;
    if (opener.identity_file) {
        identities = read_identity_file(files, *opener.identity_file);
    }
    std::span<const format::AgeIdentity> keys{identities};
    if (opener.own != nullptr) {
        keys = {opener.own, 1};
    }
    const std::size_t passphrases = opener.passphrase != nullptr ? 1 : 0;
    std::vector<format::AgeIdentity> found;
    try {
        found = open_sealed(sealed.content(), {keys, {opener.passphrase, passphrases}});
    } catch (const Error& error) {
        if (error.code() == ErrorCode::kWrongKey) {
            throw wrong_key(shown, opener);
        }
        if (error.code() == ErrorCode::kDamaged) {
            throw Error{ErrorCode::kFileDamaged, shown + " is damaged: " + error.what()};
        }
        throw;
    }
    if (found.empty()) {
        throw Error{ErrorCode::kFailed, shown + " opens, but there is no key in it"};
    }
    return found;
}

}  // namespace kua::evidence
