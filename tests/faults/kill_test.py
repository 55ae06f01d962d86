#!/usr/bin/env python3
"""Kills `kua add` without warning at many moments and looks at what is left.

    kill_test.py PROGRAM [--kills N] [--seed N] [--workers N]

Of each kill: the vault opens, `verify` finds nothing, everything that was reported as added is
there, and adding the same files again completes. The real program on the real file system; only the
passphrase's key derivation is cheap.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import time

from program import Program, scratch

FILES = 300
COMMIT_EVERY = 30  # so that 300 files are 10 commits
ADDED = re.compile(r"^added (i-[0-9a-z]+) ")
NAMES = [f"img{number:03}.jpg" for number in range(FILES)]


class Trial:
    """One run of `add` on a vault of its own. What is wrong afterwards stands in `problems`."""

    def __init__(self, program, root, number):
        self.program = program
        self.card = root / "card"
        self.vault = root / f"vault{number}"
        self.problems = []
        self.reported = []
        self.killed = False
        shutil.copytree(root / "template", self.vault)

    def add_command(self):
        return self.program.command(self.vault, "add", "--commit-every", str(COMMIT_EVERY),
                                    str(self.card))

    def add(self, kill_at=None, pace=None):
        """Runs `add`; kills it at `kill_at` commits, a fraction being a part of the time until the
        next. Moments are counted in commits because how fast they come changes with the load."""
        process = subprocess.Popen(self.add_command(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        seen = Pace()
        out = b""
        deadline = None
        while True:
            reached = out.count(b"\n") // COMMIT_EVERY
            if kill_at is not None and deadline is None and reached >= int(kill_at):
                to_next = (seen if reached else pace).next_after(reached, pace)
                deadline = time.monotonic() + (kill_at - int(kill_at)) * to_next
            wait_s = None if deadline is None else max(0, deadline - time.monotonic())
            if not select.select([process.stdout], [], [], wait_s)[0]:
                process.kill()
                out += process.stdout.read()
                break
            part = os.read(process.stdout.fileno(), 1 << 16)
            out += part
            seen.learn(out.count(b"\n") // COMMIT_EVERY)
            if not part:
                break
        process.stdout.close()
        self.killed = process.wait() == -signal.SIGKILL
        complete = out[:out.rfind(b"\n") + 1].decode().splitlines()
        self.reported = [found.group(1) for line in complete if (found := ADDED.match(line))]
        return seen

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def items(self):
        listed = self.program.run(self.vault, "list", "--json")
        self.expect(listed.returncode == 0, f"list: {listed.stderr.strip()}")
        return json.loads(listed.stdout)["items"] if listed.returncode == 0 else []

    def check(self):
        """Looks at what is left, then adds again; returns how many items were there."""
        verified = self.program.run(self.vault, "verify")
        self.expect(verified.returncode == 0,
                    f"verify: {verified.stdout.strip()} {verified.stderr.strip()}")
        ids = [item["id"] for item in self.items()]
        for reported in self.reported:
            self.expect(any(one.startswith(reported) for one in ids),
                        f"{reported} was reported and is not there")
        self.expect(len(ids) % COMMIT_EVERY == 0, f"{len(ids)} items: half a commit")
        again = subprocess.run(self.add_command(), stdin=subprocess.DEVNULL, capture_output=True,
                               text=True, check=False)
        self.expect(again.returncode == 0, f"second add: {again.stderr.strip()}")
        names = sorted(item["name"] for item in self.items())
        self.expect(names == NAMES, f"after the second add there are {len(names)} items")
        shutil.rmtree(self.vault)
        return len(ids)


class Pace:
    """When commits were reported: of a run that went before, or of the one that goes on."""

    def __init__(self):
        self.times = [time.monotonic()]  # its start, then commits

    def learn(self, commits):
        self.times += [time.monotonic()] * (commits + 1 - len(self.times))

    def next_after(self, commits, other):
        """Seconds from this commit to the next one, guessed from the last two."""
        if commits + 1 < len(self.times):
            return self.times[commits + 1] - self.times[commits]
        if commits >= 2:
            return (self.times[commits] - self.times[1]) / (commits - 1)
        return other.times[2] - other.times[1]


def prepare(root, path, rng):
    (root / "card").mkdir()
    for name in NAMES:
        # No two alike, so that each becomes an item.
        content = name.encode() + rng.randbytes(rng.choice((0, 40, 700, 3000)))
        (root / "card" / name).write_bytes(content)
    program = Program(path, root)
    program.make_vault(root / "template")
    return program


def run_undisturbed(program, root, number):
    trial = Trial(program, root, f"-whole{number}")
    pace = trial.add()
    trial.check()
    if trial.problems or len(trial.reported) != FILES:
        sys.exit(f"undisturbed run: {len(trial.reported)} reported, {trial.problems}")
    return pace


def run_killed(program, root, number, moment, pace):
    trial = Trial(program, root, number)
    trial.add(moment, pace)
    items = trial.check()
    trial.problems = [f"killed at commit {moment:.3f}: {one}" for one in trial.problems]
    return trial, items


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20171123)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kills = options.kills
    # One moment in each 1/kills of a run, from its start to its end.
    commits = FILES // COMMIT_EVERY
    moments = [(number + rng.random()) / kills * commits for number in range(kills)]
    rng.shuffle(moments)

    with scratch("kua-kill-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        root = pathlib.Path(name)
        program = prepare(root, options.program, rng)
        pace = list(pool.map(lambda number: run_undisturbed(program, root, number),
                             range(options.workers)))[0]
        results = list(pool.map(
            lambda number: run_killed(program, root, number, moments[number], pace), range(kills)))

    stages = [0] * 11
    for _, items in results:
        stages[items * 10 // FILES] += 1
    failures = [problem for trial, _ in results for problem in trial.problems]
    killed = sum(trial.killed for trial, _ in results)
    reported = sum(len(trial.reported) for trial, _ in results)
    print(*failures, sep="\n", end="\n" if failures else "")
    print(f"seed {options.seed}; killed in the run: {killed}, after its end: {kills - killed}")
    print(f"kills by the tenth of all items that was there: {stages}")
    print(f"items reported before a kill: {reported}")
    clean = sum(not trial.problems for trial, _ in results)
    print(f"kills that lost nothing and left a clean vault: {clean} / {kills}")
    # A test that never hits the middle of a run tests nothing.
    spread = killed >= kills * 0.8 and sum(1 for stage in stages[:10] if stage) >= 8
    if not spread:
        print("the moments were not spread over the run")
    return 0 if clean == kills and spread else 1


if __name__ == "__main__":
    sys.exit(main())
