#!/usr/bin/env python3
"""[T21] Changes one byte at many places of a vault's files and looks at what the program makes of
it. Of each place, in a fresh copy of the vault:

    - `verify` finds it (exit 5) and names the part that holds it, or an item; or the byte is proven
      to be unused, and its file is one that may have such: what a writer that was killed has left,
      its note in `lock` and a journal that has nothing to roll back;
    - `export --all` gives not one wrong byte, and every item that `verify` did not name;
    - a bad header copy is passed over, and mended when asked.

    flip_test.py PROGRAM [--flips N] [--seed N] [--workers N]

The vault holds the sample case and objects of several pieces, in several bundles; an `add` in it
was killed.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time

from program import Program, scratch

SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "sample-case"
COPY_BYTES = 4096  # of one copy of the header
ADDED_LATER = b"a file that is added after the flip\n"


def flip(path, offset, mask):
    with open(path, "r+b") as file:
        file.seek(offset)
        old = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([old ^ mask]))


def is_left_over(name):
    return name == "lock" or name.endswith("-journal")


def choose_places(vault, flips, rng):
    """(file, offset), no two alike: a share for each kind of file, however small it is."""
    sizes = {path.relative_to(vault).as_posix(): path.stat().st_size
             for path in sorted(vault.rglob("*")) if path.is_file()}
    # A writer that was killed may leave a journal with nothing in it.
    sizes = {name: size for name, size in sizes.items() if size or not is_left_over(name)}
    segments = [name for name in sizes if name.startswith("objects/") and name.endswith(".db")]
    shares = {"kua.vault": 0.2, "catalog.db": 0.4, "catalog.copies": 0.1}
    # What a writer that was killed has left; verification has rolled back what it had to.
    shares |= {name: 0.02 for name in sizes if is_left_over(name)}
    unknown = set(sizes) - set(shares) - set(segments)
    if unknown or not all(sizes.values()) or not segments:
        sys.exit(f"the vault is not as this test wants it: {sizes}")
    counts = {name: min(sizes[name], max(1, round(flips * share)))
              for name, share in shares.items()}
    left = flips - sum(counts.values())
    for number, name in enumerate(segments):
        counts[name] = left // len(segments) + (number < left % len(segments))
    return [(name, offset) for name, count in counts.items()
            for offset in rng.sample(range(sizes[name]), count)]


def prepare(root, path, rng):
    """The vault and what its items are, by their ids and by their names."""
    program = Program(path, root)
    vault, card = root / "vault", root / "card"
    program.make_vault(vault)
    shutil.copytree(SAMPLES, card)
    program.must(vault, "add", card, "--place", "a square")
    for name, size in (("clip.mp4", 2_600_000), ("photo.jpg", 1_000_000), ("empty.txt", 0)):
        (card / name).write_bytes(rng.randbytes(size))
    program.must(vault, "add", *(card / name for name in ("clip.mp4", "photo.jpg", "empty.txt")))
    program.must(vault, "export", "clip.mp4", "--to", root / "once")
    leave_note(program, root, vault)
    program.must(vault, "verify")
    items = {item["id"]: item for item in program.must_json(vault, "list")["items"]}
    contents = {path.name: path.read_bytes() for path in card.iterdir()}
    if sorted(item["name"] for item in items.values()) != sorted(contents):
        sys.exit("not every file became an item")
    return program, vault, items, contents


def leave_note(program, root, vault):
    """Kills an `add` while it writes, so that the lock is not empty."""
    large = root / "large.bin"
    with open(large, "wb") as file:
        file.truncate(1 << 30)
    for _ in range(50):
        program.must(vault, "add", SAMPLES / "README.md")  # known; sweeps what was left before
        process = subprocess.Popen(program.command(vault, "add", large), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not (vault / "lock").stat().st_size:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        program.must(vault, "verify")  # rolls back what was half-written
        if (vault / "lock").stat().st_size:
            return
    sys.exit("no killed add left a note")


class Trial:
    """One flip. What is wrong stands in `problems`."""

    def __init__(self, world, root, number, place, mask):
        self.program, self.template, self.items, self.contents = world
        self.file, self.offset = place
        self.root = root / str(number)
        self.vault, self.out = self.root / "vault", self.root / "out"
        self.problems = []
        self.found, self.opened, self.exported = False, True, 0
        shutil.copytree(self.template, self.vault)
        flip(self.vault / self.file, self.offset, mask)

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(f"{self.file} at {self.offset}: {problem}")

    def run(self, *arguments):
        return self.program.run(self.vault, *arguments)

    def document(self, done, what):
        try:
            return json.loads(done.stdout)
        except ValueError:
            self.expect(False, f"{what}: exit {done.returncode}: {done.stdout}{done.stderr}")
            return {}

    def check(self):
        named = self.verify()
        self.export(named)
        if self.file == "kua.vault":
            self.mend()
        elif not self.found:
            self.prove_unused()
        shutil.rmtree(self.root)
        return self

    def verify(self):
        """Returns the items that are named as damaged; all if no case can be opened."""
        done = self.run("verify", "--json")
        report = self.document(done, "verify")
        self.found = done.returncode == 5
        self.expect(done.returncode in (0, 5), f"verify: exit {done.returncode}")
        if "error" in report:
            # Damage that keeps the vault from being opened is a failure that names the file.
            self.opened = False
            self.expect(self.file == "catalog.db" and report["error"]["code"] == "damaged" and
                        "catalog.db" in report["error"]["text"], f"verify: {report['error']}")
            return set(self.items)
        subjects = {finding["subject"] for finding in report.get("findings", [])}
        self.expect(self.found == bool(subjects), "the exit status doesn't fit the findings")
        if any(finding["text"].startswith("the keys of ")
               for finding in report.get("findings", [])):
            self.opened = False
            return set(self.items)
        named = subjects & set(self.items)
        part = {"kua.vault": f"header copy {self.offset // COPY_BYTES + 1}",
                "catalog.db": "catalog", "catalog.copies": "catalog.copies"}.get(self.file)
        if part is None and not is_left_over(self.file):
            part = "segment " + str(int(pathlib.Path(self.file).stem))
        self.expect(not self.found or part in subjects or named, f"verify names {subjects}")
        return named

    def export(self, named):
        done = self.run("export", "--all", "--to", self.out, "--json")
        report = self.document(done, "export")
        given = {one["id"] for one in report.get("exported", [])}
        files = set(os.listdir(self.out)) if self.out.exists() else set()
        for name in files:
            self.expect((self.out / name).read_bytes() == self.contents.get(name),
                        f"WRONG BYTES in {name}")
        self.exported = len(given)
        self.expect(files == {self.items[one]["name"] for one in given}, "files and report differ")
        self.expect(given == set(self.items) - named,
                    f"exported {sorted(given)}, but verify named {sorted(named)}")
        whole = given == set(self.items) and not report.get("findings")
        self.expect(done.returncode == (0 if whole else 5), f"export: exit {done.returncode}")

    def mend(self):
        self.expect(self.run("verify", "--repair-header").returncode == 0, "it was not mended")
        self.expect(self.run("verify").returncode == 0, "it is not clean after being mended")

    def prove_unused(self):
        """Nothing shows: then it must be a byte that nothing depends on. Whatever it says, the next
        writer works, and everything is there and whole afterwards."""
        self.expect(is_left_over(self.file), "not found")
        self.expect(self.exported == len(self.items), "not found, and not unused")
        later = self.root / "later.txt"
        later.write_bytes(ADDED_LATER)
        added = self.run("add", later)
        self.expect(added.returncode == 0, f"add: exit {added.returncode}: {added.stderr}")
        self.expect(self.run("verify").returncode == 0, "add left something to find")
        out = self.root / "again"
        self.run("export", "--all", "--to", out)
        wanted = self.contents | {later.name: ADDED_LATER}
        got = {path.name: path.read_bytes() for path in out.iterdir()} if out.exists() else {}
        self.expect(got == wanted, "not every byte is there after add")


def report(trials, items):
    by_file = collections.Counter(trial.file for trial in trials)
    unused = [trial for trial in trials if not trial.found and not trial.problems]
    exported = sum(trial.exported for trial in trials)
    for trial in trials:
        for problem in trial.problems:
            print(problem)
    print("flips: " + ", ".join(f"{count} in {name}" for name, count in by_file.items()))
    print(f"{sum(trial.found for trial in trials)} of {len(trials)} found, "
          f"{len(unused)} provably unused, {sum(bool(trial.problems) for trial in trials)} wrong")
    for name in {trial.file for trial in unused}:
        offsets = sorted(trial.offset for trial in unused if trial.file == name)
        print(f"  unused: {name} at {offsets}: left by a writer that was killed, about pieces that "
              "are not there any more; the next writer took it away and all was whole")
    print(f"exported: {exported} files, each compared with its original; the vault has {items}")
    for name in by_file:
        of_file = [trial for trial in trials if trial.file == name]
        all_items = sum(trial.exported == items for trial in of_file)
        closed = sum(not trial.opened for trial in of_file)
        median = statistics.median(trial.exported for trial in of_file)
        print(f"  {name}: all items in {all_items} of {len(of_file)}, all but the damaged ones in "
              f"{len(of_file) - all_items - closed}, no case can be opened in {closed}; "
              f"median {median:g} items")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--flips", type=int, default=500)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with scratch("kua-flip-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        root = pathlib.Path(name)
        world = prepare(root, options.program, rng)
        places = choose_places(world[1], options.flips, rng)
        masks = [rng.randrange(1, 256) for _ in places]
        trials = list(pool.map(lambda number: Trial(world, root, number, places[number],
                                                    masks[number]).check(), range(len(places))))
    print(f"seed {options.seed}")
    report(trials, len(world[2]))
    return 1 if any(trial.problems for trial in trials) else 0


if __name__ == "__main__":
    sys.exit(main())
