#include "vault/store/sqlite/codec_hook.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

extern "C" {
struct Parse;  // SQLite's own, named by the header
#include <sqlcipher/sqlcipher.h>
}

#include "kua/error.h"

namespace kua::store {
namespace {

constexpr int kEncrypt = 1;  // source: SQLCipher, CIPHER_ENCRYPT in sqlcipher.c

thread_local PageWork current;
thread_local bool failed = false;

base::ByteView view(const unsigned char* bytes, int size) {
    return std::as_bytes(std::span{bytes, static_cast<std::size_t>(size)});
}

base::MutableByteView writable_view(unsigned char* bytes, int size) {
    return std::as_writable_bytes(std::span{bytes, static_cast<std::size_t>(size)});
}

// Notes what SQLCipher would otherwise report as a page that doesn't authenticate.
int noted(int code) noexcept {
    failed = failed || code != SQLITE_OK;
    return code;
}

// As SQLCipher has them.
sqlcipher_provider& stock() noexcept {
    static sqlcipher_provider provider{};
    return provider;
}

int cipher(void* context, int mode, unsigned char* key, int key_size, unsigned char* iv,
           unsigned char* in, int in_size, unsigned char* out) noexcept {
    try {
        if (current.batch != nullptr && mode != kEncrypt) {
            current.batch->note_reading_key(reinterpret_cast<const std::byte*>(key));
        } else if (current.batch != nullptr &&
                   current.batch->take(view(key, key_size), view(in, in_size),
                                       reinterpret_cast<const std::byte*>(out))) {
            return SQLITE_OK;
        }
        if (current.ahead != nullptr && mode != kEncrypt) {
            current.ahead->decrypt(view(key, key_size),
                                   view(iv, crypto::kAesBlockBytes).first<crypto::kAesBlockBytes>(),
                                   view(in, in_size), writable_view(out, in_size));
            return SQLITE_OK;
        }
    } catch (const std::exception&) {
        return noted(SQLITE_NOMEM);  // SQLCipher passes it on as an error of the connection
    }
    return noted(stock().cipher(context, mode, key, key_size, iv, in, in_size, out));
}

int hmac(void* context, int algorithm, unsigned char* key, int key_size, unsigned char* in,
         int in_size, unsigned char* in2, int in2_size, unsigned char* out) noexcept {
    try {
        if (current.batch != nullptr && algorithm == SQLCIPHER_HMAC_SHA256 &&
            current.batch->take_mac(view(key, key_size), view(in, in_size), view(in2, in2_size))) {
            return SQLITE_OK;
        }
        if (current.ahead != nullptr && algorithm == SQLCIPHER_HMAC_SHA256) {
            if (const auto mac = current.ahead->mac_of(
                    view(key, key_size), writable_view(in, in_size), view(in2, in2_size))) {
                std::ranges::copy(*mac, reinterpret_cast<std::byte*>(out));
                return SQLITE_OK;
            }
        }
    } catch (const std::exception&) {
        return noted(SQLITE_NOMEM);
    }
    return noted(stock().hmac(context, algorithm, key, key_size, in, in_size, in2, in2_size, out));
}

}  // namespace

void hook_codec() {
    sqlcipher_provider* const provider = sqlcipher_get_provider();
    if (provider == nullptr) {
        throw Error{ErrorCode::kFailed, "SQLCipher is not active"};
    }
    stock() = *provider;
    provider->cipher = cipher;
    provider->hmac = hmac;
}

bool take_codec_failure() noexcept {
    return std::exchange(failed, false);
}

PageWork page_work() noexcept {
    return current;
}

PageWorkScope::PageWorkScope(PageWork work) noexcept : before_(std::exchange(current, work)) {}

PageWorkScope::~PageWorkScope() {
    current = before_;
}

}  // namespace kua::store
