#!/usr/bin/env python3
"""Two vaults exchange by a git host that dies while it says something, or while it is told
something: at bytes spread over all that a fetch and a push say.

    host_dies_test.py PROGRAM [--cuts N] [--seed N]

Of each: kua says so and exits 1, the vault has no damage and no unfinished repository in it, git
finds the host's whole. Then the next sync completes and the other side has everything. A host that
says nothing at all is left by Ctrl-C.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys

from host import Line, git_host
from pair import Pair
from program import scratch

FAILED = 1
SAID = re.compile(r"broke off|cannot be reached|did not take all")


class Bench:
    def __init__(self, options, pair, line):
        self.pair, self.line = pair, line
        rng = random.Random(options.seed)
        for person in (pair.rosa, pair.mara):
            person.must("remote", "add", "stick", f"git://127.0.0.1:{line.port}/base.git")
        pair.join()
        pair.add(pair.rosa, [rng.randbytes(size) for size in (300, 900_000)])
        self.refs = {"push": pair.refs()}
        pair.keep("push")
        self.said = {"push": self.measure(pair.rosa)}
        self.refs["fetch"] = pair.refs()
        pair.keep("fetch")
        self.said["fetch"] = self.measure(pair.mara)
        pair.rosa.sync()
        self.files = {person.name: person.files() for person in (pair.rosa, pair.mara)}
        pair.check_done(self.files)
        if pair.wrong:
            sys.exit(f"undisturbed: {pair.wrong}")

    def measure(self, person):
        """How many bytes each of the two says in a sync."""
        self.line.set()
        person.sync()
        return dict(self.line.counts)

    def check(self, name, direction, cut_at):
        """How the sync ended, and what is wrong afterwards."""
        pair = self.pair
        actor = pair.rosa if name == "push" else pair.mara
        pair.put_back(name)
        self.line.set(direction, cut_at)
        done = pair.program.run(actor.vault, "sync", "stick", "--json")
        was_cut = self.line.is_cut
        self.line.set()
        if done.returncode not in (0, FAILED) or (done.returncode == 0 and was_cut and
                                                  cut_at < self.said[name][direction] / 2):
            pair.wrong.append(f"exit {done.returncode}: {done.stdout}{done.stderr}")
        elif done.returncode == FAILED:
            failure = json.loads(done.stdout)["remotes"][0]["failure"] or ""
            if not SAID.search(failure):
                pair.wrong.append(f"it says {failure}")
        left = [name for name in actor.files() if name.startswith("exchange/")]
        if left:
            pair.wrong.append(f"left in the vault: {left}")
        actor.verify()
        pair.check_repository(self.refs[name])
        for person in (actor, pair.other(actor), actor):
            person.sync()
        pair.check_repository(self.refs[name])
        pair.check_done(self.files)
        end = "not cut" if not was_cut else "failed" if done.returncode else "done"
        return end, [f"{name}, {direction} {cut_at} of {self.said[name][direction]}: {one}"
                     for one in pair.wrong]


def interrupt(program, person):
    """What is wrong after Ctrl-C while a host that says nothing is listened to."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        person.must("remote", "add", "mute", f"git://127.0.0.1:{mute.getsockname()[1]}/base.git")
        process = subprocess.Popen(program.command(person.vault, "sync", "mute"),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        line, _ = mute.accept()
        with line:
            line.recv(100)  # it asks, then it waits
            process.send_signal(signal.SIGINT)
            said = process.communicate()[0].decode()
    wrong = [] if process.returncode == 130 else [f"after Ctrl-C: {process.returncode}: {said}"]
    person.verify()
    return wrong


def moments(size, count, rng):
    """The first few bytes and the last, and some of each part between."""
    edges = [0, 1, 4, 5, size - 1]
    return sorted({*edges, *(rng.randrange(part * size // count, (part + 1) * size // count)
                             for part in range(count))})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--cuts", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20171123)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with scratch("kua-host-") as name:
        pair = Pair(options.program, pathlib.Path(name))
        pair.stick = pair.now / "hosts" / "base.git"
        pair.stick.parent.mkdir()
        with git_host(pair.stick) as url:
            if not url:
                print("skipped: no git-daemon")
                return 77
            line = Line(int(url.split(":")[2].split("/")[0]))
            bench = Bench(options, pair, line)
            tried = [(name, direction, cut_at) for name, said in bench.said.items()
                     for direction, size in said.items()
                     for cut_at in moments(size, options.cuts, rng)]
            results = [bench.check(*one) for one in tried]
            line.close()
            interrupted = interrupt(pair.program, pair.rosa)
    failed = interrupted + [problem for _, problems in results for problem in problems]
    ends = collections.Counter(end for end, _ in results)
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"said: {bench.said}; seed {options.seed}")
    print("the host died " + ", ".join(
        f"{sum(one[:2] == (name, direction) for one in tried)} times of a {name} going {direction}"
        for name, said in bench.said.items() for direction in said))
    print(f"ended: {dict(ends)}; wrong afterwards: {len(failed)}")
    return 1 if failed or not ends["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
