#include "vault/store/sqlite/page_ahead.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "vault/store/sqlite/page_mac.h"

namespace kua::store {

namespace {

constexpr std::size_t kMacAheadBytes = sizeof(crypto::Sha256Digest);

}  // namespace

PageAhead::PageAhead(std::uint32_t page_size_bytes) : page_bytes_(page_size_bytes) {}

base::ByteView PageAhead::page(std::size_t index) const {
    return base::ByteView{pages_}.subspan(index * page_bytes_, page_bytes_);
}

std::size_t PageAhead::read(base::File& file, std::uint64_t offset, base::MutableByteView page) {
    const bool goes_on = offset == next_ && offset != 0;  // page 1 begins with what has no MAC
    next_ = offset + page_bytes_;
    const bool is_here = offset >= begin_ && offset < begin_ + count_ * page_bytes_;
    if (!is_here && goes_on) {
        pages_.resize(kPages * page_bytes_);
        forget();
        next_ = offset + page_bytes_;
        try {
            count_ = file.read_at(offset, pages_) / page_bytes_;
            begin_ = offset;
        } catch (const Error&) {
            count_ = 0;  // of a page that nobody asked for, perhaps: this one is read alone
        }
    }
    if (offset < begin_ || offset >= begin_ + count_ * page_bytes_) {
        return file.read_at(offset, page);
    }
    const std::uint64_t at = offset - begin_;
    std::memcpy(page.data(), pages_.data() + at, page_bytes_);
    return page_bytes_;
}

std::optional<crypto::Sha256Digest> PageAhead::mac_of(base::ByteView key, base::ByteView page,
                                                      base::ByteView page_number) {
    if (page_number.size() != kPageNumberBytes || page.size() + kMacAheadBytes != page_bytes_) {
        return std::nullopt;
    }
    const std::uint64_t offset =
        (std::uint64_t{get_page_number(page_number.first<kPageNumberBytes>())} - 1) * page_bytes_;
    if (offset < begin_ || offset >= begin_ + count_ * page_bytes_) {
        return std::nullopt;
    }
    const auto index = static_cast<std::size_t>((offset - begin_) / page_bytes_);
    if (base::text_of(page) != base::text_of(this->page(index).first(page.size()))) {
        return std::nullopt;  // read at another time, or about to be written
    }
    if (!have_macs_ || !mac_.is_for(key)) {
        compute_macs(key);
    }
    return macs_.at(index);
}

void PageAhead::compute_macs(base::ByteView key) {
    std::array<std::array<std::byte, kPageNumberBytes>, kPages> numbers{};
    std::array<crypto::HmacSha256::Message, kPages> messages{};
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
    next_ = 0;
    have_macs_ = false;
}

}  // namespace kua::store
