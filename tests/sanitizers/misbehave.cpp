// Does what a sanitizer must report: a run that finds nothing says something only if it could have.
// Usage: kua_misbehave address|leak|undefined|thread
#include <limits>
#include <memory>
#include <string_view>
#include <thread>

namespace {

int read_after_free() {
    auto owner = std::make_unique<int>(1);
    const int* const freed = owner.get();
    owner.reset();
    return *freed;
}

// Many times: of the last one or two a register may still hold the address, which then counts as
// reachable.
int leak() {
    constexpr int kTimes = 100;
    int sum = 0;
    for (int i = 0; i < kTimes; ++i) {
        sum += *std::make_unique<int>(i).release();
    }
    return sum;
}

int overflow(int one) {
    return std::numeric_limits<int>::max() + one;
}

int race() {
    int shared = 0;
    std::thread other{[&shared] { ++shared; }};
    ++shared;
    other.join();
    return shared;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "address") {
        return read_after_free();
    }
    if (what == "leak") {
        return leak();
    }
    return what == "undefined" ? overflow(argc) : race();
}
