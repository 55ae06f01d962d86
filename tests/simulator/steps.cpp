#include "tests/simulator/steps.h"

#include <functional>

namespace kua::simulator {
namespace {

struct Kind {
    std::uint64_t weight;
    std::function<bool(Simulation&)> take;
};

Person& anybody(Simulation& simulation) {
    auto people = simulation.world.authors();
    if (simulation.is_fork_begun) {
        people.push_back(&simulation.world.other_adil);
    }
    return *simulation.pick(people);
}

Person& anybody_honest(Simulation& simulation) {
    auto people = simulation.world.honest();
    return *simulation.pick(people);
}

// The honest host is met less often: who always has it hears of everything at once.
const std::string& any_remote(Simulation& simulation) {
    const std::uint64_t place = simulation.choice.below(9);
    return place == 0 ? kBase : kRemotes.at(1 + place % 3);
}

const std::string& any_bad_remote(Simulation& simulation) {
    return kRemotes.at(1 + simulation.choice.below(3));
}

const std::vector<Kind>& kinds() {
    using S = Simulation;
    static const std::vector<Kind> all = {
        {30, [](S& s) { return add_item(s, anybody(s)); }},
        {55, [](S& s) { return sync(s, anybody(s), any_remote(s)); }},
        {3, [](S& s) { return crash_in_sync(s, anybody_honest(s), any_remote(s)); }},
        {1, [](S& s) { return crash_in_add(s, anybody_honest(s)); }},
        {4, [](S& s) { return restart(s, anybody_honest(s)); }},
        {2, [](S& s) { return back_up(s, anybody_honest(s)); }},
        {1, [](S& s) { return s.choice.one_in(2) && restore(s, anybody_honest(s)); }},
        {2, [](S& s) { return send_and_take(s, anybody(s), anybody_honest(s)); }},
        {1, [](S& s) { return invite_dana(s); }},
        {1, [](S& s) { return s.choice.one_in(3) && remove_somebody(s); }},
        {4, [](S& s) { return keep_state(s, any_bad_remote(s)); }},
        {2, [](S& s) { return put_back_state(s, any_bad_remote(s)); }},
        {2, [](S& s) { return drop_file(s, any_bad_remote(s)); }},
        {2, [](S& s) { return flip_byte(s, any_bad_remote(s)); }},
        {2, [](S& s) { return move_ref_back(s, any_bad_remote(s)); }},
        {2, [](S& s) { return swap_refs(s, kHost); }},
        {6, [](S& s) { return replace_remote(s, s.pick(kSticks)); }},
        {1, [](S& s) { return replace_remote(s, kHost); }},
        {1, [](S& s) { return begin_fork(s); }},
        {2, [](S& s) { return push_bad_bundle(s, any_remote(s)); }},
        {1, [](S& s) { return push_good_bundle(s, any_remote(s)); }},
        {1, [](S& s) { return write_to_other_journal(s, any_bad_remote(s)); }},
        {1, [](S& s) { return seal_once_more(s, any_bad_remote(s)); }},
    };
    return all;
}

}  // namespace

void take_step(Simulation& simulation) {
    std::uint64_t sum = 0;
    for (const Kind& kind : kinds()) {
        sum += kind.weight;
    }
    // A step in which there is nothing to do is none.
    for (bool is_done = false; !is_done;) {
        std::uint64_t place = simulation.choice.below(sum);
        for (const Kind& kind : kinds()) {
            if (place < kind.weight) {
                is_done = kind.take(simulation);
                break;
            }
            place -= kind.weight;
        }
    }
    simulation.world.clock.advance_ns(60'000'000'000);
}

}  // namespace kua::simulator
