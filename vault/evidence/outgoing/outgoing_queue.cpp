#include "vault/evidence/outgoing/outgoing_queue.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace kua::evidence {
namespace {

// Reading in the order of places touches every segment once.
std::vector<std::size_t> by_place(std::span<const Outgoing> batch) {
    std::vector<std::size_t> order;
    order.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!batch[i].failure) {
            order.push_back(i);
        }
    }
    std::ranges::stable_sort(order, {}, [&batch](std::size_t i) {
        const std::vector<store::Extent>& extents = batch[i].object.extents;
        return extents.empty()
                   ? store::PiecePlace{}
                   : store::PiecePlace{extents.front().segment, extents.front().first_piece};
    });
    return order;
}

bool holds(std::span<const Outgoing> batch, const Outgoing& one) {
    return !std::less<>{}(&one, batch.data()) && std::less<>{}(&one, batch.data() + batch.size());
}

}  // namespace

void OutgoingQueue::put(std::span<Outgoing> batch) {
    std::vector<std::size_t> order = by_place(batch);
    {
        const std::lock_guard lock{mutex_};
        parts_.push_back({batch, std::move(order)});
    }
    changed_.notify_all();
}

void OutgoingQueue::close() {
    {
        const std::lock_guard lock{mutex_};
        is_closed_ = true;
    }
    changed_.notify_all();
}

bool OutgoingQueue::wait_written() {
    std::unique_lock lock{mutex_};
    const Part& oldest = parts_.front();
    const auto is_written = [&oldest] { return oldest.done == oldest.order.size(); };
    changed_.wait(lock, [&] { return is_stopped_ || is_written(); });
    if (!is_written()) {
        return false;
    }
    parts_.pop_front();
    return true;
}

Outgoing* OutgoingQueue::take() {
    const std::lock_guard lock{mutex_};
    if (is_stopped_) {
        return nullptr;
    }
    for (Part& part : parts_) {
        if (part.taken < part.order.size()) {
            return &part.batch[part.order[part.taken++]];
        }
    }
    return nullptr;
}

void OutgoingQueue::done(const Outgoing& one) {
    bool is_written = false;
    {
        const std::lock_guard lock{mutex_};
        for (Part& part : parts_) {
            if (holds(part.batch, one)) {
                is_written = ++part.done == part.order.size();
                break;
            }
        }
    }
    if (is_written) {
        changed_.notify_all();
    }
}

bool OutgoingQueue::can_take() const {
    return std::ranges::any_of(parts_,
                               [](const Part& part) { return part.taken < part.order.size(); });
}

bool OutgoingQueue::wait_to_take() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return is_stopped_ || is_closed_ || can_take(); });
    return !is_stopped_ && can_take();
}

void OutgoingQueue::stop() {
    {
        const std::lock_guard lock{mutex_};
        is_stopped_ = true;
    }
    changed_.notify_all();
}

}  // namespace kua::evidence
