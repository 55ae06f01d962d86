// How fast segments take pieces and give them back, on the real file system. Run by hand:
//     kua_segment_bench DIR [MIB [PIECE_KIB [THREADS]]]
// makes a vault in DIR/bench-vault, which must not exist, and leaves it there. Prints wall time and
// the processor time of all threads, which says more where other work runs beside it.
#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "tests/unit/store/test_store.h"
#include "vault/base/check.h"
#include "vault/store/integrity.h"

namespace kua {
namespace {

struct Usage {
    double wall_s;
    double user_s;
    double system_s;
};

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Usage now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto wall = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration<double>(wall).count(), seconds(usage.ru_utime),
            seconds(usage.ru_stime)};
}

void report(const std::string& what, const Usage& since, double mebibytes) {
    const Usage until = now();
    const double wall_s = until.wall_s - since.wall_s;
    const double user_s = until.user_s - since.user_s;
    const double system_s = until.system_s - since.system_s;
    const double megabytes = mebibytes * 1.048576;
    std::cout << std::left << std::setw(18) << what << std::right << std::fixed
              << std::setprecision(0) << std::setw(7) << megabytes / wall_s << " MB/s wall"
              << std::setw(7) << megabytes / (user_s + system_s) << " MB/s processor"
              << std::setprecision(2) << "   wall " << wall_s << " s, user " << user_s
              << " s, system " << system_s << " s\n";
}

std::size_t argument(int count, char** values, int index, std::size_t otherwise) {
    return index < count ? std::stoul(values[index]) : otherwise;
}

struct Bench {
    std::size_t mebibytes;
    std::size_t threads;
    std::size_t pieces;  // per thread
    base::Bytes piece;
    std::vector<store::ExtentList> extents;
};

template <class Work>
void in_threads(std::size_t threads, Work&& work) {
    std::vector<std::thread> running;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        running.emplace_back([&work, thread] { work(thread); });
    }
    for (std::thread& thread : running) {
        thread.join();
    }
}

void write(store::Store& vault, Bench& bench) {
    std::vector<std::vector<store::SegmentState>> states(bench.threads);
    const Usage start = now();
    in_threads(bench.threads, [&](std::size_t thread) {
        store::SegmentWriter writer = vault.objects().writer();
        for (std::size_t index = 0; index < bench.pieces; ++index) {
            bench.extents[thread].add(writer.append(bench.piece));
        }
        const Usage commit = now();
        states[thread] = writer.commit();
        if (bench.threads == 1) {
            report("  commit alone", commit, static_cast<double>(bench.mebibytes));
        }
    });
    store::Transaction write{vault.catalog()};
    for (const auto& state : states) {
        vault.objects().record(write, state);
    }
    write.commit();
    report("append and commit", start, static_cast<double>(bench.mebibytes));
}

void read(store::Store& vault, const Bench& bench) {
    const Usage start = now();
    in_threads(bench.threads, [&](std::size_t thread) {
        store::SegmentReader reader = vault.objects().reader(store::KeepPages::kYes);
        for (const store::Extent& extent : bench.extents[thread].extents()) {
            for (std::int64_t index = 0; index < extent.pieces; ++index) {
                const auto piece = reader.read({extent.segment, extent.first_piece + index});
                KUA_CHECK(piece.size() == bench.piece.size());
            }
        }
    });
    report("read", start, static_cast<double>(bench.mebibytes));
}

void check(store::Store& vault, const Bench& bench) {
    const Usage start = now();
    for (const store::SegmentState& segment : vault.objects().segments()) {
        KUA_CHECK(store::check_segment(vault.objects(), segment.number, store::PageSet{}).empty());
    }
    report("page MACs alone", start, static_cast<double>(bench.mebibytes));
}

int run(int count, char** values) {
    if (count < 2) {
        std::cerr << "usage: kua_segment_bench DIR [MIB [PIECE_KIB [THREADS]]]\n";
        return 2;
    }
    const std::filesystem::path dir = std::filesystem::path{values[1]} / "bench-vault";
    const std::size_t mebibytes = argument(count, values, 2, 512);
    const std::size_t piece_bytes = argument(count, values, 3, 1024) * 1024;
    const std::size_t threads = argument(count, values, 4, 1);
    testing::SeededRandom random{1};
    Bench bench{.mebibytes = mebibytes,
                .threads = threads,
                .pieces = (mebibytes << 20) / piece_bytes / threads,
                .piece = random.bytes(piece_bytes),
                .extents = std::vector<store::ExtentList>(threads)};

    const base::Environment environment{base::posix_filesystem(), base::system_clock(),
                                        base::system_random()};
    const crypto::SecretBytes passphrase = testing::secret("bench");
    store::Store vault =
        store::Store::create(environment, dir, testing::kCheapCost, {.passphrase = passphrase}, {});
    write(vault, bench);
    read(vault, bench);
    check(vault, bench);
    return 0;
}

}  // namespace
}  // namespace kua

int main(int count, char** values) {
    return kua::run(count, values);
}
