#include "vault/crypto/secret_bytes.h"

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "kua/error.h"
#include "vault/crypto/init.h"
#include "vault/crypto/secret_pool.h"

namespace kua::crypto {
namespace {

void give_back(std::byte* data, std::size_t size_bytes) noexcept {
    if (data == nullptr) {
        return;
    }
    if (size_bytes <= kSecretSlotBytes) {
        return_secret_slot(data);
    } else {
        sodium_free(data);  // zeroes first
    }
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size_bytes) : size_(size_bytes) {
    ensure_ready();  // sodium_malloc() needs the page size and the canary that sodium_init() sets
    if (size_bytes <= kSecretSlotBytes) {
        data_ = take_secret_slot();
        return;
    }
    data_ = static_cast<std::byte*>(sodium_malloc(size_bytes));
    if (data_ == nullptr) {
        throw Error{ErrorCode::kFailed, "no protected memory left for a secret"};
    }
    sodium_memzero(data_, size_bytes);
}

SecretBytes SecretBytes::copy_of(base::ByteView bytes) {
    SecretBytes copy{bytes.size()};
    std::copy(bytes.begin(), bytes.end(), copy.data_);
    return copy;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        give_back(data_, size_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    give_back(data_, size_);
}

}  // namespace kua::crypto
