#include "vault/evidence/intake/pipeline.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <numeric>
#include <span>

#include "vault/base/parallel.h"

namespace kua::evidence {

struct SealPipeline::Lane {
    explicit Lane(store::SegmentWriter segment_writer) : writer(std::move(segment_writer)) {}

    store::SegmentWriter writer;
    std::vector<store::SegmentState> states;
};

struct SealPipeline::Work {
    std::span<const InputFile> inputs;
    std::vector<std::size_t> order;
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::vector<SealedInput> results;
};

namespace {

// Long ones first, the largest before all others, so that no lane is left with one in the end. The
// rest as they come: what lies together in a folder lies together in the segments, and whoever
// exports it reads each page once.
constexpr std::uint64_t kLongBytes = std::uint64_t{4} << 20;

std::vector<std::size_t> long_ones_first(std::span<const InputFile> inputs) {
    std::vector<std::size_t> order(inputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&inputs](std::size_t at) {
        const std::uint64_t bytes = inputs[at].size_bytes;
        return bytes < kLongBytes ? 0 : bytes;
    });
    return order;
}

// What the storing thread of a lane does with the queue.
void store_pieces(PieceQueue& queue, store::SegmentWriter& writer,
                  std::vector<SealedInput>& results) {
    for (;;) {
        PieceQueue::Slot& slot = queue.full_slot();
        switch (slot.kind) {
            case PieceQueue::Kind::kStop:
                return;
            case PieceQueue::Kind::kPiece: {
                const base::ByteView piece = base::ByteView{slot.buffer}.first(slot.used_bytes);
                results[slot.object].extents.add(writer.append(piece));
                break;
            }
            case PieceQueue::Kind::kDiscard:
                writer.discard(results[slot.object].extents.extents());
                results[slot.object].extents = {};
                break;
        }
        queue.pop();
    }
}

// Of inputs with the same bytes the first is the item, whichever lane was through first: the same
// folder gives the same names each time.
void give_to_first(std::vector<SealedInput>& results) {
    std::map<std::size_t, std::size_t> first_of;  // of the one that was stored: the first
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i].is_before_stored(i)) {
            first_of.try_emplace(*results[i].known->input, i);
        }
    }
    for (const auto& [stored, first] : first_of) {
        SealedInput& from = results[stored];
        SealedInput& to = results[first];
        to.sealed_digest = from.sealed_digest;
        to.header = std::move(from.header);
        to.payload_bytes = from.payload_bytes;
        to.extents = std::move(from.extents);
        to.known.reset();
        from.known = ClaimOutcome{.item = std::nullopt, .input = stored};
    }
    for (SealedInput& result : results) {
        if (const auto found = result.known && result.known->input
                                   ? first_of.find(*result.known->input)
                                   : first_of.end();
            found != first_of.end()) {
            result.known->input = found->second;
        }
    }
}

}  // namespace

SealPipeline::SealPipeline(const base::Environment& environment, store::ObjectStore& objects,
                           const CaseKeys& keys, DigestClaims& claims, unsigned lanes,
                           MediaInspector* inspector, Progress& progress)
    : environment_(environment),
      objects_(objects),
      keys_(keys),
      claims_(claims),
      inspector_(inspector),
      progress_(progress) {
    for (unsigned i = 0; i < lanes; ++i) {
        lanes_.push_back(std::make_unique<Lane>(objects.writer()));
    }
}

SealPipeline::~SealPipeline() = default;

std::vector<SealedInput> SealPipeline::run(std::span<const InputFile> inputs) {
    Work work;
    work.inputs = inputs;
    work.order = long_ones_first(inputs);
    work.results.resize(inputs.size());
    std::vector<std::function<void()>> bodies;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
        bodies.emplace_back([this, &lane = *lane, &work] { seal_all(lane, work); });
    }
    base::run_parallel(bodies);
    give_to_first(work.results);
    return std::move(work.results);
}

void SealPipeline::seal_all(Lane& lane, Work& work) {
    PieceQueue queue{kSealedPieceBytes};
    // The lanes keep their segments until all of them are through: nothing may wait for that here.
    CopyCheck copies{objects_, keys_.identities, progress_, store::WhileWritten::kGiveUp};
    FileSealer sealer{environment_, keys_.recipient, claims_, copies, queue, inspector_, progress_};
    const auto seal_inputs = [&] {
        try {
            for (std::size_t at = work.next++; at < work.order.size() && !work.failed;
                 at = work.next++) {
                const std::size_t index = work.order[at];
                SealedInput& result = work.results[index];
                sealer.seal(work.inputs[index], index, result);
                if (!result.is_stored()) {
                    queue.push(PieceQueue::Kind::kDiscard, index);
                }
            }
            queue.push(PieceQueue::Kind::kStop, 0);
        } catch (...) {
            work.failed = true;
            queue.abandon();
            throw;
        }
    };
    const auto store_inputs = [&] {
        try {
            store_pieces(queue, lane.writer, work.results);
        } catch (...) {
            work.failed = true;
            queue.fail(std::current_exception());
            throw;
        }
    };
    base::run_parallel({store_inputs, seal_inputs});
}

std::vector<store::SegmentState> SealPipeline::commit() {
    std::vector<std::function<void()>> bodies;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
        bodies.emplace_back([&lane = *lane] { lane.states = lane.writer.commit(); });
    }
    base::run_parallel(bodies);
    std::vector<store::SegmentState> states;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
        states.insert(states.end(), lane->states.begin(), lane->states.end());
    }
    return states;
}

}  // namespace kua::evidence
