#!/usr/bin/env python3
"""Devices that are full: the stick that is pushed to, and the vault that takes in, from a stick
and from a git host; each with as much room as many sizes between none and enough.

    full_test.py PROGRAM [--sizes N]

Of each: kua says that there is no room and exits 9, or 3 where nothing but what others sent waits
for it, the vault has no damage and nothing unfinished,
git finds the stick whole. With room, the next sync completes and the other side has everything. The
devices are in memory, mounted where only this program sees them; skipped where that isn't allowed.
"""
import argparse
import collections
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

from host import git_host
from pair import FAILED, Pair
from program import scratch

ALONE = "KUA_MOUNTS_ARE_ITS_OWN"
WORDS = re.compile(r"the device is full: at least [\d.]+ [KM]?i?B more|no room on the device|"
                   r"No space left on device")
WAITS = re.compile(r"no room: it brings \d+ [KM]iB, there is room for \d+ [KM]iB")
PARTLY = 3
ITEMS = (300, 900_000)
ROOM_KIB = 8 << 10  # more than any of these syncs needs


def mount(directory, kib, *more):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join((f"size={kib}k", *more)), "none",
                           directory], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"mount: {done.stderr}")


class Device:
    """What is in a directory, on a device of its own with so many KiB of room to spare."""

    def __init__(self, directory, spare_kib):
        self.directory = directory
        aside = directory.with_name(directory.name + ".aside")
        directory.rename(aside)
        directory.mkdir()
        mount(directory, 1 << 16)
        shutil.copytree(aside, directory, dirs_exist_ok=True)
        shutil.rmtree(aside)
        room = os.statvfs(directory)
        used_kib = (room.f_blocks - room.f_bfree) * room.f_frsize // 1024
        mount(directory, used_kib + spare_kib, "remount")

    def make_room(self):
        mount(self.directory, 1 << 16, "remount")

    def close(self):
        subprocess.run(["umount", self.directory], check=True)


class Scenario:
    """`actor` syncs with a remote while `place` is full."""

    def __init__(self, name, remote, pair, actor, place):
        self.name, self.remote, self.pair, self.actor = name, remote, pair, actor
        self.place, self.before = place, name.replace(" ", "-")
        self.refs = pair.refs()
        pair.keep(self.before)

    def check(self, spare_kib, files):
        pair, actor = self.pair, self.actor
        pair.put_back(self.before)
        device = Device(self.place, spare_kib)
        try:
            done = pair.program.run(actor.vault, "sync", self.remote, "--json")
            said = done.stdout + done.stderr
            words = {FAILED: WORDS, PARTLY: WAITS}.get(done.returncode)
            if done.returncode not in (0, FAILED, PARTLY) or (words and not words.search(said)):
                pair.wrong.append(f"exit {done.returncode}: {said}")
            left = [name for name in actor.files() if name.startswith("exchange/")]
            if left:
                pair.wrong.append(f"left in the vault: {left}")
            device.make_room()
            actor.verify()
            pair.check_stick(self.refs, is_done=self.place == actor.vault)
            for person in (actor, pair.other(actor), actor):
                person.sync(self.remote)
            pair.check_stick(self.refs, is_done=True)
            pair.check_done(files)
        finally:
            device.close()
        return done.returncode, [f"{self.name}, {spare_kib} KiB: {one}" for one in pair.wrong]


def prepare(pair, url):
    for person in (pair.rosa, pair.mara):
        pair.name_remote(person)
    pair.join()
    if url:
        for person in (pair.rosa, pair.mara):
            person.must("remote", "add", "host", url)
            person.sync("host")
    rng = random.Random(9)
    pair.add(pair.rosa, [rng.randbytes(size) for size in ITEMS])
    yield Scenario("push to a full stick", "stick", pair, pair.rosa, pair.stick.parent)
    pair.rosa.sync()
    yield Scenario("fetch into a full vault", "stick", pair, pair.mara, pair.mara.vault)
    if url:
        pair.rosa.sync("host")
        yield Scenario("fetch from a host into a full vault", "host", pair, pair.mara,
                       pair.mara.vault)


def try_all(options, root):
    failed = []
    pair = Pair(options.program, root)
    base = root / "hosts" / "base.git"
    base.parent.mkdir()
    with git_host(base) as url:
        if not url:
            print("fetch from a host: not tried, there is no git-daemon")
        scenarios = list(prepare(pair, url))
        pair.mara.sync()
        pair.rosa.sync()
        files = {person.name: person.files() for person in (pair.rosa, pair.mara)}
        for scenario in scenarios:
            ends = collections.Counter()
            for number in range(options.sizes + 1):
                # More sizes where there is little.
                end, problems = scenario.check(
                    ROOM_KIB * number ** 2 // options.sizes ** 2 // 4 * 4, files)
                ends[end] += 1
                failed += problems
            full = ends[FAILED] + ends[PARTLY]
            print(f"{scenario.name}: no room {full} times ({ends[PARTLY]} times only others' "
                  f"entries wait), room {ends[0]} times")
            if min(full, ends[0]) == 0:
                failed.append(f"{scenario.name}: never too little room, or never enough")
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--sizes", type=int, default=12)
    options = parser.parse_args()
    if not shutil.which("git"):
        print("skipped: no git")
        return 77
    if not os.environ.get(ALONE):
        own = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*own, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True,
                          check=False).returncode != 0:
            print("skipped: mounting isn't allowed here; stick_test.py fills devices otherwise")
            return 77
        os.execvpe(own[0], [*own, sys.executable, "-B", *sys.argv],
                   dict(os.environ, **{ALONE: "1"}))
    with scratch("kua-full-") as name:
        failed = try_all(options, pathlib.Path(name))
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"wrong afterwards: {len(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
