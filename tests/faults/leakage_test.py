#!/usr/bin/env python3
"""[T30] [T32] [T33] Looks for what must not be found: runs the program through a working day, with
a crash in the middle of it, and searches everything that it wrote or showed to other processes.

    leakage_test.py PROGRAM

Canaries are item names, facts, titles, passphrases and blocks of content. They are looked for in
the vault, in the temporary directory and the home directory it was given, in core files, and in the
command lines, environments and names of all its processes while they run. What must not be possible
with kua (a core file, reading its memory) is tried with an ordinary process, too.
"""
import argparse
import base64
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

from program import scratch
from protection import allow_cores, compare_memory, crash_unprotected

PASSPHRASE = b"gravel-owl-passphrase-canary"
SECOND_PASSPHRASE = b"orchid-second-passphrase-canary"
CASE_PASSPHRASE = b"lantern-case-passphrase-canary"
TITLE = "Zhanaozen-title-canary"
SOURCE_NOTE = "what-is-known-of-her-canary"
CONDITION = "after-they-moved-away-canary"
FACTS = {"--source": "P-481516", "--note": "he-wore-a-note-canary",
         "--place": "behind-the-place-canary", "--device": "device-canary-X100"}


def canaries(contents):
    """Bytes to look for, by what they are."""
    wanted = {"passphrase": PASSPHRASE, "second passphrase": SECOND_PASSPHRASE,
              "case passphrase": CASE_PASSPHRASE, "title": TITLE.encode(),
              "note of a source": SOURCE_NOTE.encode(), "condition": CONDITION.encode()}
    wanted |= {option: value.encode() for option, value in FACTS.items()}
    for name, content in contents.items():
        digest = hashlib.sha256(content).digest()
        wanted |= {f"name {name}": name.encode(), f"digest of {name}": digest,
                   f"hex digest of {name}": digest.hex().encode()}
        for offset in range(0, len(content), 4096):
            block = content[offset:offset + 32]
            wanted[f"content of {name} at {offset}"] = block
    return wanted


def encodings(value):
    plain = base64.b64encode(value).rstrip(b"=")
    return {value, value.hex().encode(), plain, plain.replace(b"+", b"-").replace(b"/", b"_"),
            value.decode("latin-1").encode("utf-16-le")}


class Watcher(threading.Thread):
    """Reads what other processes may see of ours, as often as it can."""

    def __init__(self):
        super().__init__(daemon=True)
        self.pids, self.seen, self.samples, self.done = set(), set(), 0, False

    def sample(self, pid):
        for name in ("cmdline", "environ", "comm"):
            try:
                self.seen.add(pathlib.Path(f"/proc/{pid}/{name}").read_bytes())
                self.samples += 1
            except OSError:
                pass  # it has just ended

    def run(self):
        while not self.done:
            for pid in list(self.pids):
                self.sample(pid)
            time.sleep(0.002)


class Day:
    def __init__(self, program, root):
        self.program, self.root, self.commands = program, root, 0
        self.vault, self.card = root / "vault", root / "card"
        self.secrets = root / "secrets"
        self.places = [self.vault, root / "tmp", root / "home", root / "cwd"]
        for place in [*self.places[1:], self.card, self.secrets]:
            place.mkdir(mode=0o700)
        self.watcher = Watcher()
        self.watcher.start()

    def secret(self, content):
        read, write = os.pipe()
        os.write(write, content + b"\n")
        os.close(write)
        return read

    def start(self, arguments, passphrases, vault=True, preexec_fn=None):
        """kua as a person runs it; it reads passphrases from descriptors."""
        pipes = [self.secret(one) for one in passphrases.values()]
        extra = [word for option, pipe in zip(passphrases, pipes) for word in (option, str(pipe))]
        where = ["--vault", str(self.vault)] if vault else []
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root / "home"),
                       "TMPDIR": str(self.root / "tmp"), "LANG": "C.UTF-8"}
        process = subprocess.Popen([self.program, *arguments, *where, *extra],
                                   cwd=self.root / "cwd", env=environment, pass_fds=pipes,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, preexec_fn=preexec_fn)
        for pipe in pipes:
            os.close(pipe)
        self.watcher.pids.add(process.pid)
        self.commands += 1
        return process

    def run(self, *arguments, expected=0, vault=True, passphrase=PASSPHRASE, **more):
        passphrases = {"--passphrase-fd": passphrase}
        passphrases |= {"--" + name.replace("_", "-"): value for name, value in more.items()}
        process = self.start([str(one) for one in arguments], passphrases, vault)
        out, err = process.communicate()
        self.watcher.pids.discard(process.pid)
        if process.returncode != expected:
            sys.exit(f"{arguments[:2]}: exit {process.returncode}: {err.decode()}")
        return out


def crash(day, card):
    """A crash that would dump core, while keys are in memory: adding a large file takes a while.
    Returns the limit of core files that the program had set itself."""
    large = card / "large-name-canary.bin"
    with open(large, "wb") as file:
        file.truncate(1 << 30)
    process = day.start(["add", str(large)], {"--passphrase-fd": PASSPHRASE},
                        preexec_fn=allow_cores)
    segments = day.vault / "objects"
    size = sum(one.stat().st_size for one in segments.iterdir())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if sum(one.stat().st_size for one in segments.iterdir()) > size + (1 << 22):
            break  # it writes evidence, so it has keys
        time.sleep(0.005)
    limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text().splitlines()
    core = next(line.split()[4:6] for line in limits if line.startswith("Max core file size"))
    process.send_signal(signal.SIGSEGV)
    process.communicate()
    large.unlink()
    if process.returncode != -signal.SIGSEGV:
        sys.exit(f"the crash did not happen: {process.returncode}")
    return core


def working_day(day, contents):
    day.run("init", day.vault, "--name", "Mara", "--case", TITLE, "--kdf-memory", 1,
            "--kdf-passes", 1, vault=False)
    facts = [word for pair in FACTS.items() for word in pair]
    day.run("source", "add", FACTS["--source"], "--note", SOURCE_NOTE)
    day.run("add", day.card, *facts)
    items = [one["id"] for one in json.loads(day.run("list", "--json"))["items"]]
    if len(items) != len(contents):
        sys.exit(f"{len(items)} items instead of {len(contents)}")
    day.run("consent", "give", FACTS["--source"], "--level", 2, "--how-informed", "message",
            "--conditions", CONDITION)
    day.run("consent", "show", FACTS["--source"])
    day.run("list")
    day.run("show", items[0])
    day.run("show", items[1], "--json")
    day.run("log")
    day.run("log", items[0])
    day.run("status")
    day.run("verify")
    day.run("verify", "--sealed")
    day.run("list", passphrase=b"not the passphrase", expected=6)
    day.run("export", "--all", "--to", day.secrets / "out")
    day.run("passphrase", "list")
    core_limit = crash(day, day.card)
    day.run("verify")
    day.run("case", "list")
    day.run("case", "create", TITLE + " two")
    day.run("source", "add", FACTS["--source"], "--case", TITLE + " two")
    day.run("add", day.card, "--case", TITLE + " two", *facts)
    day.run("case", "seal", TITLE + " two", "--secret-to", day.secrets / "case.key", "--yes",
            secret_passphrase_fd=CASE_PASSPHRASE)
    day.run("list", "--case", "two", expected=8)
    day.run("verify")
    day.run("status")
    day.run("log", "--case", TITLE)
    for name, content in contents.items():
        if (day.secrets / "out" / name).read_bytes() != content:
            sys.exit(f"{name} came out changed")
    return core_limit


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def search(day, wanted):
    hits, searched = [], 0
    needles = {needle: what for what, value in wanted.items() for needle in encodings(value)}
    cores = [path for folder in (day.root, pathlib.Path.cwd(), pathlib.Path("/tmp"))
             for path in folder.glob("core*") if path.is_file() and is_elf(path)]
    files = [path for place in day.places for path in place.rglob("*") if path.is_file()]
    for path in files + cores:
        data = path.read_bytes()
        searched += len(data)
        hits += [f"{what} in {path.name}" for needle, what in needles.items() if needle in data]
        hits += [f"{what} in the name {path.name}" for needle, what in needles.items()
                 if needle in path.name.encode()]
    return hits, searched, len(files), len(cores)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    options = parser.parse_args()
    rng = random.Random(30)
    contents = {f"IMG-name-canary-{size}.jpg": rng.randbytes(size)
                for size in (64, 5_000, 70_000, 1_500_000)}
    with scratch("kua-leak-") as name:
        day = Day(str(options.program.resolve()), pathlib.Path(name))
        for file, content in contents.items():
            (day.card / file).write_bytes(content)
        core_limit = working_day(day, contents)
        memory, other_memory = compare_memory(day.program, day.root)
        has_core = crash_unprotected(day.root / "cwd", CASE_PASSPHRASE)
        day.watcher.done = True
        day.watcher.join()
        wanted = canaries(contents)
        hits, searched, files, cores = search(day, wanted)
        # Names of files and facts are given as arguments by people; secrets and content never are.
        hidden = {what: value for what, value in wanted.items()
                  if "passphrase" in what or "content" in what or "digest" in what}
        for data in day.watcher.seen:
            hits += [f"{what} in /proc" for what, value in hidden.items()
                     for needle in encodings(value) if needle in data]
        # The search itself has to be able to find something.
        (day.vault / "planted").write_bytes(b"x" + PASSPHRASE + b"y")
        planted, *_ = search(day, wanted)
        if len(planted) != len(hits) + 1:
            sys.exit("the search does not find what was put there")
        shutil.rmtree(day.vault)
    print(*hits, sep="\n", end="\n" if hits else "")
    print(f"{day.commands} commands, a crash among them; {len(wanted)} canaries looked for in "
          f"{files} files, {searched} bytes, and {day.watcher.samples} samples of /proc")
    other_core = "one, with its canary in it" if has_core else "none here either"
    print(f"core files of kua: {cores}, its limit while adding: {core_limit}; of a process that "
          f"doesn't protect itself: {other_core}")
    print(f"memory, to another process of the user: {memory}; of a process that doesn't protect "
          f"itself: {other_memory}")
    print(f"canaries leaked: {len(hits)} / {len(wanted)}")
    enough = day.commands >= 20 and day.watcher.samples >= 20
    protected = core_limit == ["0", "0"] and cores == 0 and memory == "denied"
    return 0 if not hits and enough and protected and other_memory == "readable" else 1


if __name__ == "__main__":
    sys.exit(main())
