#!/usr/bin/env python3
"""[T04] Lets one request for memory fail, once or that and all later ones, at many places of
several commands, and looks at what is left.

    scarce_test.py PROGRAM SCARCE_MEMORY [--places N] [--seed N]

Of each: the command ends with an exit status of its own, and not with one that says damage or a
bug; it says why; the vault verifies, holds what it held and either all that was added or nothing;
what was exported is the original, or isn't there. Only the library for JSON may abort it, which
needs memory to give some back; not often. The real program on the real file system.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys

from program import Program, scratch

ORIGINAL = b"what was in the vault before\n"
NEW = b"what is to be added\n"
# Done, failed, no room: SQLite tells a lack of memory and a lack of room apart, others may not.
FINE = {0, 1, 9}
BEFORE_MAIN = 500  # requests, and more than that
MOST_ABORTED = 0.15  # of the runs


class World:
    def __init__(self, program, root):
        self.program, self.root = program, root
        self.vault, self.template, self.out = root / "vault", root / "template", root / "out"
        (root / "old.txt").write_bytes(ORIGINAL)
        (root / "new.txt").write_bytes(NEW)
        program.make_vault(self.template)
        program.must(self.template, "add", str(root / "old.txt"), "--source", "public", "--quiet")
        (root / "stick").mkdir()
        program.must(self.template, "remote", "add", "stick", str(root / "stick"), "--quiet")
        shutil.copytree(root / "stick", root / "empty stick")
        self.commands = {
            "list": ["list"],
            "verify": ["verify"],
            "add": ["add", str(root / "new.txt")],
            "export": ["export", "old.txt", "--to", str(self.out), "--purpose", "court"],
            "describe": ["describe", "old.txt", "--note", "seen", "--comment", "why"],
            "sync": ["sync", "stick"],
            "show --json": ["show", "old.txt", "--json"],
        }

    def fresh(self):
        for place in (self.vault, self.out, self.root / "stick"):
            shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.template, self.vault)
        shutil.copytree(self.root / "empty stick", self.root / "stick")


def is_json(text):
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True


class Scarcity:
    def __init__(self, world, library):
        self.world, self.library, self.problems = world, str(library.resolve()), []
        self.aborted = 0

    def run(self, name, **settings):
        return subprocess.run(
            self.world.program.command(self.world.vault, *self.world.commands[name]),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, "LD_PRELOAD": self.library, **settings})

    def count(self, name):
        """How often the command asks for memory."""
        log = self.world.root / "count"
        log.unlink(missing_ok=True)
        self.world.fresh()
        done = self.run(name, SCARCE_LOG=str(log))
        if done.returncode != 0:
            sys.exit(f"{name}: exit {done.returncode}: {done.stderr}")
        return int(log.read_text().splitlines()[-1])

    def try_at(self, name, number, effect):
        where = f"{name}, request {number}, {effect}"
        self.world.fresh()
        done = self.run(name, SCARCE_AT=str(number), SCARCE_EFFECT=effect)
        # JSON can't be thrown away without memory: nlohmann's destructor asks for some, and ends
        # the program if there is none. What was promised holds then, too.
        is_end_of_json = done.returncode == -signal.SIGABRT and "bad_alloc" in done.stderr
        self.aborted += is_end_of_json
        if done.returncode not in FINE and not is_end_of_json:
            self.problems.append(f"{where}: exit {done.returncode}: {done.stderr.strip()[-300:]}")
        elif "--json" in name and not is_end_of_json and not is_json(done.stdout):
            self.problems.append(f"{where}: exit {done.returncode} and no JSON: {done.stdout!r}")
        elif done.returncode != 0 and not (done.stdout + done.stderr).strip():
            self.problems.append(f"{where}: exit {done.returncode} and not a word")
        self.look(where, name, done.returncode == 0)
        return done.returncode

    def look(self, where, name, is_done):
        program, vault = self.world.program, self.world.vault
        verified = program.run(vault, "verify")
        if verified.returncode != 0:
            self.problems.append(f"{where}: verify: {verified.stdout}{verified.stderr}")
            return
        names = {item["name"] for item in program.must_json(vault, "list")["items"]}
        may_be = {"old.txt", "new.txt"} if name == "add" else {"old.txt"}
        if not {"old.txt"} <= names <= may_be or (name == "add" and is_done and names != may_be):
            self.problems.append(f"{where}: {sorted(names)} are in the vault")
        exported = self.world.out / "old.txt"
        if exported.exists() and exported.read_bytes() != ORIGINAL:
            self.problems.append(f"{where}: something else than the original was exported")
        if name == "export" and is_done and not exported.exists():
            self.problems.append(f"{where}: nothing was exported")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("library", type=pathlib.Path, metavar="SCARCE_MEMORY")
    parser.add_argument("--places", type=int, default=24, help="of each command")
    parser.add_argument("--seed", type=int, default=20171123)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    runs = stopped = 0
    with scratch("kua-scarce-") as name:
        root = pathlib.Path(name)
        world = World(Program(options.program, root), root)
        scarcity = Scarcity(world, options.library)
        for command in world.commands:
            count = scarcity.count(command)
            # Most of it goes into the options of all commands, before anything is opened: of what
            # comes then there are more places. What fails before main() nobody can catch.
            places = [rng.randint(BEFORE_MAIN, count) for _ in range(options.places // 3)]
            places += [rng.randint(count * 3 // 4, count)
                       for _ in range(options.places - len(places))]
            for place in places:
                for effect in ("once", "ever"):
                    runs += 1
                    stopped += scarcity.try_at(command, place, effect) != 0
            print(f"{command}: {count:,} requests, {len(places)} places")
    print(f"seed {options.seed}: {runs} runs, {stopped} of them stopped by it, "
          f"{scarcity.aborted} in JSON's destructor, {len(scarcity.problems)} wrong")
    print(*scarcity.problems, sep="\n", end="\n" if scarcity.problems else "")
    is_rare = scarcity.aborted <= runs * MOST_ABORTED
    return 1 if scarcity.problems or not stopped or not is_rare else 0


if __name__ == "__main__":
    sys.exit(main())
