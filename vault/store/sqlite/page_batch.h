// Pages on their way to a database file, encrypted and authenticated several at a time, because one
// alone keeps a processor waiting for itself (vault/crypto/aes_cbc.h). The result is what SQLCipher
// writes, byte for byte but for the random IVs: any SQLCipher reads it. For this folder only.
//
// SQLCipher asks for a page to be encrypted (take(), take_mac()) and SQLite then writes what
// SQLCipher has put out; the batch recognizes it by its address (holds()) and keeps the page back
// until there are several or the file has to be complete. Nothing kept here is ever written
// unencrypted: what stands in SQLCipher's own buffer meanwhile is not the page.
//
// Pages for the rollback journal are not taken, because SQLite looks at them before it writes them.
// SQLCipher encrypts those with its copy of the key for reading, the others with the one for
// writing; which is which shows when a page is decrypted. Until then nothing is taken.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "vault/base/bytes.h"
#include "vault/base/io_bytes.h"
#include "vault/crypto/aes_cbc.h"
#include "vault/crypto/hmac.h"
#include "vault/store/sqlite/keyed.h"
#include "vault/store/sqlite/page_mac.h"

namespace kua::store {

// One thread at a time; half a MiB with pages of 64 KiB.
class PageBatch {
public:
    // Gets pages in the order in which they came, neighbours in the file in one piece.
    using Write = std::function<void(std::uint64_t offset, base::ByteView pages)>;

    explicit PageBatch(std::uint32_t page_size_bytes);

    // SQLCipher decrypts with the key at this address.
    void note_reading_key(const std::byte* key) noexcept { reading_key_ = key; }
    // Takes the page that SQLCipher wants to have encrypted into `out`, where it has already put
    // the IV and room for the MAC. False if it isn't one to take, or no whole page (as the first).
    bool take(base::ByteView key, base::ByteView plain, const std::byte* out);
    // The MAC that SQLCipher then asks for. False if the page isn't the one just taken.
    bool take_mac(base::ByteView key, base::ByteView page, base::ByteView page_number);

    // Whether `page`, which SQLite writes, is the one just taken.
    bool holds(base::ByteView page) const noexcept;
    // Puts the page just taken at `offset`; after this full() may be true.
    void place(std::uint64_t offset);
    bool empty() const noexcept { return placed_ == 0; }
    bool full() const noexcept { return placed_ == kPages; }
    // Forgets pages that lie at or after `size_bytes`.
    void truncate(std::uint64_t size_bytes);
    // Encrypts all pages and gives them to `write`. If that throws, they are kept, to be written
    // again. If encrypting throws, they are lost, and so is whatever is flushed later.
    void flush(const Write& write);

private:
    static constexpr std::size_t kPages = crypto::CbcEncryptor::kMaxMessages;

    struct Slot {
        std::uint64_t offset = 0;
        std::array<std::byte, kPageNumberBytes> page_number{};
        bool sealed = false;
    };

    base::MutableByteView page(std::size_t slot);
    void seal();

    std::size_t page_bytes_;
    base::IoBytes pages_;
    std::array<Slot, kPages> slots_;
    std::size_t placed_ = 0;  // the slots before are full, this one is for take()
    const std::byte* reading_key_ = nullptr;
    const std::byte* taken_ = nullptr;  // where SQLCipher believes the page to be
    bool has_mac_ = false;
    bool is_sealing_ = false;  // or failed while it did: encrypted twice, a page would be garbage
    Keyed<crypto::CbcEncryptor> cipher_;
    Keyed<crypto::HmacSha256> mac_;
};

}  // namespace kua::store
