#include "vault/crypto/secret_pool.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <sodium.h>

#include "kua/error.h"

namespace kua::crypto {
namespace {

constexpr std::size_t kSlotsPerArea = 128;  // 16 KiB between two guard pages

struct FreeArea {
    void operator()(std::byte* area) const noexcept { sodium_free(area); }
};

class SecretPool {
public:
    std::byte* take() {
        const std::lock_guard lock{mutex_};
        if (free_.empty()) {
            add_area();
        }
        std::byte* slot = free_.back();
        free_.pop_back();
        return slot;
    }

    void give_back(std::byte* slot) noexcept {
        sodium_memzero(slot, kSecretSlotBytes);
        const std::lock_guard lock{mutex_};
        free_.push_back(slot);  // never allocates: add_area() made room for every slot
    }

private:
    void add_area() {
        std::unique_ptr<std::byte, FreeArea> area{
            static_cast<std::byte*>(sodium_allocarray(kSlotsPerArea, kSecretSlotBytes))};
        if (!area) {
            throw Error{ErrorCode::kFailed, "no protected memory left for a secret"};
        }
        sodium_memzero(area.get(), kSlotsPerArea * kSecretSlotBytes);
        areas_.reserve(areas_.size() +
                       1);  // what could throw comes before the slots are handed out
        free_.reserve((areas_.size() + 1) * kSlotsPerArea);
        for (std::size_t i = 0; i < kSlotsPerArea; ++i) {
            free_.push_back(area.get() + i * kSecretSlotBytes);
        }
        areas_.push_back(std::move(area));
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<std::byte, FreeArea>> areas_;
    std::vector<std::byte*> free_;
};

SecretPool& pool() {
    static SecretPool all;
    return all;
}

}  // namespace

std::byte* take_secret_slot() {
    return pool().take();
}

void return_secret_slot(std::byte* slot) noexcept {
    pool().give_back(slot);
}

}  // namespace kua::crypto
