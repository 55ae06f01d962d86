#include <sys/random.h>

#include "vault/base/posix_error.h"
#include "vault/base/random.h"

namespace kua::base {
namespace {

class SystemRandom final : public Random {
public:
    void fill(MutableByteView out) override {
        while (!out.empty()) {
            // Flags 0: waits, at early boot only, until the kernel's generator is seeded.
            const ssize_t count =
                retry_interrupted([&] { return ::getrandom(out.data(), out.size(), 0); });
            if (count <= 0) {
                throw Error{ErrorCode::kFailed, "the system gives no random numbers"};
            }
            out = out.subspan(static_cast<std::size_t>(count));
        }
    }
};

}  // namespace

Random& system_random() {
    static SystemRandom random;
    return random;
}

}  // namespace kua::base
