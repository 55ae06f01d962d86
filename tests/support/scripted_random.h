// Randomness that a test wrote itself, for vectors that fix every random byte.
#pragma once

#include <algorithm>
#include <utility>

#include "vault/base/bytes.h"
#include "vault/base/check.h"
#include "vault/base/random.h"

namespace kua::testing {

// Hands out the given bytes in order; asking for more than are left is kBug.
class ScriptedRandom final : public base::Random {
public:
    explicit ScriptedRandom(base::Bytes script) : script_(std::move(script)) {}

    void fill(base::MutableByteView out) override {
        KUA_CHECK(out.size() <= script_.size() - used_);
        std::copy_n(script_.data() + used_, out.size(), out.data());
        used_ += out.size();
    }
    std::size_t left() const { return script_.size() - used_; }

private:
    base::Bytes script_;
    std::size_t used_ = 0;
};

}  // namespace kua::testing
