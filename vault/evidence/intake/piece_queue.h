// The bounded queue between the thread of a lane that seals and the one that stores: a few buffers
// that go round, so memory doesn't grow with file size and nothing is copied on the way.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>

#include "vault/base/bytes.h"
#include "vault/base/io_bytes.h"

namespace kua::evidence {

class PieceQueue {
public:
    enum class Kind : std::uint8_t {
        kPiece,    // the next bytes of an object
        kDiscard,  // the object is not to be kept
        kStop,     // no more objects
    };
    struct Slot {
        base::IoBytes buffer;
        std::size_t used_bytes = 0;
        std::size_t object = 0;  // which input it belongs to
        Kind kind = Kind::kPiece;
    };

    explicit PieceQueue(std::size_t buffer_bytes);

    // Sealing side. A free slot to fill; waits for one. Then push() hands it over. Rethrows what
    // the storing side failed with.
    Slot& free_slot();
    void push();
    void push(Kind kind, std::size_t object);

    // Storing side. The oldest full slot; waits for one. Then pop() gives it back.
    Slot& full_slot();
    void pop();
    // Called once by the storing side when it can't go on.
    void fail(std::exception_ptr failure);
    // Called when the sealing side died: full_slot() then returns a kStop.
    void abandon();

private:
    static constexpr std::size_t kSlots = 4;

    Slot& wait_for_slot();

    std::size_t buffer_bytes_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<Slot, kSlots> slots_;
    std::size_t head_ = 0;  // next to be taken
    std::size_t full_ = 0;
    Slot stop_;
    bool abandoned_ = false;
    std::exception_ptr failure_;
};

}  // namespace kua::evidence
