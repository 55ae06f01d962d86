// Pages of a long value read some ahead, so that their MACs can be computed side by side
// (vault/crypto/sha256_lanes.h). SQLCipher still asks for the MAC of each page that it got and
// decrypts it, but both from the bytes that lie here: they aren't copied to it first. For this
// folder only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "vault/base/bytes.h"
#include "vault/base/filesystem.h"
#include "vault/base/io_bytes.h"
#include "vault/crypto/aes_cbc.h"
#include "vault/crypto/hmac.h"
#include "vault/crypto/sha256_lanes.h"
#include "vault/store/sqlite/keyed.h"

namespace kua::store {

// One thread at a time.
class PageAhead {
public:
    static constexpr std::size_t kMaxPages = crypto::HmacSha256::kMaxMessages;

    // Reads at most so many pages at once, and holds as many. More than the processor works on side
    // by side gain nothing and push out of its cache what else each page passes through on its way.
    explicit PageAhead(std::uint32_t page_size_bytes,
                       std::size_t most_pages = crypto::sha256_lanes_that_pay());

    // The pages asked for next that aren't here are those that hold what a row of so many bytes has
    // beyond its leaf page, most likely one after the other. If they are others, or elsewhere, some
    // are read for nothing.
    void expect_row(std::uint64_t row_bytes) noexcept;
    // As File::read_at for the whole page at `offset`, whatever becomes of the pages behind it. But
    // of a page that was read ahead only IV and MAC are put into `page`, which then stands for it
    // until the next read: mac_of and bytes_of tell what it should hold.
    std::size_t read(base::File& file, std::uint64_t offset, base::MutableByteView page);
    // The MAC under `key` of the page that `page` (without its MAC) stands for, and its number, as
    // SQLCipher has it; nothing if it stands for none. If that isn't the MAC that was read, the
    // page is put in its place, for whoever looks at what is wrong with it.
    std::optional<crypto::Sha256Digest> mac_of(base::ByteView key, base::MutableByteView page,
                                               base::ByteView page_number);
    // The bytes of the page that `page`, its beginning, stands for; `page` itself if it stands for
    // none.
    base::ByteView bytes_of(base::ByteView page) const noexcept;
    // Decrypts them to `out` of the same size. kFailed if OpenSSL fails.
    void decrypt(base::ByteView key, std::span<const std::byte, crypto::kAesBlockBytes> iv,
                 base::ByteView page, base::MutableByteView out);
    // To be called when the lock on the file is given up, and before anything is written to it.
    void forget() noexcept;

private:
    bool is_here(std::uint64_t offset) const noexcept;
    void read_run(base::File& file, std::uint64_t offset);
    base::ByteView page(std::size_t index) const noexcept;
    std::size_t lent_index() const noexcept;
    void compute_macs(base::ByteView key);

    std::size_t page_bytes_;
    std::size_t most_pages_;
    base::IoBytes pages_;
    std::uint64_t begin_ = 0;     // where the first of them lies in the file
    std::size_t count_ = 0;       // how many there are
    std::uint64_t expected_ = 0;  // how many more are to be asked for
    std::uint64_t next_ = 0;      // where the next of them may lie; 0: anywhere
    std::byte* lent_ = nullptr;   // what stands for one of them
    std::uint64_t lent_offset_ = 0;
    bool have_macs_ = false;
    std::array<crypto::Sha256Digest, kMaxPages> macs_{};
    Keyed<crypto::HmacSha256> mac_;
    Keyed<crypto::CbcDecryptor> cipher_;
};

}  // namespace kua::store
