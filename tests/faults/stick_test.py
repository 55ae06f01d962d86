#!/usr/bin/env python3
"""Pulls the stick and the plug at every system call that changes something, of a `kua sync` to a
path in four situations and of the `kua remote add` before them: each call on the stick and in the
vault, and of each call several troubles (faulty_calls.cpp says which).

    stick_test.py PROGRAM FAULTY_CALLS [--cases N | --all] [--only SITUATION]
                  [--seed N] [--workers N]

Of each: the vault opens and `verify` finds nothing, git reads the stick and finds it whole, no ref
went back; every other time the other side syncs before anything is mended and has nothing to find.
Then the next sync completes, the other side has everything, and nothing unfinished lies around.

Without --all: of the push, every call on the stick, killed and failing; of the rest as many as
make N, drawn from the seed. How many of how many were tried is printed. What was counted is
compared with what strace sees, where it is there and may look.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys

from pair import FAILED, Pair
from program import scratch
from scenarios import SCENARIOS

CALLS = ("open", "openat", "openat2", "creat", "write", "pwrite64", "writev", "pwritev", "pwritev2",
         "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink",
         "unlinkat", "mkdir", "mkdirat", "mknod", "mknodat", "rmdir", "truncate", "ftruncate",
         "fallocate", "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "msync",
         "copy_file_range", "sendfile", "splice", "fchmod", "chmod", "fchmodat", "utimensat",
         "setxattr", "fsetxattr", "io_uring_enter")
CALL = re.compile(r"\d+ +(\w+)\((.*)")
NEEDS_ROOM = ("open", "write", "pwrite64", "mkdir", "linkat")
WRITES = ("write", "pwrite64")
KILLS = ("kill", "half")
HINT = "sync_file_range"  # whether it works is of no account
Case = collections.namedtuple("Case", "scenario place number call effect")


class Bench:
    """One scenario, again and again, in a place of its own."""

    def __init__(self, options, root, scenario):
        self.scenario, self.faulty_calls = scenario, options.faulty_calls.resolve()
        self.pair = Pair(options.program, root)
        self.log = root / "log"
        scenario.begin(self.pair, random.Random(options.seed))
        self.refs = self.pair.refs()
        self.pair.keep()
        self.actor = scenario.actor(self.pair)
        self.places = {"stick": self.pair.stick.parent, "vault": self.actor.vault}
        self.calls = {place: self.count(place) for place in self.places}
        scenario.finish(self.pair)
        self.actor.sync()
        self.files = {person.name: person.files() for person in (self.pair.rosa, self.pair.mara)}
        self.check_end()
        if self.pair.wrong:
            sys.exit(f"{scenario.name}, undisturbed: {self.pair.wrong}")

    def run(self, place, before=(), **settings):
        self.log.unlink(missing_ok=True)
        settings = {"LOG": self.log, "UNDER": self.places[place], **settings}
        preload = [f"LD_PRELOAD={self.faulty_calls}",
                   *(f"FAULTY_{name}={value}" for name, value in settings.items())]
        command = [*before, "env", *preload, *self.pair.program.command(
            self.actor.vault, *self.scenario.command(self.pair), "--json")]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)

    def logged(self):
        return [tuple(line.split(" ", 2)[1:]) for line in self.log.read_text().splitlines()]

    def count(self, place):
        """What an undisturbed sync does below one place: each call, with its path."""
        self.pair.put_back()
        done = self.run(place)
        if done.returncode != 0:
            sys.exit(f"{self.scenario.name}: {done.stdout}{done.stderr}")
        return self.logged()

    def compare_with_strace(self, place):
        """What strace sees beyond what was counted, or the reverse; None if it sees nothing."""
        self.pair.put_back()
        trace = self.log.with_name("trace")
        trace.unlink(missing_ok=True)
        self.run(place, before=["strace", "-f", "-y", "-s", "4096", "-o", trace,
                                "-e", "trace=" + ",".join(f"?{call}" for call in CALLS)])
        if not trace.exists():
            return None
        seen = []
        for line in trace.read_text(errors="replace").splitlines():
            found = CALL.match(line)
            file = found and re.match(r"\d+<([^>]*)>", found[2])
            where = file[1] if file else found[2] if found else ""
            if str(self.places[place]) not in where:
                continue
            is_open = found[1].startswith("open")
            if not is_open or "O_CREAT" in found[2] or "O_TRUNC" in found[2]:
                seen.append("open" if is_open else found[1])
        counted = [call for call, _ in self.logged()]
        return None if not seen else [] if seen == counted else [
            f"{self.scenario.name}, {place}: strace sees {seen}, counted were {counted}"]

    def check_end(self):
        self.pair.check_stick(self.refs, is_done=True)
        self.pair.check_done(self.files)

    def cases(self):
        for place, calls in self.calls.items():
            for number, (call, _) in enumerate(calls, 1):
                effects = ["kill", "error"]
                effects += ["half", "torn"] if call in WRITES else []
                effects += ["gone"] if place == "stick" else []
                effects += ["full"] if call in NEEDS_ROOM else []
                yield from (Case(self.scenario.name, place, number, call, effect)
                            for effect in effects)

    def check(self, case):
        """How the sync ended that the trouble came over, and what is wrong afterwards."""
        pair, actor = self.pair, self.actor
        pair.put_back()
        done = self.run(case.place, AT=case.number, EFFECT=case.effect)
        seen = self.logged()
        end = self.end_of(case, done, seen)
        actor.verify()
        pair.check_stick(self.refs, is_done=False)
        if case.number % 2 == 1 and end != "done" and self.scenario.name != "make":
            pair.other(actor).sync()
        if end != "done":
            self.scenario.do(pair)
        self.scenario.finish(pair)
        actor.sync()  # has nothing left to do, and says what there is
        self.check_end()
        path = os.path.relpath(seen[case.number - 1][1], pair.now) if end != "missed" else ""
        return end, [f"{case}, {path}: {one}" for one in pair.wrong]

    def end_of(self, case, done, seen):
        """killed, failed, done although something failed, or missed: the call wasn't reached, since
        how many pages of the catalog change isn't the same each time."""
        if len(seen) < case.number:
            self.pair.wrong += [] if done.returncode == 0 else [f"missed, exit {done.returncode}"]
            return "missed"
        if case.effect in KILLS and done.returncode == -signal.SIGKILL:
            return "killed"
        if case.effect in KILLS or done.returncode not in (0, FAILED):
            self.pair.wrong.append(f"exit {done.returncode}: {done.stdout}{done.stderr}")
            return "failed"
        words = "no room on the device" if case.effect == "full" else "the device failed"
        if done.returncode == FAILED and words not in done.stdout + done.stderr:
            self.pair.wrong.append(f"it says {done.stdout}{done.stderr}, not that {words}")
        is_named = words in untidied(done.stdout)
        if done.returncode == 0 and not is_named and not can_do_without(seen, case.number):
            self.pair.wrong.append("this failed, and the sync says that it is done")
        return "done" if done.returncode == 0 else "failed"


def untidied(report):
    """Why packs were not merged, which takes nothing from a sync."""
    remotes = json.loads(report).get("remotes") or []
    return " ".join(remote["untidied"] or "" for remote in remotes)


def can_do_without(calls, number):
    """A hint; a part of writing the copy of pages that a vault can do without; or of clearing the
    note of pieces that were on their way, after which there is one sweep for nothing."""
    call = calls[number - 1][0]
    of_copy = [path.rpartition("/")[2].startswith("catalog.copies") for _, path in calls[:number]]
    clears_note = [call == "ftruncate" and path.endswith("/lock") for call, path in calls[:number]]
    return call == HINT or of_copy[-1] or (call == "fsync" and any(of_copy[-2:])) or (
        call in ("ftruncate", "fdatasync") and any(clears_note[-2:]))


def choose(cases, options):
    """All, or those of the push on the stick and as many as fit of each other kind."""
    if options.all:
        return cases
    kinds = {}
    for case in random.Random(options.seed).sample(cases, len(cases)):
        kinds.setdefault(where(case), []).append(case)
    chosen = [case for effect in ("kill", "error")
              for case in kinds.pop(("push", "stick", effect), ())]
    while kinds and len(chosen) < options.cases:
        for kind in sorted(kinds):
            chosen.append(kinds[kind].pop())
            if not kinds[kind]:
                del kinds[kind]
    return chosen


def where(case):
    return case.scenario, case.place, case.effect


def report(cases, chosen, ends):
    there, tried = collections.Counter(map(where, cases)), collections.Counter(map(where, chosen))
    for (scenario, place), effects in sorted(
            {(one[0], one[1]): [other for other in there if other[:2] == one[:2]]
             for one in there}.items()):
        print(f"{scenario} on the {place}: " + ", ".join(
            f"{effect[2]} {tried[effect]}/{there[effect]}" for effect in effects))
    print("ended: " + ", ".join(f"{end} {count}" for end, count in sorted(ends.items())))


class Worker:
    """Tries one case after the other, with a bench for each scenario that it meets."""

    def __init__(self, options, root):
        self.options, self.root, self.benches = options, root, {}

    def bench(self, name):
        if name not in self.benches:
            scenario = next(one for one in SCENARIOS if one.name == name)
            self.benches[name] = Bench(self.options, self.root / name, scenario)
        return self.benches[name]

    def run(self, cases):
        return [self.bench(case.scenario).check(case) for case in cases]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("faulty_calls", type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", choices=[scenario.name for scenario in SCENARIOS])
    parser.add_argument("--seed", type=int, default=20171123)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    if not shutil.which("git"):
        print("skipped: no git")
        return 77
    with scratch("kua-stick-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        workers = [Worker(options, pathlib.Path(name) / str(number))
                   for number in range(options.workers)]
        benches = [workers[0].bench(scenario.name) for scenario in SCENARIOS
                   if options.only in (None, scenario.name)]
        cases = [case for bench in benches for case in bench.cases()]
        compared = [bench.compare_with_strace(place) for bench in benches
                    for place in bench.places] if shutil.which("strace") else [None]
        chosen = choose(cases, options)
        results = [result for part in pool.map(
            lambda number: workers[number].run(chosen[number::options.workers]),
            range(options.workers)) for result in part]
    ends = collections.Counter(end for end, _ in results)
    failed = [problem for one in compared for problem in one or ()]
    failed += [problem for _, problems in results for problem in problems]
    print(*failed, sep="\n", end="\n" if failed else "")
    report(cases, chosen, ends)
    print("compared with what strace sees: "
          f"{sum(one is not None for one in compared)} of {len(compared)} times")
    print(f"seed {options.seed}; {len(chosen)} of {len(cases)} tried, "
          f"wrong afterwards: {len(failed)}")
    # A test that misses what it aims at tests nothing.
    missed = ends["missed"] > len(chosen) / 10
    if missed:
        print("too many calls were not reached")
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main())
