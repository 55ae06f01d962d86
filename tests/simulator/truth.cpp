#include "tests/simulator/truth.h"

#include <algorithm>

namespace kua::simulator {

bool Truth::note(const std::string& author, const Written& written) {
    auto& bundles = written_[author];
    for (const auto& [after, other] : bundles) {
        if (other.before == written.before && after != written.after) {
            forked_.insert(author);
        }
    }
    return bundles.emplace(written.after, written).second;
}

bool Truth::knows(const std::string& author, const Head& head) const {
    const auto bundles = written_.find(author);
    return head.size == 0 || (bundles != written_.end() && bundles->second.contains(head));
}

bool Truth::has_more_than(const std::string& author, std::uint64_t size) const {
    const auto bundles = written_.find(author);
    return bundles != written_.end() &&
           std::ranges::any_of(bundles->second,
                               [size](const auto& bundle) { return bundle.first.size > size; });
}

std::optional<Head> Truth::ancestor(const std::string& author, Head head,
                                    std::uint64_t size) const {
    const auto& bundles = written_.at(author);
    while (head.size > size) {
        head = bundles.at(head).before;
    }
    return head.size == size ? std::optional{head} : std::nullopt;
}

bool Truth::agree(const std::string& author, const Head& one, const Head& other) const {
    const Head& low = std::min(one, other);
    const Head& high = std::max(one, other);
    return low.size == 0 || ancestor(author, high, low.size) == low;
}

const Written& Truth::bundle_at(const std::string& author, const Head& head) const {
    return written_.at(author).at(head);
}

}  // namespace kua::simulator
