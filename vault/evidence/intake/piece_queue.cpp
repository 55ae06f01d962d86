#include "vault/evidence/intake/piece_queue.h"

#include <utility>

namespace kua::evidence {

PieceQueue::PieceQueue(std::size_t buffer_bytes) : buffer_bytes_(buffer_bytes) {
    stop_.kind = Kind::kStop;
}

PieceQueue::Slot& PieceQueue::free_slot() {
    Slot& slot = wait_for_slot();
    slot.buffer.resize(buffer_bytes_);  // the first time; a small original needs but one
    return slot;
}

PieceQueue::Slot& PieceQueue::wait_for_slot() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return full_ < kSlots || failure_ != nullptr; });
    if (failure_ != nullptr) {
        std::rethrow_exception(failure_);
    }
    return slots_[(head_ + full_) % kSlots];
}

void PieceQueue::push() {
    {
        const std::lock_guard lock{mutex_};
        ++full_;
    }
    changed_.notify_one();
}

void PieceQueue::push(Kind kind, std::size_t object) {
    Slot& slot = wait_for_slot();
    slot.kind = kind;
    slot.object = object;
    slot.used_bytes = 0;
    push();
}

PieceQueue::Slot& PieceQueue::full_slot() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return full_ > 0 || abandoned_; });
    return abandoned_ ? stop_ : slots_[head_];
}

void PieceQueue::pop() {
    {
        const std::lock_guard lock{mutex_};
        head_ = (head_ + 1) % kSlots;
        --full_;
    }
    changed_.notify_one();
}

void PieceQueue::fail(std::exception_ptr failure) {
    {
        const std::lock_guard lock{mutex_};
        failure_ = std::move(failure);
    }
    changed_.notify_all();
}

void PieceQueue::abandon() {
    {
        const std::lock_guard lock{mutex_};
        abandoned_ = true;
    }
    changed_.notify_all();
}

}  // namespace kua::evidence
