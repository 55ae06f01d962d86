// Something that must never happen did.
#pragma once

#include <stdexcept>
#include <string>

namespace kua::simulator {

class Failure final : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline void require(bool holds, const std::string& otherwise) {
    if (!holds) {
        throw Failure{otherwise};
    }
}

}  // namespace kua::simulator
