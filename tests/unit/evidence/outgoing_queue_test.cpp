#include "vault/evidence/outgoing/outgoing_queue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace kua::evidence {
namespace {

// One for each segment it begins in.
std::vector<Outgoing> batch_in(std::initializer_list<std::uint32_t> segments) {
    std::vector<Outgoing> batch(segments.size());
    std::size_t at = 0;
    for (const std::uint32_t segment : segments) {
        store::Extent extent;
        extent.segment = segment;
        batch[at++].object.extents = {extent};
    }
    return batch;
}

std::exception_ptr failure_of(const char* why) {
    return std::make_exception_ptr(std::runtime_error{why});
}

std::string why(OutgoingQueue& queue) {
    try {
        if (const std::exception_ptr failure = queue.failure()) {
            std::rethrow_exception(failure);
        }
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST_CASE("files are taken batch by batch, each in the order of places", "[evidence]") {
    std::vector<Outgoing> first = batch_in({3, 1, 2});
    std::vector<Outgoing> second = batch_in({2, 1});
    first[2].failure = Error{ErrorCode::kExists, "its name is taken"};
    OutgoingQueue queue;
    CHECK(queue.take().empty());
    queue.put(first);
    queue.put(second);
    for (Outgoing* const expected : {&first[1], &first[0], &second[1], &second[0]}) {
        CHECK(queue.wait_to_take());
        CHECK(queue.take() == std::deque{expected});
    }
    CHECK(queue.take().empty());
}

// A hundred of so many bytes, one behind the other.
std::vector<Outgoing> hundred_of(std::uint64_t bytes) {
    std::vector<Outgoing> batch(100);
    store::Extent extent;
    for (Outgoing& one : batch) {
        ++extent.first_piece;
        one.object.extents = {extent};
        one.object.payload_bytes = bytes;
    }
    return batch;
}

TEST_CASE("small files that lie together are taken together, a few at once", "[evidence]") {
    std::vector<Outgoing> texts = hundred_of(2'000);
    std::vector<Outgoing> photos = hundred_of(300'000);
    std::vector<Outgoing> clips = hundred_of(300'000'000);
    OutgoingQueue queue;
    queue.put(texts);
    queue.put(photos);
    queue.put(clips);
    const auto take_all_of = [&queue](std::span<Outgoing> batch, std::size_t together) {
        while (!batch.empty()) {
            const std::size_t expected = std::min(together, batch.size());
            const std::deque<Outgoing*> taken = queue.take();
            REQUIRE(taken.size() == expected);
            CHECK(taken.front() == &batch.front());
            CHECK(taken.back() == &batch[expected - 1]);
            batch = batch.subspan(expected);
        }
    };
    take_all_of(texts, 16);
    take_all_of(photos, 6);
    take_all_of(clips, 1);
    CHECK(queue.take().empty());
}

TEST_CASE("what others may be waiting for is left to them", "[evidence]") {
    std::vector<Outgoing> clips = batch_in({1, 2});
    std::vector<Outgoing> one_more = batch_in({3});
    OutgoingQueue queue;
    queue.put(clips);
    CHECK(queue.take(/*for_others=*/2).empty());
    queue.put(one_more);
    CHECK(queue.take(2) == std::deque{&clips[0]});
    CHECK(queue.take(2).empty());
    CHECK(queue.take() == std::deque{&clips[1]});
    CHECK(queue.take(1).empty());
    CHECK(queue.wait_to_take());
    CHECK(queue.take() == std::deque{&one_more[0]});
}

TEST_CASE("a few small files are spread over all who take", "[evidence]") {
    std::vector<Outgoing> texts = hundred_of(2'000);
    OutgoingQueue queue{10};
    queue.put(texts);
    std::size_t taken = 0;
    std::size_t times = 0;
    for (std::deque<Outgoing*> some = queue.take(); !some.empty(); some = queue.take()) {
        CHECK(some.size() == std::max<std::size_t>(1, (texts.size() - taken) / 10));
        taken += some.size();
        ++times;
    }
    CHECK(taken == texts.size());
    CHECK(times > 20);
}

TEST_CASE("what is taken together lies in one segment", "[evidence]") {
    std::vector<Outgoing> texts = hundred_of(2'000);
    for (Outgoing& one : std::span{texts}.subspan(5)) {
        one.object.extents.front().segment = 1;
    }
    OutgoingQueue queue;
    queue.put(texts);
    CHECK(queue.take().size() == 5);
    CHECK(queue.take().front() == &texts[5]);
}

TEST_CASE("a batch is in work from when it is put until it is written or can't be", "[evidence]") {
    std::vector<Outgoing> batch = batch_in({1, 2});
    OutgoingQueue queue;
    CHECK_FALSE(queue.is_oldest_in_work());
    queue.put(batch);
    CHECK(queue.is_oldest_in_work());
    queue.take();
    queue.done(batch[0]);
    CHECK(queue.is_oldest_in_work());
    queue.take();
    SECTION("written") {
        queue.done(batch[1]);
    }
    SECTION("failed") {
        queue.fail(batch[1], failure_of("no room"));
    }
    SECTION("stopped") {
        queue.stop(failure_of("the medium is gone"));
    }
    CHECK_FALSE(queue.is_oldest_in_work());
}

TEST_CASE("a batch is written when all that were taken of it are done", "[threads][evidence]") {
    std::vector<Outgoing> first = batch_in({1, 2});
    std::vector<Outgoing> second = batch_in({3});
    OutgoingQueue queue;
    queue.put(first);
    queue.put(second);
    for (int i = 0; i < 3; ++i) {
        queue.take();
    }
    queue.done(second[0]);
    queue.done(first[1]);
    const std::jthread writer{[&] { queue.done(first[0]); }};
    CHECK(queue.wait_written());
    CHECK(queue.wait_written());
}

TEST_CASE("a batch in which nothing is to be written is written", "[evidence]") {
    std::vector<Outgoing> none;
    std::vector<Outgoing> failed = batch_in({1});
    failed[0].failure = Error{ErrorCode::kExists, "its name is taken"};
    OutgoingQueue queue;
    queue.put(none);
    queue.put(failed);
    CHECK(queue.take().empty());
    CHECK(queue.wait_written());
    CHECK(queue.wait_written());
}

TEST_CASE("who waits to take ends when the queue is closed and empty, not before",
          "[threads][evidence]") {
    std::vector<Outgoing> batch = batch_in({1});
    OutgoingQueue queue;
    queue.put(batch);
    queue.close();
    CHECK(queue.wait_to_take());
    queue.take();
    CHECK_FALSE(queue.wait_to_take());
    queue.done(batch[0]);
    CHECK(queue.wait_written());

    OutgoingQueue empty;
    const std::jthread giver{[&empty] { empty.close(); }};
    CHECK_FALSE(empty.wait_to_take());
}

TEST_CASE("after a failure nothing is given out, and the first one is kept", "[evidence]") {
    std::vector<Outgoing> batch = batch_in({1, 2});
    OutgoingQueue queue;
    queue.put(batch);
    queue.take();
    queue.fail(batch[0], failure_of("no room"));
    CHECK(queue.take().empty());
    CHECK_FALSE(queue.wait_to_take());
    queue.stop(failure_of("follows from it"));
    CHECK(why(queue) == "no room");
}

TEST_CASE("a batch all of which was taken before a failure in the next one is written",
          "[threads][evidence]") {
    std::vector<Outgoing> first = batch_in({1, 2});
    std::vector<Outgoing> second = batch_in({3, 4});
    OutgoingQueue queue;
    queue.put(first);
    queue.put(second);
    for (int i = 0; i < 3; ++i) {
        queue.take();
    }
    queue.fail(second[0], failure_of("no room"));
    const std::jthread writer{[&] {
        queue.done(first[0]);
        queue.done(first[1]);
    }};
    CHECK(queue.wait_written());
    CHECK_FALSE(queue.wait_written());
}

TEST_CASE("a batch of which one failed won't be written", "[evidence]") {
    std::vector<Outgoing> batch = batch_in({1, 2, 3});
    OutgoingQueue queue;
    queue.put(batch);
    queue.take();
    queue.take();
    queue.fail(batch[0], failure_of("no room"));
    CHECK_FALSE(queue.wait_written());
    queue.done(batch[1]);
    CHECK_FALSE(queue.wait_written());
}

TEST_CASE("who waits when it is stopped waits no longer", "[threads][evidence]") {
    std::vector<Outgoing> batch = batch_in({1});
    OutgoingQueue queue;
    queue.put(batch);
    queue.take();
    bool may_take = true;
    std::jthread other{[&] { may_take = queue.wait_to_take(); }};
    const std::jthread stops{[&queue] { queue.stop(failure_of("the medium is gone")); }};
    CHECK_FALSE(queue.wait_written());
    other.join();
    CHECK_FALSE(may_take);
    CHECK(why(queue) == "the medium is gone");
}

}  // namespace
}  // namespace kua::evidence
