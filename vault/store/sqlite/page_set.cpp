#include "vault/store/sqlite/page_set.h"

#include "vault/base/check.h"

namespace kua::store {

void PageSet::add(std::uint64_t page) {
    KUA_CHECK(page > 0);
    if (page >= pages_.size()) {
        pages_.resize(page + 1);
    }
    if (!pages_[page]) {
        pages_[page] = true;
        ++size_;
    }
}

void PageSet::add(const PageSet& other) {
    for (std::uint64_t page = 1; page < other.pages_.size(); ++page) {
        if (other.pages_[page]) {
            add(page);
        }
    }
}

bool PageSet::contains(std::uint64_t page) const noexcept {
    return page < pages_.size() && pages_[page];
}

}  // namespace kua::store
