// The parts of the objects that a bundle brings, as a sync sends them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "vault/base/ahead.h"
#include "vault/exchange/carrier.h"
#include "vault/store/store.h"

namespace kua::exchange {

// Reads parts in the order of cut_into_commits(), some of them ahead, on another thread, where
// there is enough to read: up to 24 MiB. The store and `objects` must outlive it. One thread.
class PartReader {
public:
    // Those of the commits from `from` on and before `end`.
    PartReader(store::Store& store, const BundleObjects& objects, std::size_t from,
               std::size_t end);
    ~PartReader();

    // The next one, which must be this; else kBug. kDamaged if the vault doesn't have the object as
    // the bundle names it.
    base::Bytes read(const PartName& part);

private:
    struct Next {
        const journal::BundleObject* object;
        std::uint32_t part;
        std::size_t bytes;
    };
    class Objects;

    base::Ahead::Job job_of(const Next& next);
    void read_ahead();

    store::Store& store_;
    std::vector<Next> all_;
    std::size_t next_ = 0;              // to be returned
    std::size_t begun_ = 0;             // behind what is being read
    std::uint64_t begun_bytes_ = 0;     // from next_ to begun_
    std::unique_ptr<Objects> reading_;  // belongs to the thread that reads
    std::optional<base::Ahead> ahead_;  // none: read when asked for. The last one: uses the others
};

}  // namespace kua::exchange
