#include "vault/store/sqlite/page_ahead.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "vault/base/check.h"
#include "vault/store/sqlite/page_mac.h"

namespace kua::store {

namespace {

constexpr std::size_t kMacAheadBytes = sizeof(crypto::Sha256Digest);
constexpr std::size_t kReservedAheadBytes = 16 + kMacAheadBytes;  // IV and MAC

// How many pages a row has beyond its leaf. SQLite's file format, section 1.6, of a table's leaf.
std::uint64_t overflow_pages(std::uint64_t row_bytes, std::size_t page_bytes) {
    const std::uint64_t usable = page_bytes - kReservedAheadBytes;
    const std::uint64_t most_in_leaf = usable - 35;
    const std::uint64_t least_in_leaf = (usable - 12) * 32 / 255 - 23;
    if (row_bytes <= most_in_leaf) {
        return 0;
    }
    const std::uint64_t beyond = row_bytes - least_in_leaf;
    const std::uint64_t rest = beyond % (usable - 4);
    return beyond / (usable - 4) + (least_in_leaf + rest > most_in_leaf ? 1 : 0);
}

}  // namespace

PageAhead::PageAhead(std::uint32_t page_size_bytes, std::size_t most_pages)
    : page_bytes_(page_size_bytes), most_pages_(most_pages) {
    KUA_CHECK(most_pages_ > 0 && most_pages_ <= kMaxPages);
}

base::ByteView PageAhead::page(std::size_t index) const noexcept {
    return base::ByteView{pages_}.subspan(index * page_bytes_, page_bytes_);
}

void PageAhead::expect_row(std::uint64_t row_bytes) noexcept {
    expected_ = overflow_pages(row_bytes, page_bytes_);
    next_ = 0;
}

bool PageAhead::is_here(std::uint64_t offset) const noexcept {
    return offset >= begin_ && offset < begin_ + count_ * page_bytes_;
}

std::size_t PageAhead::read(base::File& file, std::uint64_t offset, base::MutableByteView page) {
    lent_ = nullptr;
    const bool is_next = next_ == 0 || offset == next_;
    if (!is_here(offset) && expected_ > 1 && is_next && offset != 0) {  // page 1 is no such page
        read_run(file, offset);
    }
    next_ = offset + page_bytes_;
    expected_ -= expected_ > 0 ? 1 : 0;
    if (!is_here(offset)) {
        return file.read_at(offset, page);
    }
    lent_ = page.data();
    lent_offset_ = offset;
    std::ranges::copy(this->page(lent_index()).last(kReservedAheadBytes),
                      page.last(kReservedAheadBytes).begin());
    return page_bytes_;
}

std::size_t PageAhead::lent_index() const noexcept {
    return static_cast<std::size_t>((lent_offset_ - begin_) / page_bytes_);
}

void PageAhead::read_run(base::File& file, std::uint64_t offset) {
    const std::size_t pages = std::min<std::uint64_t>(expected_, most_pages_);
    pages_.resize(most_pages_ * page_bytes_);
    count_ = 0;
    have_macs_ = false;
    try {
        const base::MutableByteView run{pages_};
        count_ = file.read_at(offset, run.first(pages * page_bytes_)) / page_bytes_;
        begin_ = offset;
    } catch (const Error&) {
        count_ = 0;  // of a page that nobody asked for, perhaps: this one is read alone
    }
}

std::optional<crypto::Sha256Digest> PageAhead::mac_of(base::ByteView key,
                                                      base::MutableByteView page,
                                                      base::ByteView page_number) {
    if (lent_ == nullptr || page.data() != lent_) {
        return std::nullopt;
    }
    KUA_CHECK(page.size() + kMacAheadBytes == page_bytes_ &&
              page_number.size() == kPageNumberBytes);
    const base::ByteView bytes = this->page(lent_index());
    const std::uint32_t number = get_page_number(page_number.first<kPageNumberBytes>());
    if (number != lent_offset_ / page_bytes_ + 1) {
        std::memcpy(page.data(), bytes.data(), page.size());
        lent_ = nullptr;
        return std::nullopt;
    }
    if (!have_macs_ || !mac_.is_for(key)) {
        compute_macs(key);
    }
    const crypto::Sha256Digest& mac = macs_.at(lent_index());
    if (!std::ranges::equal(mac, bytes.last(kMacAheadBytes))) {
        std::memcpy(page.data(), bytes.data(), page.size());
        lent_ = nullptr;
    }
    return mac;
}

base::ByteView PageAhead::bytes_of(base::ByteView page) const noexcept {
    return lent_ == nullptr || page.data() != lent_ ? page
                                                    : this->page(lent_index()).first(page.size());
}

void PageAhead::decrypt(base::ByteView key, std::span<const std::byte, crypto::kAesBlockBytes> iv,
                        base::ByteView page, base::MutableByteView out) {
    cipher_.with(key).decrypt(iv, bytes_of(page), out);
}

void PageAhead::compute_macs(base::ByteView key) {
    std::array<std::array<std::byte, kPageNumberBytes>, kMaxPages> numbers{};
    std::array<crypto::HmacSha256::Message, kMaxPages> messages{};
    for (std::size_t i = 0; i < count_; ++i) {
        numbers[i] = put_page_number(static_cast<std::uint32_t>(begin_ / page_bytes_ + i + 1));
        messages[i] = {page(i).first(page_bytes_ - kMacAheadBytes), numbers[i]};
    }
    have_macs_ = false;
    mac_.with(key).of(std::span{messages}.first(count_), std::span{macs_}.first(count_));
    have_macs_ = true;
}

void PageAhead::forget() noexcept {
    count_ = 0;
    expected_ = 0;
    next_ = 0;
    lent_ = nullptr;
    have_macs_ = false;
}

}  // namespace kua::store
