#!/usr/bin/env python3
"""Kills the program without warning at random moments of casework and looks at what is left.

    casework_kill_test.py PROGRAM [SQLCIPHER] [--kills N] [--seed N] [--vaults N] [--workers N]
                          [--only VAULT] [--keep DIR]

Each vault has a random script of commands (casework_script.py), one process for each. Of each kill:
the vault opens; everything that was reported is there and says what was said; what was interrupted
is there as a whole or not at all; a file that was exported is complete and in the journal, or has
no name; `verify` finds nothing. At every tenth kill and at the end the projection is made anew from
the journals and has to be the same, row for row. Only kills of a running program count.

With the same seed each vault gets the same commands again; what a kill hits in them is chance. A
third of the kills is aimed at commits, which few would meet otherwise; the others are spread over
the time that a command takes.
Exits 77 where SQLCipher's shell is missing, after everything else was looked at.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import shutil
import statistics
import sys

from caseworker import Caseworker
from casework_script import MEDIA, SAMPLES, Script
from program import Program, scratch


class Shared:
    """What all vaults have: the one they are copies of, and how long commands take."""

    def __init__(self, program, root, sqlcipher):
        self.program, self.root, self.sqlcipher = program, root, sqlcipher
        self.times = collections.defaultdict(lambda: collections.deque(maxlen=7))
        template = root / "template"
        program.make_vault(template, "--case", "KT-17", name="Mara")
        passphrase = root / "names-passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text("a passphrase for names\n", encoding="ascii")
        program.must(template, "source", "add", "P-01")
        program.must(template, "source", "identity-key", "create", "--to", root / "names.key",
                     "--secret-passphrase-file", passphrase)
        keys = program.must_json(template, "key", "reveal", "--yes")["keys"]
        self.key = next(key["secret"] for key in keys if key["file"] == "catalog.db")
        self.inspected = self.inspect()
        self.round = 0

    def inspect(self):
        """What is said about themselves by the media that are added."""
        vault, said = self.root / "inspected", {}
        shutil.copytree(self.root / "template", vault)
        self.program.must(vault, "add", *(SAMPLES / name for name in MEDIA.values()))
        for kind, name in MEDIA.items():
            facts = self.program.must_json(vault, "show", name)["item"]["facts"]
            said[kind] = {one: facts[one] for one in facts.get("device_claimed", [])}
        self.names = {path.name for path in vault.iterdir()}
        shutil.rmtree(vault)
        return said

    def learn(self, name, seconds):
        self.times[name].append(seconds)

    def typical(self, name):
        known = list(self.times[name])  # of this moment: others learn, too
        return statistics.median(known) if known else 0.03


def report(workers, options):
    problems = [worker.problem for worker in workers if worker.problem]
    hits = [hit for worker in workers for hit in worker.hits]
    print(*problems, sep="\n", end="\n" if problems else "")
    commands = collections.Counter(name for name, _, _ in hits)
    tenths = collections.Counter(int(moment * 10) for _, moment, _ in hits)  # IN_COMMIT: -10
    left = collections.Counter(how for _, _, how in hits)
    print(f"seed {options.seed}; kills that hit: {len(hits)}, too late: "
          f"{sum(worker.late for worker in workers)}, of a reader in between: "
          f"{sum(worker.reads_killed for worker in workers)}")
    print("hit: " + ", ".join(f"{name} {count}" for name, count in sorted(commands.items())))
    print(f"by the tenth of the time it takes: {[tenths[number] for number in range(11)]}, "
          f"aimed at a commit: {tenths[-10]}")
    print("what was there: " + ", ".join(f"{how} {count}" for how, count in sorted(left.items()))
          + f"; rolled back: {sum(worker.rolled_back for worker in workers)}")
    print(f"entries {sum(len(worker.entries) for worker in workers)}, projections made anew "
          f"{sum(worker.rebuilds for worker in workers)}, vaults with something wrong: "
          f"{len(problems)} / {len(workers)}")
    return hits, commands, left


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("sqlcipher", nargs="?", default="")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20171123)
    parser.add_argument("--vaults", type=int, default=5)
    parser.add_argument("--only", type=int, help="number of the vault")
    parser.add_argument("--keep", type=pathlib.Path, help="where to copy vaults to that are wrong")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def main():
    options = parse_options()
    with scratch("kua-casework-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        root = pathlib.Path(name)
        shell = options.sqlcipher if os.access(options.sqlcipher, os.X_OK) else None
        shared = Shared(Program(options.program, root), root, shell)
        # One round without a kill: how long commands take, and that the test itself is right.
        shared.round = sum(1 for name in dir(Script) if name.startswith("do_"))
        undisturbed = Caseworker(shared, -1, options.seed)
        undisturbed.work(0)
        if undisturbed.problem:
            sys.exit(f"undisturbed: {undisturbed.problem}")
        numbers = range(options.vaults) if options.only is None else [options.only]
        workers = [Caseworker(shared, number, options.seed) for number in numbers]
        each = -(-options.kills // options.vaults)
        list(pool.map(lambda worker: worker.work(each), workers))
        hits, commands, left = report(workers, options)
        wrong = [worker for worker in workers if worker.problem]
        for worker in (wrong if options.keep else ()):
            shutil.copytree(worker.root, options.keep / worker.root.name)
    if wrong:
        return 1
    # A test that never hits what becomes durable tests nothing.
    spread = (len(hits) >= options.kills and len(commands) >= 15 and
              min(left["nothing"], len(hits) - left["nothing"]) >= options.kills / 40)
    if options.only is None and not spread:
        print("the kills were not spread over casework")
        return 1
    if not shell:
        print("SKIPPED the rows: no shell of SQLCipher")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
