#include "vault/exchange/git/host_key.h"

#include "kua/error.h"
#include "vault/base/base64.h"
#include "vault/base/hex.h"
#include "vault/crypto/sha256.h"

namespace kua::exchange {

HostKey host_key_of(const git_cert& shown, bool valid) {
    if (shown.cert_type == GIT_CERT_HOSTKEY_LIBSSH2) {
        const auto& key = reinterpret_cast<const git_cert_hostkey&>(shown);
        if ((key.type & GIT_CERT_SSH_RAW) != 0 && key.hostkey_len > 0) {
            const crypto::Sha256Digest digest =
                crypto::sha256(base::bytes_of({key.hostkey, key.hostkey_len}));
            return {"SHA256:" + base::encode_base64(digest, base::Base64::kUnpadded), false};
        }
    }
    if (shown.cert_type == GIT_CERT_X509) {
        const auto& certificate = reinterpret_cast<const git_cert_x509&>(shown);
        if (certificate.len > 0) {
            const crypto::Sha256Digest digest =
                crypto::sha256({static_cast<const std::byte*>(certificate.data), certificate.len});
            return {"TLS-SHA256:" + base::encode_hex(digest), valid};
        }
    }
    throw Error{ErrorCode::kFailed, "shows a key of a kind that kua can't compare"};
}

void check_host_key(const UrlRemote& remote, const HostKey& shown) {
    if (!remote.pinned_key.empty()) {
        if (shown.text != remote.pinned_key) {
            throw Error{ErrorCode::kRefused,
                        remote.name + " shows another key than before; not connected (before: " +
                            remote.pinned_key + ", now: " + shown.text + ")"};
        }
    } else if (!remote.accept || !remote.accept(shown)) {
        throw Error{ErrorCode::kRefused, remote.name + " shows a key that nobody has accepted; " +
                                             "not connected (" + shown.text + ")"};
    }
}

}  // namespace kua::exchange
