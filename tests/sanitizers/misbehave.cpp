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

int leak() {
    return *std::make_unique<int>(1).release();
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
