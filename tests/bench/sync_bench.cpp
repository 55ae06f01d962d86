// What a sync costs in a case of many bundles, on the real file system. Run by hand:
//     kua_sync_bench DIR [BUNDLES...]
// makes in DIR, which must be empty, two vaults that are members of one case and a repository for
// both, lets the first add items, each in a bundle of its own, and measures at every number of
// bundles (default: 100, 1,000 and 10,000; ascending):
//     nothing    a sync when nothing is new
//     sends 10   a sync of the first vault after it added 10 items
//     takes 10   a sync of the second vault after that
// Each vault is opened anew before each, and not measured: unlocking isn't counted, but all that is
// read for the first time is. Prints the medians of time on the clock and of processor time, which
// says more where other work runs beside it.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "kua/vault.h"
#include "tests/support/run_program.h"

namespace kua {
namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 5;
constexpr std::uint64_t kNew = 10;

struct Cost {
    double wall_ms = 0;
    double processor_ms = 0;
};

double milliseconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

Cost now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto wall = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration<double, std::milli>(wall).count(),
            milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)};
}

Cost cost_of(const std::function<void()>& work) {
    const Cost before = now();
    work();
    const Cost after = now();
    return {after.wall_ms - before.wall_ms, after.processor_ms - before.processor_ms};
}

Cost median(std::vector<Cost> costs) {
    const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
    Cost cost;
    std::ranges::nth_element(costs, middle, {}, &Cost::wall_ms);
    cost.wall_ms = middle->wall_ms;
    std::ranges::nth_element(costs, middle, {}, &Cost::processor_ms);
    cost.processor_ms = middle->processor_ms;
    return cost;
}

class Owner {
public:
    Owner(fs::path dir, const std::string& name) : dir_(std::move(dir)) {
        CreateOptions options;
        options.name = name;
        options.first_case.title = "of " + name;
        options.kdf_memory_bytes = std::uint64_t{1} << 20;
        options.kdf_passes = 1;
        static_cast<void>(Vault::create(dir_, passphrase(), options));
    }

    Vault open() const { return Vault::open(dir_, passphrase(), Access::kWrite); }

    void meet(const Owner& other) const {
        const fs::path card = dir_.native() + ".of-" + other.dir_.filename().native();
        other.open().write_card(card);
        open().add_contact(card);
    }

    // What came and went; whatever was found stops everything.
    RemoteReport sync(Vault& vault) const {
        SyncReport report = vault.sync({}, no_progress());
        if (report.remotes.size() != 1 || !report.remotes[0].failure.empty() ||
            !report.remotes[0].findings.empty()) {
            std::cerr << "a sync of " << dir_ << " didn't get through\n";
            std::exit(1);
        }
        return std::move(report.remotes[0]);
    }

private:
    static Passphrase passphrase() {
        std::string text = "seven dry bridges";
        return Passphrase::take(text);
    }

    fs::path dir_;
};

void require(bool holds, const std::string& what) {
    if (!holds) {
        std::cerr << "not as it should be: " << what << '\n';
        std::exit(1);
    }
}

class Bench {
public:
    explicit Bench(const fs::path& dir)
        : dir_(dir), rosa_(dir / "rosa", "Rosa"), mara_(dir / "mara", "Mara") {
        rosa_.meet(mara_);
        mara_.meet(rosa_);
        for (const Owner* owner : {&rosa_, &mara_}) {
            owner->open().add_remote({"stick", dir / "stick", "", ""});
        }
        Vault vault = rosa_.open();
        vault.add_member({"Mara", "contributor", "", /*unverified=*/true});
        rosa_.sync(vault);
        Vault other = mara_.open();
        mara_.sync(other);
        other.accept_case("of Rosa", /*unverified=*/true);
        mara_.sync(other);
    }

    void measure(std::uint64_t bundles) {
        Vault vault = rosa_.open();
        const Cost adding = cost_of([&] { add_up_to(vault, bundles); });
        Cost sending = cost_of([&] { rosa_.sync(vault); });
        Vault other = mara_.open();
        Cost taking = cost_of([&] { mara_.sync(other); });
        std::cerr << std::fixed << std::setprecision(1) << bundles << " bundles: added in "
                  << adding.wall_ms / 1e3 << " s, sent in " << sending.wall_ms / 1e3
                  << " s, taken in " << taking.wall_ms / 1e3 << " s\n";
    }

    void report(std::uint64_t bundles) {
        std::vector<Cost> nothing;
        std::vector<Cost> sends;
        std::vector<Cost> takes;
        for (int run = 0; run < kRuns; ++run) {
            exchange(nothing, sends, takes);
        }
        std::cout << "| " << bundles;
        for (const Cost& cost : {median(nothing), median(sends), median(takes)}) {
            std::cout << std::fixed << std::setprecision(1) << " | " << cost.wall_ms << " ms | "
                      << cost.processor_ms << " ms";
        }
        std::cout << " |" << std::endl;
    }

private:
    void exchange(std::vector<Cost>& nothing, std::vector<Cost>& sends, std::vector<Cost>& takes) {
        {
            Vault vault = rosa_.open();
            rosa_.sync(vault);  // takes what the other one acknowledges
        }
        {
            Vault vault = rosa_.open();
            nothing.push_back(cost_of([&] {
                const RemoteReport report = rosa_.sync(vault);
                require(report.bundles_in + report.bundles_out == 0, "nothing is new");
            }));
            add_up_to(vault, added_ + kNew);
        }
        {
            Vault vault = rosa_.open();
            sends.push_back(cost_of(
                [&] { require(rosa_.sync(vault).bundles_out == kNew, "ten bundles went"); }));
        }
        Vault other = mara_.open();
        takes.push_back(
            cost_of([&] { require(mara_.sync(other).bundles_in == kNew, "ten bundles came"); }));
    }

    // Each a text and a bundle of its own.
    void add_up_to(Vault& vault, std::uint64_t count) {
        for (; added_ < count; ++added_) {
            const fs::path file = dir_ / "note.txt";
            testing::write_file(file, "note " + std::to_string(added_) + "\n");
            AddRequest request;
            request.paths = {file};
            require(vault.add(request, no_progress()).added.size() == 1, "a text was added");
        }
    }

    fs::path dir_;
    Owner rosa_;
    Owner mara_;
    std::uint64_t added_ = 0;
};

int run(int count, char** values) {
    if (count < 2) {
        std::cerr << "usage: kua_sync_bench DIR [BUNDLES...]\n";
        return 2;
    }
    std::vector<std::uint64_t> sizes;
    for (int i = 2; i < count; ++i) {
        sizes.push_back(std::stoul(values[i]));
    }
    if (sizes.empty()) {
        sizes = {100, 1'000, 10'000};
    }
    Bench bench{fs::absolute(values[1])};
    std::cout << "| bundles | nothing new, clock | processor | sends 10, clock | processor |"
                 " takes 10, clock | processor |\n|--:|--:|--:|--:|--:|--:|--:|"
              << std::endl;
    for (const std::uint64_t bundles : sizes) {
        bench.measure(bundles);
        bench.report(bundles);
    }
    return 0;
}

}  // namespace
}  // namespace kua

int main(int count, char** values) try {
    return kua::run(count, values);
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
