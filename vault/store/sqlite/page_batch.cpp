#include "vault/store/sqlite/page_batch.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "vault/base/check.h"

namespace kua::store {
namespace {

// The end of a page: IV, then MAC. Source: SQLCipher, sqlcipher_page_cipher().
constexpr std::size_t kIvBytes = crypto::kAesBlockBytes;
constexpr std::size_t kMacBytes = sizeof(crypto::Sha256Digest);
constexpr std::size_t kReservedBytes = kIvBytes + kMacBytes;

}  // namespace

PageBatch::PageBatch(std::uint32_t page_size_bytes) : page_bytes_(page_size_bytes) {
    KUA_CHECK(page_bytes_ > kReservedBytes);
}

base::MutableByteView PageBatch::page(std::size_t slot) {
    return base::MutableByteView{pages_}.subspan(slot * page_bytes_, page_bytes_);
}

bool PageBatch::take(base::ByteView key, base::ByteView plain, const std::byte* out) {
    taken_ = nullptr;
    if (full() || plain.size() + kReservedBytes != page_bytes_ || reading_key_ == nullptr ||
        key.data() == reading_key_) {
        return false;
    }
    if (!empty() && !cipher_.is_for(key)) {
        return false;  // what waits here has another one
    }
    cipher_.with(key);
    pages_.resize(kPages * page_bytes_);
    const base::MutableByteView to = page(placed_);
    std::memcpy(to.data(), plain.data(), plain.size());
    std::memcpy(to.data() + plain.size(), out + plain.size(), kIvBytes);
    taken_ = out;
    has_mac_ = false;
    slots_[placed_].sealed = false;
    return true;
}

bool PageBatch::take_mac(base::ByteView key, base::ByteView page, base::ByteView page_number) {
    if (taken_ == nullptr || page.data() != taken_ || has_mac_) {
        return false;
    }
    KUA_CHECK(page.size() + kMacBytes == page_bytes_ && page_number.size() == kPageNumberBytes);
    mac_.with(key);
    std::ranges::copy(page_number, slots_[placed_].page_number.begin());
    has_mac_ = true;
    return true;
}

bool PageBatch::holds(base::ByteView page) const noexcept {
    return taken_ != nullptr && page.data() == taken_;
}

void PageBatch::place(std::uint64_t offset) {
    KUA_CHECK(taken_ != nullptr && has_mac_);
    taken_ = nullptr;
    slots_[placed_].offset = offset;
    ++placed_;
}

void PageBatch::truncate(std::uint64_t size_bytes) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < placed_; ++i) {
        if (slots_[i].offset >= size_bytes) {
            continue;
        }
        if (i != kept) {
            slots_[kept] = slots_[i];
            std::memcpy(page(kept).data(), page(i).data(), page_bytes_);
        }
        ++kept;
    }
    placed_ = kept;
    taken_ = nullptr;  // its slot may be another's now
}

void PageBatch::seal() {
    KUA_CHECK(!std::exchange(is_sealing_, true));
    std::vector<std::size_t> open;
    std::vector<crypto::CbcEncryptor::Message> messages;
    for (std::size_t i = 0; i < placed_; ++i) {
        if (!slots_[i].sealed) {
            const base::MutableByteView whole = page(i);
            const base::MutableByteView bytes = whole.first(page_bytes_ - kReservedBytes);
            messages.push_back({whole.subspan(bytes.size()).first<kIvBytes>(), bytes});
            open.push_back(i);
        }
    }
    if (!messages.empty()) {
        cipher_.last().encrypt(messages);
    }
    for (std::span<const std::size_t> left{open}; !left.empty();) {
        const auto some = left.first(std::min(left.size(), crypto::HmacSha256::kMaxMessages));
        left = left.subspan(some.size());
        std::array<crypto::HmacSha256::Message, crypto::HmacSha256::kMaxMessages> covered{};
        std::array<crypto::Sha256Digest, crypto::HmacSha256::kMaxMessages> macs{};
        for (std::size_t k = 0; k < some.size(); ++k) {
            covered.at(k) = {page(some[k]).first(page_bytes_ - kMacBytes),
                             slots_[some[k]].page_number};
        }
        mac_.last().of(std::span{covered}.first(some.size()), std::span{macs}.first(some.size()));
        for (std::size_t k = 0; k < some.size(); ++k) {
            std::ranges::copy(macs.at(k), page(some[k]).last(kMacBytes).begin());
            slots_[some[k]].sealed = true;
        }
    }
    is_sealing_ = false;
}

void PageBatch::flush(const Write& write) {
    if (empty()) {
        return;
    }
    seal();
    for (std::size_t begin = 0; begin < placed_;) {
        std::size_t end = begin + 1;
        while (end < placed_ && slots_[end].offset == slots_[end - 1].offset + page_bytes_) {
            ++end;
        }
        write(slots_[begin].offset,
              base::ByteView{pages_}.subspan(begin * page_bytes_, (end - begin) * page_bytes_));
        begin = end;
    }
    placed_ = 0;
    taken_ = nullptr;
}

}  // namespace kua::store
