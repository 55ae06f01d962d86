#include "vault/evidence/outgoing/outgoing_queue.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "vault/base/check.h"

namespace kua::evidence {
namespace {

// What is taken together: about as many photos or texts as lie below one page of a segment's tree.
constexpr std::size_t kTogether = 16;
constexpr std::uint64_t kTogetherBytes = std::uint64_t{2} << 20;

store::PiecePlace place_of(const Outgoing& one) {
    const std::vector<store::Extent>& extents = one.object.extents;
    return extents.empty()
               ? store::PiecePlace{}
               : store::PiecePlace{extents.front().segment, extents.front().first_piece};
}

// Reading in the order of places touches every segment once.
std::vector<std::size_t> by_place(std::span<const Outgoing> batch) {
    std::vector<std::size_t> order;
    order.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!batch[i].failure) {
            order.push_back(i);
        }
    }
    std::ranges::stable_sort(order, {}, [&batch](std::size_t i) { return place_of(batch[i]); });
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

bool OutgoingQueue::is_oldest_in_work() {
    const std::lock_guard lock{mutex_};
    return !parts_.empty() && !is_settled(parts_.front());
}

bool OutgoingQueue::wait_written() {
    std::unique_lock lock{mutex_};
    const Part& oldest = parts_.front();
    changed_.wait(lock, [&] { return is_settled(oldest); });
    if (!oldest.is_written()) {
        return false;
    }
    parts_.pop_front();
    return true;
}

std::deque<Outgoing*> OutgoingQueue::take(std::size_t for_others) {
    std::deque<Outgoing*> some;
    const std::lock_guard lock{mutex_};
    if (count_left() <= for_others) {
        return some;
    }
    const auto part =
        std::ranges::find_if(parts_, [](const Part& any) { return any.taken < any.order.size(); });
    if (failure_ != nullptr || part == parts_.end()) {
        return some;
    }
    const std::size_t left = part->order.size() - part->taken;
    const std::size_t most = std::clamp(left / takers_, std::size_t{1}, kTogether);
    std::uint64_t bytes = 0;
    while (part->taken < part->order.size() && some.size() < most) {
        Outgoing& next = part->batch[part->order[part->taken]];
        bytes += next.object.payload_bytes;
        const bool is_near =
            some.empty() ||
            (bytes <= kTogetherBytes && place_of(next).segment == place_of(*some.front()).segment);
        if (!is_near) {
            break;
        }
        some.push_back(&next);
        ++part->taken;
    }
    return some;
}

void OutgoingQueue::done(const Outgoing& one) {
    bool is_written = false;
    {
        const std::lock_guard lock{mutex_};
        Part& part = part_of(one);
        is_written = ++part.done == part.order.size();
    }
    if (is_written) {
        changed_.notify_all();
    }
}

void OutgoingQueue::fail(const Outgoing& one, std::exception_ptr why) {
    {
        const std::lock_guard lock{mutex_};
        part_of(one).has_failed = true;
        failure_ = failure_ ? failure_ : std::move(why);
    }
    changed_.notify_all();
}

// Whatever failed in a later batch, all of this one was taken before, so is still being written.
bool OutgoingQueue::is_settled(const Part& part) const {
    return part.is_written() || part.has_failed || is_stopped_;
}

OutgoingQueue::Part& OutgoingQueue::part_of(const Outgoing& one) {
    const auto part =
        std::ranges::find_if(parts_, [&one](const Part& any) { return holds(any.batch, one); });
    KUA_CHECK(part != parts_.end());
    return *part;
}

std::size_t OutgoingQueue::count_left() const {
    std::size_t count = 0;
    for (const Part& part : parts_) {
        count += part.order.size() - part.taken;
    }
    return count;
}

bool OutgoingQueue::wait_to_take() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return failure_ != nullptr || is_closed_ || count_left() > 0; });
    return failure_ == nullptr && count_left() > 0;
}

void OutgoingQueue::stop(std::exception_ptr why) {
    {
        const std::lock_guard lock{mutex_};
        is_stopped_ = true;
        failure_ = failure_ ? failure_ : std::move(why);
    }
    changed_.notify_all();
}

std::exception_ptr OutgoingQueue::failure() {
    const std::lock_guard lock{mutex_};
    return failure_;
}

}  // namespace kua::evidence
